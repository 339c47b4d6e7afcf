import { describe, expect, it } from "vitest";
import type { EdgeList } from "../../src/compute/algorithms/edgeList";
import { CreateSpanningForest } from "../../src/compute/algorithms/spanningForest";
import { CreateWatershed, type PersistenceCriterion } from "../../src/compute/algorithms/watershed";
import { CreateDendrogram, type Dendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import golden from "../golden/hierarchies.json";

/**
 * Returns the ultrametric distances of all pairs of leaves, row by row above the diagonal; -1 for pairs that never
 * merge.
 */
function pairDistances({ order, height, leafCount }: Dendrogram): number[] {
    const placeOf = new Uint32Array(leafCount);
    order.forEach((leaf, place) => {
        placeOf[leaf] = place;
    });
    const distances: number[] = [];
    for (let i = 0; i < leafCount; i++) {
        for (let j = i + 1; j < leafCount; j++) {
            const first = Math.min(placeOf[i], placeOf[j]);
            const last = Math.max(placeOf[i], placeOf[j]);
            const highest = height.subarray(first + 1, last + 1).reduce((a, b) => Math.max(a, b), 0);
            distances.push(Number.isFinite(highest) ? highest : -1);
        }
    }
    return distances;
}

describe.each(golden.graphs)(
    "$name, like SciPy and Higra",
    ({ vertexCount, edges, weights, forestWeight, distances }) => {
        const graph: EdgeList = {
            vertexCount,
            from: Uint32Array.from(edges.filter((_, i) => i % 2 === 0)),
            to: Uint32Array.from(edges.filter((_, i) => i % 2 === 1)),
        };
        const forest = CreateSpanningForest(graph, Float64Array.from(weights));

        it("has the weight of the minimum spanning forest", () => {
            // Integers: exact.
            expect(forest.merges.height.reduce((a, b) => a + b, 0)).toBe(forestWeight);
        });

        it.each(Object.entries(distances))("has the distances of %s", (criterion, expected) => {
            const merges =
                criterion === "distance"
                    ? forest.merges
                    : CreateWatershed(graph, forest, criterion as PersistenceCriterion);
            // Integers below 2^24 throughout: heights in single precision are exact.
            expect(pairDistances(CreateDendrogram(merges))).toEqual(expected);
        });
    },
);
