import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { type Coroutine, RunCoroutineSync } from "../../compute/base/coroutine";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { CheckNoStream } from "./streamKind";

/** Bytes per splat in `splatsData`: center and scales (6 floats), RGBA, rotation (w, x, y, z as (q + 1) * 127.5). */
export const SPLAT_BYTES = 32;
const SPLAT_FLOATS = SPLAT_BYTES / 4;
/** The number of splats per chunk: a few milliseconds of work. */
export const SPLATS_PER_CHUNK = 1 << 15;

/** The splats of a mesh, in its own coordinates; those of a compound in the coordinates of their parts. */
export interface SplatData {
    readonly count: number;
    /** [n, 3] centers. */
    readonly positions: Float32Array;
    /** [n, 3] standard deviations along the axes of each splat. */
    readonly scales: Float32Array;
    /** [n, 4] unit quaternions w, x, y, z: the rotation of each splat's axes. */
    readonly rotations: Float32Array;
    /** [n, 4] bytes: sRGB of the constant spherical harmonic, and opacity. */
    readonly colors: Uint8Array;
}

/** Returns whether {@link ReadSplatData} can read a mesh. */
export function IsSplatMesh(mesh: AbstractMesh): mesh is GaussianSplattingMesh {
    return mesh.getClassName() === "GaussianSplattingMesh";
}

/**
 * Returns the bytes from which a mesh's splats were created, {@link SPLAT_BYTES} for each.
 *
 * @throws UltrametricError "input" when the mesh did not keep them, "unsupported" when it hosts a stream or uses the
 * textures of a SOG file
 */
export function SplatBytesOf(mesh: GaussianSplattingMesh): Uint8Array {
    if (mesh._pointStreamingUnsupported) {
        throw new UltrametricError(
            "unsupported",
            `The compound "${mesh.name}" hosts a stream, whose splats are on the GPU only. Capture a compound without ` +
                "it, and show the parts on a GaussianSplattingStream of its own.",
        );
    }
    CheckNoStream(mesh);
    const data = mesh.splatsData;
    if (mesh.sogParams) {
        throw new UltrametricError(
            "unsupported",
            `The splats of "${mesh.name}" are stored as textures of a SOG file. Load them as splats: ` +
                "ImportMeshAsync(url, scene, { pluginOptions: { splat: { keepInRam: true, useSogTextures: false } } })",
        );
    }
    if (!data) {
        throw new UltrametricError(
            "input",
            `The mesh "${mesh.name}" did not keep its splats in memory. Load it with keepInRam: ` +
                "ImportMeshAsync(url, scene, { pluginOptions: { splat: { keepInRam: true } } }), " +
                "or new GaussianSplattingMesh(name, url, scene, true).",
        );
    }
    return new Uint8Array(data);
}

/** @throws UltrametricError "unsupported" for a compound, whose splats do not lie in the coordinates of one mesh */
export function CheckNoCompound(mesh: GaussianSplattingMesh): void {
    if (mesh.isCompound) {
        throw new UltrametricError(
            "unsupported",
            `"${mesh.name}" is a compound, whose splats lie in the coordinates of its ${mesh.partCount} parts, and a ` +
                "file has one coordinate system. Extract parts, and write their meshes.",
        );
    }
}

/** Returns the number of splats of a mesh. @throws UltrametricError as {@link SplatBytesOf} */
export function CountSplats(mesh: GaussianSplattingMesh): number {
    return Math.floor(SplatBytesOf(mesh).length / SPLAT_BYTES);
}

/** Returns whether a mesh negates y of its data, which is the default of `updateData`. */
export function IsSplatDataFlipped(mesh: GaussianSplattingMesh): boolean {
    // The field is protected, and nothing public returns it.
    return (mesh as unknown as { readonly _flipY?: boolean })._flipY === true;
}

/**
 * Returns the [splats, 4] centers that a compound displays, with 1; null for other meshes. It takes over the splats of
 * flipped meshes as they are in memory, so the bytes do not tell the sign of y.
 */
export function DisplayedCenters(mesh: GaussianSplattingMesh): Float32Array | null {
    return mesh.isCompound ? mesh._getPointDecodeInputs().positions : null;
}

/** Reads the splats of a mesh as they are displayed. @throws UltrametricError as {@link SplatBytesOf} */
export function ReadSplatData(mesh: GaussianSplattingMesh): SplatData {
    return RunCoroutineSync(SplatDataCoroutine(mesh));
}

/** Reads the splats of a mesh like {@link ReadSplatData}, in time slices. */
export function* SplatDataCoroutine(mesh: GaussianSplattingMesh): Coroutine<SplatData> {
    const bytes = SplatBytesOf(mesh);
    const floats = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
    const count = CountSplats(mesh);
    const positions = new Float32Array(3 * count);
    const scales = new Float32Array(3 * count);
    const rotations = new Float32Array(4 * count);
    const colors = new Uint8Array(4 * count);
    const ySign = IsSplatDataFlipped(mesh) ? -1 : 1;
    const displayed = DisplayedCenters(mesh);
    // The loop allocates no arrays, because there may be millions of splats.
    for (let i = 0; i < count; i++) {
        if (i % SPLATS_PER_CHUNK === 0) {
            yield;
        }
        const at = SPLAT_FLOATS * i;
        positions[3 * i] = floats[at];
        positions[3 * i + 1] = displayed ? displayed[4 * i + 1] : ySign * floats[at + 1];
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

/** Writes the rotation matrix of a splat, row-major, to `out` [9]; column c is the direction of its axis c. */
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
