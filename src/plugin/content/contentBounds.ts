import type { Pacer } from "../../compute/base/pacer";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { FibonacciDirections } from "./fibonacciDirections";
import type { ContentBounds, ContentPiece } from "./sceneContent";

/** Directions in which the outermost point is searched. Between two of them the content reaches at most 3 % farther. */
const OUTLINE_DIRECTIONS = FibonacciDirections(64, -1, 1, "y");

/**
 * Measures the extent of content in the capture's world, without faint splats, which float far outside in many
 * captures.
 *
 * @param minSplatOpacity lowest opacity, 0..1, of a splat that counts
 * @throws UltrametricError "input" when all splats are too faint or a position is not finite, "aborted"
 */
export async function BoundContentAsync(
    pieces: readonly ContentPiece[],
    minSplatOpacity: number,
    pacer: Pacer,
): Promise<ContentBounds> {
    const clouds: Float32Array[] = [];
    for (const piece of pieces) {
        clouds.push(solidPositions(piece, minSplatOpacity));
        await pacer.yieldIfDueAsync();
    }
    if (clouds.every((positions) => positions.length === 0)) {
        throw new UltrametricError(
            "input",
            `All splats are less opaque than ${minSplatOpacity}, the minimum for leaves; lower the option ` +
                "splatOpacity.",
        );
    }
    const low: [number, number, number] = [Infinity, Infinity, Infinity];
    const high: [number, number, number] = [-Infinity, -Infinity, -Infinity];
    for (const positions of clouds) {
        for (let p = 0; p < positions.length; p += 3) {
            for (let a = 0; a < 3; a++) {
                low[a] = Math.min(low[a], positions[p + a]);
                high[a] = Math.max(high[a], positions[p + a]);
            }
        }
        await pacer.yieldIfDueAsync();
    }
    if (![...low, ...high].every(Number.isFinite)) {
        throw new UltrametricError(
            "input",
            "The meshes have vertices whose positions are not finite; remove them before capturing.",
        );
    }
    return { low, high, outline: await outermostPointsAsync(clouds, pacer) };
}

/** Returns the outermost point [n, 3] in each of the outline directions. */
async function outermostPointsAsync(clouds: readonly Float32Array[], pacer: Pacer): Promise<Float32Array> {
    const outline = new Float32Array(3 * OUTLINE_DIRECTIONS.length);
    const reach = new Float64Array(OUTLINE_DIRECTIONS.length).fill(-Infinity);
    for (const positions of clouds) {
        for (const [d, [x, y, z]] of OUTLINE_DIRECTIONS.entries()) {
            let farthest = -1;
            for (let p = 0; p < positions.length; p += 3) {
                const along = x * positions[p] + y * positions[p + 1] + z * positions[p + 2];
                if (along > reach[d]) {
                    reach[d] = along;
                    farthest = p;
                }
            }
            if (farthest >= 0) {
                outline.set(positions.subarray(farthest, farthest + 3), 3 * d);
            }
            await pacer.yieldIfDueAsync();
        }
    }
    return outline;
}

/** Returns the positions of a piece, without splats that are too faint. */
function solidPositions({ kind, positions, colors }: ContentPiece, minSplatOpacity: number): Float32Array {
    return kind === "splats"
        ? positions.filter((_, i) => colors![4 * Math.floor(i / 3) + 3] >= minSplatOpacity)
        : positions;
}
