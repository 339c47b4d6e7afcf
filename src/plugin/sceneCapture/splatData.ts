import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { type Coroutine, RunCoroutineSync } from "../../compute/base/coroutine";
import { UltrametricError } from "../../compute/base/ultrametricError";

/** Bytes of a splat in `splatsData`: center and scales (6 floats), RGBA, rotation (w, x, y, z as (q + 1) * 127.5). */
export const SPLAT_BYTES = 32;
const SPLAT_FLOATS = SPLAT_BYTES / 4;
/** Splats between two chances for a pause: a few milliseconds. */
export const SPLATS_PER_CHUNK = 1 << 15;

/** The splats of a mesh in its own coordinates, one row each. */
export interface SplatData {
    readonly count: number;
    /** [n, 3] */
    readonly positions: Float32Array;
    /** [n, 3] standard deviations along the splat's own axes. */
    readonly scales: Float32Array;
    /** [n, 4] unit quaternions w, x, y, z of the splat's own axes. */
    readonly rotations: Float32Array;
    /** [n, 4] sRGB of the harmonics' constant term, opacity; bytes. */
    readonly colors: Uint8Array;
}

/** Whether a mesh is one that {@link ReadSplatData} is for. */
export function IsSplatMesh(mesh: AbstractMesh): mesh is GaussianSplattingMesh {
    return mesh.getClassName() === "GaussianSplattingMesh";
}

/**
 * The bytes from which a mesh's splats were made.
 *
 * @throws UltrametricError "input" when the mesh did not keep them, "unsupported" when it is made of several others or shows a SOG file's textures
 */
export function SplatBytesOf(mesh: GaussianSplattingMesh): Uint8Array {
    if (mesh.isCompound) {
        throw new UltrametricError(
            "unsupported",
            `The splats of "${mesh.name}" are put together from parts with places of their own; use the meshes that they came from, ` +
                "which addParts(meshes, false) leaves in the scene: segment these, and show the one or the others.",
        );
    }
    const data = mesh.splatsData;
    if (mesh.sogParams) {
        throw new UltrametricError(
            "unsupported",
            `The splats of "${mesh.name}" are kept as textures of a SOG file. Load them as splats: ImportMeshAsync(url, scene, ` +
                "{ pluginOptions: { splat: { keepInRam: true, useSogTextures: false } } }).",
        );
    }
    if (!data) {
        throw new UltrametricError(
            "input",
            `The mesh "${mesh.name}" did not keep its splats in memory. Load it with keepInRam: ImportMeshAsync(url, scene, ` +
                "{ pluginOptions: { splat: { keepInRam: true } } }), or new GaussianSplattingMesh(name, url, scene, true).",
        );
    }
    return new Uint8Array(data);
}

/** Number of splats of a mesh. @throws UltrametricError as {@link SplatBytesOf} */
export function CountSplats(mesh: GaussianSplattingMesh): number {
    return Math.floor(SplatBytesOf(mesh).length / SPLAT_BYTES);
}

/** Whether a mesh shows its data's y upside down, as `updateData` does unless it is told otherwise. */
export function IsSplatDataFlipped(mesh: GaussianSplattingMesh): boolean {
    return (mesh as unknown as { readonly _flipY?: boolean })._flipY === true; // protected, and nothing else tells
}

/** Reads the splats of a mesh as they are shown. @throws UltrametricError as {@link SplatBytesOf} */
export function ReadSplatData(mesh: GaussianSplattingMesh): SplatData {
    return RunCoroutineSync(SplatDataCoroutine(mesh));
}

/** As {@link ReadSplatData}, in time slices. */
export function* SplatDataCoroutine(mesh: GaussianSplattingMesh): Coroutine<SplatData> {
    const bytes = SplatBytesOf(mesh);
    const floats = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
    const count = CountSplats(mesh);
    const positions = new Float32Array(3 * count);
    const scales = new Float32Array(3 * count);
    const rotations = new Float32Array(4 * count);
    const colors = new Uint8Array(4 * count);
    const ySign = IsSplatDataFlipped(mesh) ? -1 : 1;
    // Written out, without arrays of their own: there may be millions.
    for (let i = 0; i < count; i++) {
        if (i % SPLATS_PER_CHUNK === 0) {
            yield;
        }
        const at = SPLAT_FLOATS * i;
        positions[3 * i] = floats[at];
        positions[3 * i + 1] = ySign * floats[at + 1];
        positions[3 * i + 2] = floats[at + 2];
        for (let axis = 0; axis < 3; axis++) {
            scales[3 * i + axis] = floats[at + 3 + axis];
        }
        let squared = 0;
        for (let c = 0; c < 4; c++) {
            colors[4 * i + c] = bytes[SPLAT_BYTES * i + 24 + c];
            rotations[4 * i + c] = bytes[SPLAT_BYTES * i + 28 + c] / 127.5 - 1;
            squared += rotations[4 * i + c] ** 2;
        }
        if (squared > 0) {
            const scale = 1 / Math.sqrt(squared);
            for (let c = 0; c < 4; c++) {
                rotations[4 * i + c] *= scale;
            }
        } else {
            rotations[4 * i] = 1;
        }
    }
    return { count, positions, scales, rotations, colors };
}

/** The opposite of {@link ReadSplatData}: bytes for `updateData(bytes.buffer, undefined, { flipY: false })`. */
export function WriteSplatBytes(splats: SplatData): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(SPLAT_BYTES * splats.count);
    const floats = new Float32Array(bytes.buffer);
    for (let i = 0; i < splats.count; i++) {
        floats.set(splats.positions.subarray(3 * i, 3 * i + 3), SPLAT_FLOATS * i);
        floats.set(splats.scales.subarray(3 * i, 3 * i + 3), SPLAT_FLOATS * i + 3);
        bytes.set(splats.colors.subarray(4 * i, 4 * i + 4), SPLAT_BYTES * i + 24);
        for (let c = 0; c < 4; c++) {
            bytes[SPLAT_BYTES * i + 28 + c] = Math.round(127.5 * (splats.rotations[4 * i + c] + 1));
        }
    }
    return bytes;
}

/** Writes the rows of a splat's rotation matrix, column c of which is where its axis c points, to `out` [9]. */
export function SplatAxes(rotations: Float32Array, splat: number, out: Float64Array): void {
    const w = rotations[4 * splat];
    const x = rotations[4 * splat + 1];
    const y = rotations[4 * splat + 2];
    const z = rotations[4 * splat + 3];
    out[0] = 1 - 2 * (y * y + z * z);
    out[1] = 2 * (x * y - w * z);
    out[2] = 2 * (x * z + w * y);
    out[3] = 2 * (x * y + w * z);
    out[4] = 1 - 2 * (x * x + z * z);
    out[5] = 2 * (y * z - w * x);
    out[6] = 2 * (x * z - w * y);
    out[7] = 2 * (y * z + w * x);
    out[8] = 1 - 2 * (x * x + y * y);
}
