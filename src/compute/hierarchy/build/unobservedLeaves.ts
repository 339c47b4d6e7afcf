import { KdTree } from "../../algorithms/kdTree";
import type { MergeList } from "../../algorithms/mergeList";
import type { CaptureGeometry } from "../../views/capture";
import { BorderWeight, type LabelPrior } from "../priors/structurePriors";
import { type LeafVisibility, SelectRows } from "./leafVisibility";

/** Nearest observed leaves among which an unobserved leaf chooses. */
const CANDIDATES = 8;

/**
 * Assigns each leaf that no view sees to an observed leaf: among the nearest, the one of least distance x (cueFloor +
 * color difference + crease + border).
 *
 * @param colors [n, 3] sRGB 0..1
 * @param cueFloor see SuperpointOptions.cueFloor
 * @param priors of the n leaves, which add the weights of borders
 * @returns [unobserved] observed leaf of each
 */
export function AssignUnobservedLeaves(
    { positions, normals }: Pick<CaptureGeometry, "positions" | "normals">,
    colors: Float32Array,
    { observed, unobserved }: LeafVisibility,
    cueFloor: number,
    priors: readonly LabelPrior[] = [],
): Uint32Array {
    const tree = new KdTree(SelectRows(positions, observed));
    const { indices, squaredDistances } = tree.nearest(SelectRows(positions, unobserved), CANDIDATES);
    const assigned = new Uint32Array(unobserved.length);
    for (let u = 0; u < unobserved.length; u++) {
        const a = 3 * unobserved[u];
        // Costs that are not finite, as of broken normals, leave the nearest leaf.
        assigned[u] = observed[indices[CANDIDATES * u]];
        let minCost = Number.POSITIVE_INFINITY;
        for (let c = CANDIDATES * u; c < CANDIDATES * (u + 1) && indices[c] >= 0; c++) {
            const b = 3 * observed[indices[c]];
            const color = Math.hypot(
                colors[a] - colors[b],
                colors[a + 1] - colors[b + 1],
                colors[a + 2] - colors[b + 2],
            );
            const crease = normals
                ? 1 -
                  Math.abs(normals[a] * normals[b] + normals[a + 1] * normals[b + 1] + normals[a + 2] * normals[b + 2])
                : 0;
            const border = BorderWeight(priors, unobserved[u], observed[indices[c]]);
            const cost = Math.sqrt(squaredDistances[c]) * (cueFloor + color + crease + border);
            if (cost < minCost) {
                minCost = cost;
                assigned[u] = observed[indices[c]];
            }
        }
    }
    return assigned;
}

/**
 * Extends merges of the observed leaves to all leaves: first, at height 0, each unobserved leaf joins its observed one.
 *
 * @param merges of the observed leaves, by their index among these
 * @param assigned from {@link AssignUnobservedLeaves}
 */
export function ExpandMerges(
    merges: MergeList,
    { observed, unobserved }: LeafVisibility,
    assigned: Uint32Array,
): MergeList {
    const start = unobserved.length;
    const first = new Uint32Array(start + merges.first.length);
    const second = new Uint32Array(first.length);
    const height = new Float64Array(first.length);
    first.set(assigned);
    second.set(unobserved);
    for (let m = 0; m < merges.first.length; m++) {
        first[start + m] = observed[merges.first[m]];
        second[start + m] = observed[merges.second[m]];
        height[start + m] = merges.height[m];
    }
    return { leafCount: observed.length + start, first, second, height };
}
