import type { MergeList } from "../../algorithms/mergeList";
import { SortIndices } from "../../algorithms/sortIndices";

/**
 * The length up to which a border is short, in roots of the smaller side's area; that of a limb three radii long.
 */
const SHORT_BORDER = 1.5;
/** The mean inward bend along a border, in radians, from which on people see a seam there. */
const SEEN_BEND = 0.2;
/** The share of sight within a region from which on it is nearly convex. */
const NEARLY_CONVEX = 0.85;

/**
 * Returns the strength of the seam between two regions, 0..1: how likely people see two parts there if little sight
 * passes from one to the other. A short border speaks for two parts, as do a surface that bends inward along it, and
 * two sides that are nearly convex; the strongest of the three counts. None of them holds for two pieces of a bowl:
 * they see each other past the air, but so do the pieces of each.
 *
 * @param edges number of edges of the neighbor graph across the border
 * @param bend the mean inward bend along these, in radians
 * @param size points of the smaller region
 * @param ownSight the smaller of the shares of sight within either region
 * @param degree the mean number of edges of a point
 */
export function SeamStrength(edges: number, bend: number, size: number, ownSight: number, degree: number): number {
    // The edges of a point reach over a disk of as many points; integrated over all lines through such disks.
    const length = edges / ((2 / 3) * (degree / Math.PI) ** 1.5);
    const short = (SHORT_BORDER * Math.sqrt(size)) / length;
    return Math.min(1, Math.max(short, bend / SEEN_BEND, ownSight / NEARLY_CONVEX));
}

/**
 * Lowers merges by the strength of the seams that they close, and sorts them anew. No merge gets below those of its two
 * sides, so all parts remain; only the order in which they split changes.
 *
 * @param merges by height
 * @param strength [merges] 0..1
 */
export function LowerWeakSeams({ leafCount, first, second, height }: MergeList, strength: Float32Array): MergeList {
    const lowered = new Float64Array(first.length);
    /** The height of each region so far. */
    const reached = new Float64Array(leafCount);
    for (let m = 0; m < first.length; m++) {
        const a = first[m];
        lowered[m] = reached[a] = Math.max(height[m] * strength[m], reached[a], reached[second[m]]);
    }
    const sorted = SortIndices(lowered);
    return {
        leafCount,
        first: sorted.map((m) => first[m]),
        second: sorted.map((m) => second[m]),
        height: Float64Array.from(sorted, (m) => lowered[m]),
    };
}
