import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { CheckNoCompound, IsSplatDataFlipped, SPLAT_BYTES, SplatBytesOf } from "../content/splatData";
import { SelectSplatBytes } from "../parts/extract/extractSplats";

/**
 * Writes splats of a mesh as a `.splat` file in the coordinates of the mesh. Each splat has 32 bytes: center, scales,
 * color and opacity, rotation. The format has no spherical harmonics and no labels.
 *
 * @param splats indices of the splats; null for all
 * @throws UltrametricError "input" when the mesh does not have its splats in memory (keepInRam) or an index is out of
 * range; "unsupported" for compounds, whose splats have no common coordinates
 */
export function WriteSplatFile(
    mesh: GaussianSplattingMesh,
    splats: ArrayLike<number> | null = null,
): Uint8Array<ArrayBuffer> {
    CheckNoCompound(mesh);
    const bytes = splats ? SelectSplatBytes(mesh, splats) : new Uint8Array(SplatBytesOf(mesh));
    if (IsSplatDataFlipped(mesh)) {
        const floats = new Float32Array(bytes.buffer);
        for (let y = 1; y < floats.length; y += SPLAT_BYTES / 4) {
            floats[y] *= -1;
        }
    }
    return bytes;
}
