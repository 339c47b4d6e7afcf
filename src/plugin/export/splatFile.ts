import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { SelectSplatBytes } from "../parts/extract/extractSplats";
import { CountSplats, IsSplatDataFlipped, SPLAT_BYTES, SplatBytesOf } from "../sceneCapture/splatData";

/**
 * Splats of a mesh as a `.splat` file, 32 bytes a splat, in the mesh's own coordinates: center, scales, color and opacity, rotation. Such files
 * hold no harmonics and no labels.
 *
 * @param splats which; null for all
 * @throws UltrametricError "input" when the mesh did not keep its splats in memory (keepInRam) or has no such splat, "unsupported"
 */
export function WriteSplatFile(
    mesh: GaussianSplattingMesh,
    splats: ArrayLike<number> | null = null,
): Uint8Array<ArrayBuffer> {
    const bytes = splats ? SelectSplatBytes(mesh, splats) : new Uint8Array(SplatBytesOf(mesh));
    if (IsSplatDataFlipped(mesh)) {
        const floats = new Float32Array(bytes.buffer);
        for (let y = 1; y < floats.length; y += SPLAT_BYTES / 4) {
            floats[y] *= -1;
        }
    }
    return bytes;
}

/**
 * The splats of each part, to be written as a file each.
 *
 * @param labels [splats] part of each splat of the mesh
 * @returns by part, in ascending order, the numbers of its splats
 * @throws UltrametricError "input" when the labels are not as many as the splats
 */
export function SplatsByPart(mesh: GaussianSplattingMesh, labels: ArrayLike<number>): Map<number, Uint32Array> {
    const count = CountSplats(mesh);
    if (labels.length !== count) {
        throw new UltrametricError(
            "input",
            `There are ${labels.length} labels for the ${count} splats of "${mesh.name}"; each splat needs one.`,
        );
    }
    const parts = new Map<number, number[]>();
    for (let splat = 0; splat < count; splat++) {
        const part = parts.get(labels[splat]);
        if (part) {
            part.push(splat);
        } else {
            parts.set(labels[splat], [splat]);
        }
    }
    return new Map(
        [...parts].sort(([a], [b]) => a - b).map(([label, splats]) => [label, Uint32Array.from(splats)] as const),
    );
}
