import type { EdgeList } from "./edgeList";
import type { MergeList } from "./mergeList";
import { CreateSpanningForest, type SpanningForest } from "./spanningForest";

/** The attribute of a region that delays its merge with a neighbor. */
export type PersistenceCriterion = "dynamics" | "area" | "volume";

/**
 * Creates a hierarchical watershed (Cousty & Najman 2011; Najman, Cousty & Perret 2013): the merges of a minimum
 * spanning forest, each at the lesser attribute of its two sides in the binary partition tree by altitude. Avoids the
 * chaining of single linkage: a part that is small, shallow or thin joins its neighbor early. O(n) from the sorted
 * forest.
 *
 * - `area`: leaves, or the sum of `leafArea`
 * - `dynamics`: altitude of the merge minus the lowest altitude inside
 * - `volume`: area accumulated over altitude
 *
 * A side that is a single leaf has the attribute 0. A side that was merged at the altitude of the merge above it (a
 * plateau) has the attribute of its larger child, so that the result does not depend on the order within a plateau.
 *
 * @param edges the graph of the forest
 * @param leafArea [n] area of each leaf, in any unit. Default: 1 each
 */
export function CreateWatershed(
    edges: EdgeList,
    forest: SpanningForest,
    criterion: PersistenceCriterion,
    leafArea?: Float32Array,
): MergeList {
    const { first, second, height } = forest.merges;
    const leaves = forest.vertexCount;
    const merges = first.length;
    // Node of a component: the merge that created it, -1 for a single leaf.
    const nodeOf = new Int32Array(leaves).fill(-1);
    const area = new Float64Array(merges);
    const lowest = new Float64Array(merges);
    // Volume up to the altitude of the node, and the attribute on plateaus.
    const volumeBelow = new Float64Array(merges);
    const plateauMaximum = new Float64Array(merges);
    const persistence = new Float64Array(merges);

    for (let m = 0; m < merges; m++) {
        const altitude = height[m];
        let least = Number.POSITIVE_INFINITY;
        let most = 0;
        let totalArea = 0;
        let totalVolume = 0;
        let minimum = altitude;
        for (const side of [first[m], second[m]]) {
            const node = nodeOf[side];
            let attribute = 0;
            if (node < 0) {
                totalArea += leafArea ? leafArea[side] : 1;
            } else {
                const volume = volumeBelow[node] + (altitude - height[node]) * area[node];
                totalArea += area[node];
                totalVolume += volume;
                minimum = Math.min(minimum, lowest[node]);
                if (height[node] === altitude) {
                    attribute = plateauMaximum[node];
                } else if (criterion === "area") {
                    attribute = area[node];
                } else if (criterion === "volume") {
                    attribute = volume;
                } else {
                    attribute = altitude - lowest[node];
                }
            }
            least = Math.min(least, attribute);
            most = Math.max(most, attribute);
        }
        nodeOf[first[m]] = m;
        area[m] = totalArea;
        volumeBelow[m] = totalVolume;
        lowest[m] = minimum;
        plateauMaximum[m] = most;
        persistence[m] = least;
    }

    const tree: EdgeList = {
        vertexCount: leaves,
        from: forest.edges.map((e) => edges.from[e]),
        to: forest.edges.map((e) => edges.to[e]),
    };
    return CreateSpanningForest(tree, persistence).merges;
}
