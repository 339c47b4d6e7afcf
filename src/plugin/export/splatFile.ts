import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { CountSplats, IsSplatDataFlipped, SPLAT_BYTES, SplatBytesOf } from "../content/splatData";
import { SelectSplatBytes } from "../parts/extract/extractSplats";

/**
 * Writes splats of a mesh as a `.splat` file in the coordinates of the mesh. Each splat has 32 bytes: center, scales,
 * color and opacity, rotation. The format has no spherical harmonics and no labels.
 *
 * @param splats indices of the splats; null for all
 * @throws UltrametricError "input" when the mesh does not have its splats in memory (keepInRam) or an index is out of
 * range; "unsupported" for splats combined from several meshes
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
 * Groups the splats of a mesh by part, to write a file per part.
 *
 * @param labels [splats] the part of each splat of the mesh
 * @returns the splat indices of each part, parts in ascending order
 * @throws UltrametricError "input" when labels and splats differ in number
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
