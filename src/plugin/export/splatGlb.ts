import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { type Coroutine, RunCoroutineAsync } from "../../compute/base/coroutine";
import { Pacer } from "../../compute/base/pacer";
import type { RunOptions } from "../../compute/base/progress";
import { HarmonicValues, SH_C0, SPLAT_BYTES, SPLATS_PER_CHUNK } from "../../compute/splats/splatCloud";
import { SPLAT_FRAMES } from "../../compute/splats/splatFrame";
import { type SplatsToWrite, SplatsToWriteCoroutine } from "./splatsToWrite";

const NAME = "KHR_gaussian_splatting";
/** The highest degree of harmonics in the extension. */
const MAX_DEGREE = 3;
const GLB_MAGIC = 0x46546c67;
const JSON_CHUNK = 0x4e4f534a;
const BINARY_CHUNK = 0x004e4942;
const FLOAT = 5126;
const POINTS = 0;
const ARRAY_BUFFER = 34962;

/** An attribute of all splats. */
interface Attribute {
    readonly name: string;
    readonly type: "SCALAR" | "VEC3" | "VEC4";
    readonly values: Float32Array;
}

/**
 * Writes splats of a mesh as a GLB with the extension KHR_gaussian_splatting, which Babylon's own writer does not have.
 * The harmonics are kept up to degree 3. A reader shows the splats as the mesh does; see the guide about splats.
 *
 * @param labels [splats of the mesh] a whole number below 2^24 per splat, written as the attribute `_LABEL`; null
 * writes none
 * @param splats indices of the splats; null for all
 * @throws UltrametricError "input" when the mesh does not have its splats in memory (keepInRam), an index is out of
 * range, or labels and splats differ in number; "unsupported" for compounds, whose splats have no common coordinates;
 * "aborted"
 */
export async function WriteSplatGlbAsync(
    mesh: GaussianSplattingMesh,
    labels: ArrayLike<number> | null = null,
    splats: ArrayLike<number> | null = null,
    options: Partial<RunOptions> = {},
): Promise<Uint8Array<ArrayBuffer>> {
    const pacer = new Pacer(`Writing ${mesh.name}`, options.signal);
    const cloud = await RunCoroutineAsync(SplatsToWriteCoroutine(mesh, SPLAT_FRAMES.gltf, labels, splats), pacer);
    const attributes = await RunCoroutineAsync(attributesOf(cloud), pacer);
    let byteLength = 0;
    const bufferViews = attributes.map(({ values }) => {
        const byteOffset = byteLength;
        byteLength += values.byteLength;
        return { buffer: 0, byteOffset, byteLength: values.byteLength, target: ARRAY_BUFFER };
    });
    const accessors = attributes.map(({ type, values }, bufferView) => ({
        ...{ bufferView, type, componentType: FLOAT, count: cloud.count },
        ...(bufferView === 0 ? boundsOf(values) : {}),
    }));
    const primitive = {
        attributes: Object.fromEntries(attributes.map(({ name }, i) => [name, i])),
        mode: POINTS,
        extensions: {
            [NAME]: {
                kernel: "ellipse",
                colorSpace: "srgb_rec709_display",
                sortingMethod: "cameraDistance",
                projection: "perspective",
            },
        },
    };
    const json = {
        asset: { version: "2.0", generator: "babylon-ultrametric" },
        extensionsUsed: [NAME],
        scene: 0,
        scenes: [{ nodes: [0] }],
        nodes: [{ name: mesh.name, mesh: 0 }],
        meshes: [{ name: mesh.name, primitives: [primitive] }],
        buffers: [{ byteLength }],
        bufferViews,
        accessors,
    };
    return assemble(JSON.stringify(json), attributes, byteLength);
}

