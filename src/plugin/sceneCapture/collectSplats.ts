import type { Pacer } from "../../compute/base/pacer";
import type { SplatSet } from "../../compute/splats/splatRasterizer";
import type { ContentPiece } from "../content/sceneContent";

/**
 * Collects all splats of content, to be drawn together; null where there are none.
 *
 * @throws UltrametricError "aborted"
 */
export async function CollectSplatsAsync(pieces: readonly ContentPiece[], pacer: Pacer): Promise<SplatSet | null> {
    const splatPieces = pieces.filter(({ kind }) => kind === "splats");
    const count = splatPieces.reduce((sum, { elementCount }) => sum + elementCount, 0);
    if (count === 0) {
        return null;
    }
    const positions = new Float32Array(3 * count);
    const covariances = new Float32Array(6 * count);
    const colors = new Float32Array(4 * count);
    const elements = new Uint32Array(count);
    let filled = 0;
    for (const piece of splatPieces) {
        positions.set(piece.positions, 3 * filled);
        covariances.set(piece.covariances!, 6 * filled);
        for (let i = 0; i < piece.elementCount; i++, filled++) {
            for (let c = 0; c < 3; c++) {
                colors[4 * filled + c] = piece.colors![4 * i + c] ** (1 / 2.2);
            }
            colors[4 * filled + 3] = piece.colors![4 * i + 3];
            elements[filled] = piece.firstElement + i;
        }
        await pacer.yieldIfDueAsync();
    }
    return { positions, covariances, colors, elements };
}
