import type { Coroutine } from "../../../compute/base/coroutine";
import { GrowingNumbers } from "../base/growingNumbers";
import type { ObjFile, ObjPart } from "./objFile";
import { FindVertexOffset } from "./plyVertices";
import { type FacesLeftOut, PolygonTriangulator } from "./polygons";

/** The corners or vertices that are handled in one time slice. */
const ITEMS_PER_SLICE = 1 << 13;
/** The most meshes; of a file with more parts, those with one material become one mesh. */
const MAX_MESHES = 1000;
/** The most corners at one vertex that are compared with a new one. */
const MAX_STEPS = 64;

/** A mesh of an OBJ file. */
export interface ObjMesh extends ObjPart {
    /** [n, 3] coordinates less the offset. */
    readonly positions: Float32Array;
    /** [n, 3]; null where a corner has no normal. */
    readonly normals: Float32Array | null;
    /** [n, 2]; null where no corner has texture coordinates. */
    readonly uvs: Float32Array | null;
    /** [n, 3] sRGB bytes; null where the file has no colors. */
    readonly colors: Uint8Array | null;
    /** [triangles, 3] */
    readonly triangles: Uint32Array;
}

/** The meshes of an OBJ file. */
export interface ObjMeshes {
    /** Empty for a file without faces that can be shown. */
    readonly meshes: readonly ObjMesh[];
    /** [vertices, 3] all vertices less the offset; those that are not finite are NaN. */
    readonly positions: Float32Array;
    /** [vertices, 3] sRGB bytes; null where the file has no colors. */
    readonly colors: Uint8Array | null;
    readonly offset: readonly [number, number, number];
    readonly triangleCount: number;
    readonly leftOut: FacesLeftOut;
    /** True if parts were joined by material, because they are too many. */
    readonly isJoined: boolean;
}

/** Divides the faces of an OBJ file into the triangles of a mesh for each part, in time slices. */
export function* ObjMeshesCoroutine(obj: ObjFile, subtractsOffset: boolean): Coroutine<ObjMeshes> {
    const offset = subtractsOffset ? FindVertexOffset(obj.positions) : ([0, 0, 0] as const);
    const count = obj.positions[0].length;
    const positions = new Float32Array(3 * count);
    for (let v = 0; v < count; v++) {
        if (v % ITEMS_PER_SLICE === 0) {
            yield;
        }
        for (let axis = 0; axis < 3; axis++) {
            positions[3 * v + axis] = obj.positions[axis][v] - offset[axis];
        }
        if (!Number.isFinite(positions[3 * v] + positions[3 * v + 1] + positions[3 * v + 2])) {
            positions[3 * v] = NaN;
        }
    }
    const colors = obj.colors && (yield* toBytes(obj.colors));
    const isJoined = obj.parts.length > MAX_MESHES;
    const { parts, partOf } = isJoined ? joinByMaterial(obj) : obj;
    const builder = new MeshBuilder(obj, positions, colors);
    const meshes: ObjMesh[] = [];
    for (const [p, faces] of (yield* sortFaces(partOf, parts.length)).entries()) {
        const mesh = yield* builder.build(parts[p], faces);
        if (mesh !== null) {
            meshes.push(mesh);
        }
    }
    const triangleCount = meshes.reduce((sum, { triangles }) => sum + triangles.length / 3, 0);
    return { meshes, positions, colors, offset, triangleCount, leftOut: builder.leftOut, isJoined };
}

/** Colors are 0..1, or 0..255 from some writers. */
function* toBytes(colors: Float32Array): Coroutine<Uint8Array> {
    let largest = 0;
    for (let i = 0; i < colors.length; i++) {
        largest = Math.max(largest, colors[i] || 0);
    }
    const factor = largest > 2 ? 1 : 255;
    const bytes = new Uint8ClampedArray(colors.length);
    for (let i = 0; i < colors.length; i++) {
        if (i % ITEMS_PER_SLICE === 0) {
            yield;
        }
        bytes[i] = factor * colors[i];
    }
    return new Uint8Array(bytes.buffer);
}

function joinByMaterial({ parts, partOf }: ObjFile): Pick<ObjFile, "parts" | "partOf"> {
    const materials = [...new Set(parts.map(({ material }) => material))];
    const indices = new Map(materials.map((material, i) => [material, i]));
    const joinedOf = parts.map(({ material }) => indices.get(material)!);
    return {
        parts: materials.map((material) => ({ name: material, material })),
        partOf: partOf.map((part) => joinedOf[part]),
    };
}

/** Returns the faces of each part, in the order of the file. */
function* sortFaces(partOf: Uint32Array, partCount: number): Coroutine<Uint32Array[]> {
    const counts = new Uint32Array(partCount);
    for (const part of partOf) {
        counts[part]++;
    }
    const faces = Array.from(counts, (count) => new Uint32Array(count));
    counts.fill(0);
    for (let face = 0; face < partOf.length; face++) {
        if (face % ITEMS_PER_SLICE === 0) {
            yield;
        }
        faces[partOf[face]][counts[partOf[face]]++] = face;
    }
    return faces;
}