function* attributesOf(cloud: SplatsToWrite): Coroutine<Attribute[]> {
    const { count, rows, harmonics, labels } = cloud;
    const floats = new Float32Array(rows.buffer);
    function* fill(size: number, value: (splat: number, c: number) => number): Coroutine<Float32Array> {
        const values = new Float32Array(size * count);
        for (let i = 0; i < count; i++) {
            if (i % SPLATS_PER_CHUNK === 0) {
                yield;
            }
            for (let c = 0; c < size; c++) {
                values[size * i + c] = value(i, c);
            }
        }
        return values;
    }
    const attributes: Attribute[] = [
        { name: "POSITION", type: "VEC3", values: yield* fill(3, (i, c) => floats[8 * i + c]) },
        { name: `${NAME}:ROTATION`, type: "VEC4", values: yield* rotationsOf(rows, count) },
        { name: `${NAME}:SCALE`, type: "VEC3", values: yield* fill(3, (i, c) => floats[8 * i + 3 + c]) },
        { name: `${NAME}:OPACITY`, type: "SCALAR", values: yield* fill(1, (i) => rows[SPLAT_BYTES * i + 27] / 255) },
        {
            name: `${NAME}:SH_DEGREE_0_COEF_0`,
            type: "VEC3",
            values: yield* fill(3, (i, c) => (rows[SPLAT_BYTES * i + 24 + c] / 255 - 0.5) / SH_C0),
        },
    ];
    const stored = HarmonicValues(cloud.harmonicDegree);
    for (let degree = 1; degree <= Math.min(cloud.harmonicDegree, MAX_DEGREE); degree++) {
        for (let k = 0; k <= 2 * degree; k++) {
            const first = HarmonicValues(degree - 1) + 3 * k;
            const values = yield* fill(3, (i, c) => harmonics[stored * i + first + c] / 127.5 - 1);
            attributes.push({ name: `${NAME}:SH_DEGREE_${degree}_COEF_${k}`, type: "VEC3", values });
        }
    }
    if (labels) {
        // Integers of 32 bits are for indices only.
        attributes.push({ name: "_LABEL", type: "SCALAR", values: Float32Array.from(labels) });
    }
    return attributes;
}

/** Returns [n, 4] unit quaternions x, y, z, w. */
function* rotationsOf(rows: Uint8Array, count: number): Coroutine<Float32Array> {
    const values = new Float32Array(4 * count);
    for (let i = 0; i < count; i++) {
        if (i % SPLATS_PER_CHUNK === 0) {
            yield;
        }
        let squared = 0;
        for (let c = 0; c < 4; c++) {
            const value = rows[SPLAT_BYTES * i + 28 + ((c + 1) & 3)] / 127.5 - 1;
            values[4 * i + c] = value;
            squared += value * value;
        }
        const scale = 1 / Math.sqrt(squared);
        for (let c = 0; c < 4; c++) {
            values[4 * i + c] *= scale;
        }
    }
    return values;
}

function boundsOf(positions: Float32Array): { min: number[]; max: number[] } {
    const [min, max] = [new Array<number>(3).fill(Infinity), new Array<number>(3).fill(-Infinity)];
    for (let i = 0; i < positions.length; i++) {
        min[i % 3] = Math.min(min[i % 3], positions[i]);
        max[i % 3] = Math.max(max[i % 3], positions[i]);
    }
    return { min, max };
}

function assemble(text: string, attributes: readonly Attribute[], binaryBytes: number): Uint8Array<ArrayBuffer> {
    const json = new TextEncoder().encode(text);
    const jsonBytes = 4 * Math.ceil(json.length / 4);
    const file = new Uint8Array(12 + 8 + jsonBytes + 8 + binaryBytes);
    const view = new DataView(file.buffer);
    for (const [i, word] of [GLB_MAGIC, 2, file.length, jsonBytes, JSON_CHUNK].entries()) {
        view.setUint32(4 * i, word, true);
    }
    file.fill(0x20, 20, 20 + jsonBytes);
    file.set(json, 20);
    view.setUint32(20 + jsonBytes, binaryBytes, true);
    view.setUint32(24 + jsonBytes, BINARY_CHUNK, true);
    let at = 28 + jsonBytes;
    for (const { values } of attributes) {
        file.set(new Uint8Array(values.buffer), at);
        at += values.byteLength;
    }
    return file;
}
