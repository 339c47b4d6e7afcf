/** Component types of accessors. */
const FLOAT = 5126;
const UINT = 5125;
const USHORT = 5123;

const TYPES = ["", "SCALAR", "VEC2", "VEC3", "VEC4"];

/** Modes of primitives. */
export const GLTF_MODES = { points: 0, lines: 1, lineLoop: 2, lineStrip: 3, triangles: 4, strip: 5, fan: 6 } as const;

type Json = Record<string, unknown>;

/** A glTF document that is written in code, with one buffer. */
export class GltfFile {
    /** The document; lists that are empty are left out of the file. */
    public readonly json = {
        nodes: [] as Json[],
        meshes: [] as { primitives: Json[] }[],
        materials: [] as Json[],
        textures: [] as Json[],
        images: [] as Json[],
        skins: [] as Json[],
        animations: [] as Json[],
        cameras: [] as Json[],
        accessors: [] as Json[],
        bufferViews: [] as Json[],
    };
    /** Fields beside the lists, such as scenes and extensions. */
    public readonly fields: Json = {};

    private readonly _bytes: number[] = [];

    /** Adds numbers, [n, size]. @returns the index of the accessor */
    public add(values: readonly number[], size: number, kind: "float" | "uint" | "ushort" = "float"): number {
        const data =
            kind === "float"
                ? Float32Array.from(values)
                : kind === "uint"
                  ? Uint32Array.from(values)
                  : Uint16Array.from(values);
        const componentType = kind === "float" ? FLOAT : kind === "uint" ? UINT : USHORT;
        while (this._bytes.length % 4 !== 0) {
            this._bytes.push(0);
        }
        const view = { buffer: 0, byteOffset: this._bytes.length, byteLength: data.byteLength };
        for (const byte of new Uint8Array(data.buffer)) {
            this._bytes.push(byte);
        }
        const column = (c: number): number[] => values.filter((_, i) => i % size === c);
        const bounds = {
            min: Array.from({ length: size }, (_, c) => column(c).reduce((a, b) => Math.min(a, b), Infinity)),
            max: Array.from({ length: size }, (_, c) => column(c).reduce((a, b) => Math.max(a, b), -Infinity)),
        };
        const bufferView = this.json.bufferViews.push(view) - 1;
        const type = TYPES[size];
        const accessor = { bufferView, componentType, count: values.length / size, type, ...bounds };
        return this.json.accessors.push(accessor) - 1;
    }

    /** Adds a mesh of one primitive. @returns its index */
    public addMesh(positions: readonly number[], indices: readonly number[] | null, fields: Json = {}): number {
        const attributes = { POSITION: this.add(positions, 3), ...(fields.attributes as Json) };
        const primitive = { ...fields, attributes, ...(indices && { indices: this.add(indices, 1, "uint") }) };
        return this.json.meshes.push({ primitives: [primitive] }) - 1;
    }

    /** Adds a box around the origin with side `size` and flat faces. @returns the index of the mesh */
    public addBox(size: number, fields: Json = {}): number {
        const positions: number[] = [];
        const indices: number[] = [];
        for (let axis = 0; axis < 3; axis++) {
            for (const side of [-1, 1]) {
                const first = positions.length / 3;
                for (const [u, v] of [
                    [-1, -1],
                    [1, -1],
                    [1, 1],
                    [-1, 1],
                ]) {
                    const corner = [0, 0, 0];
                    corner[axis] = (side * size) / 2;
                    corner[(axis + 1) % 3] = (side * u * size) / 2;
                    corner[(axis + 2) % 3] = (v * size) / 2;
                    positions.push(...corner);
                }
                indices.push(first, first + 1, first + 2, first, first + 2, first + 3);
            }
        }
        return this.addMesh(positions, indices, fields);
    }

    /** Adds an animation of one channel. */
    public addAnimation(target: Json, times: readonly number[], values: readonly number[], size: number): void {
        const [input, output] = [this.add(times, 1), this.add(values, size)];
        this.json.animations.push({ samplers: [{ input, output }], channels: [{ sampler: 0, target }] });
    }

    /** The bytes of the buffer. */
    public get buffer(): Uint8Array<ArrayBuffer> {
        return Uint8Array.from(this._bytes);
    }

    /** Returns the text of a .gltf. @param bufferUri the file of the buffer; null puts it into the text */
    public toText(bufferUri: string | null = null): string {
        const { buffer, json, fields } = this;
        const uri = bufferUri ?? `data:application/octet-stream;base64,${btoa(String.fromCharCode(...buffer))}`;
        const lists = Object.fromEntries(Object.entries(json).filter(([, list]) => list.length > 0));
        return JSON.stringify({
            asset: { version: "2.0" },
            scene: 0,
            scenes: [{ nodes: [...json.nodes.keys()] }],
            ...lists,
            buffers: [{ uri, byteLength: buffer.length }],
            ...fields,
        });
    }

    /** Returns a file as if it were picked. */
    public toFile(name = "model.gltf"): File {
        return new File([this.toText()], name);
    }
}