class MeshBuilder {
    public readonly leftOut = { broken: 0, tooFew: 0, tooLarge: 0 };

    private readonly _triangulator: PolygonTriangulator;
    /** The part that last used each vertex of the file, and the last vertex of its mesh there. */
    private readonly _usedBy: Uint32Array;
    private readonly _latest: Int32Array;
    private _part = 0;

    public constructor(
        private readonly _obj: ObjFile,
        private readonly _positions: Float32Array,
        private readonly _colors: Uint8Array | null,
    ) {
        this._triangulator = new PolygonTriangulator(_positions);
        this._usedBy = new Uint32Array(_positions.length / 3);
        this._latest = new Int32Array(_positions.length / 3);
    }

    /** Creates a mesh whose vertices are the distinct corners of faces; null without triangles. */
    public *build(part: ObjPart, faces: Uint32Array): Coroutine<ObjMesh | null> {
        this._part++;
        const { corners, starts } = this._obj;
        const used = new GrowingNumbers((length) => new Int32Array(length)); // vertex, uv, normal
        const previous = new GrowingNumbers((length) => new Int32Array(length)); // at the same vertex of the file
        const triangles = new GrowingNumbers((length) => new Uint32Array(length));
        const polygon: number[] = [];
        let handled = 0;
        for (const face of faces) {
            const first = starts[face];
            const count = starts[face + 1] - first;
            handled += count + 1;
            if (handled > ITEMS_PER_SLICE) {
                handled = 0;
                yield;
            }
            if (!this._readPolygon(first, count, polygon)) {
                continue;
            }
            for (const corner of this._triangulator.corners) {
                triangles.push(this._indexOf(3 * (first + corner), corners, used, previous));
            }
        }
        return triangles.length === 0
            ? null
            : { ...part, ...(yield* this._gather(used.values)), triangles: triangles.values.slice() };
    }

    private _readPolygon(first: number, count: number, polygon: number[]): boolean {
        if (count < 3) {
            this.leftOut.tooFew++;
            return false;
        }
        polygon.length = 0;
        for (let corner = 0; corner < count; corner++) {
            polygon.push(this._obj.corners[3 * (first + corner)]);
        }
        if (polygon.some((vertex) => !Number.isFinite(this._positions[3 * vertex]))) {
            this.leftOut.broken++;
            return false;
        }
        if (!this._triangulator.triangulate(polygon)) {
            this.leftOut.tooLarge++;
            return false;
        }
        return true;
    }

    /** Returns the vertex of the mesh for a corner; corners with equal indices share one. */
    private _indexOf(
        at: number,
        corners: Int32Array,
        used: GrowingNumbers<Int32Array>,
        previous: GrowingNumbers<Int32Array>,
    ): number {
        const vertex = corners[at];
        const uv = this._existing(corners[at + 1], this._obj.uvs.length / 2);
        const normal = this._existing(corners[at + 2], this._obj.normals.length / 3);
        const isFirst = this._usedBy[vertex] !== this._part;
        let index = isFirst ? -1 : this._latest[vertex];
        for (let steps = 0; index >= 0 && steps < MAX_STEPS; steps++, index = previous.at(index)) {
            if (used.at(3 * index + 1) === uv && used.at(3 * index + 2) === normal) {
                return index;
            }
        }
        index = previous.length;
        previous.push(isFirst ? -1 : this._latest[vertex]);
        used.push(vertex);
        used.push(uv);
        used.push(normal);
        this._usedBy[vertex] = this._part;
        this._latest[vertex] = index;
        return index;
    }

    private _existing(index: number, count: number): number {
        return index < count ? index : -1;
    }

    private *_gather(used: Int32Array): Coroutine<Omit<ObjMesh, "name" | "material" | "triangles">> {
        const count = used.length / 3;
        const positions = new Float32Array(3 * count);
        const normals = new Float32Array(3 * count);
        const uvs = new Float32Array(2 * count);
        const colors = this._colors && new Uint8Array(3 * count);
        let hasNormals = true;
        let hasUvs = false;
        for (let i = 0; i < count; i++) {
            if (i % ITEMS_PER_SLICE === 0) {
                yield;
            }
            const [vertex, uv, normal] = [used[3 * i], used[3 * i + 1], used[3 * i + 2]];
            for (let k = 0; k < 3; k++) {
                positions[3 * i + k] = this._positions[3 * vertex + k];
                normals[3 * i + k] = normal < 0 ? 0 : this._obj.normals[3 * normal + k];
                if (colors && this._colors) {
                    colors[3 * i + k] = this._colors[3 * vertex + k];
                }
            }
            for (let k = 0; k < 2 && uv >= 0; k++) {
                uvs[2 * i + k] = this._obj.uvs[2 * uv + k];
            }
            const length = Math.hypot(normals[3 * i], normals[3 * i + 1], normals[3 * i + 2]);
            hasNormals &&= length > 0 && length < Infinity;
            hasUvs ||= uv >= 0;
        }
        return { positions, normals: hasNormals ? normals : null, uvs: hasUvs ? uvs : null, colors };
    }
}
