import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { RunCoroutineSync } from "../../compute/base/coroutine";
import { SPLAT_FRAMES } from "../../compute/splats/splatFrame";
import { SplatsToWriteCoroutine } from "./splatsToWrite";

/**
 * Writes splats of a mesh as a `.splat` file. Each splat has 32 bytes: center, scales, color and opacity, rotation. The
 * format has no spherical harmonics and no labels. A reader that follows the format's axes (right, down, front) shows
 * the splats as the mesh does. It does all in one go, for Node and workers.
 *
 * @param splats indices of the splats; null for all
 * @throws UltrametricError "input" when the mesh does not have its splats in memory (keepInRam) or an index is out of
 * range; "unsupported" for compounds, whose splats have no common coordinates
 */
export function WriteSplatFile(
    mesh: GaussianSplattingMesh,
    splats: ArrayLike<number> | null = null,
): Uint8Array<ArrayBuffer> {
    return RunCoroutineSync(SplatsToWriteCoroutine(mesh, SPLAT_FRAMES.ply, null, splats)).rows;
}
