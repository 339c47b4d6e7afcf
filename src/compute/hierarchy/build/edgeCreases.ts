import type { EdgeList } from "../../algorithms/edgeList";
import { UNSEEN, type ViewObservation } from "./observations";

/** The creases along each edge of a graph: 0 on a flat surface, 1 at a right angle. */
export interface EdgeCreases {
    /** [edges] convex crease, as along the edge of a box; 0 if the crease is concave. */
    readonly convex: Float32Array;
    /** [edges] concave crease, as where two objects touch; 0 if the crease is convex. */
    readonly concave: Float32Array;
}

/**
 * Finds a direction to the outer side of the surface at each point, the sum of the vectors to the cameras that see it
 * -> [n, 3]; 0 if no camera sees it.
 *
 * @param positions [n, 3] world
 * @param observations of these points
 */
export function FindOutwardDirections(positions: Float32Array, observations: readonly ViewObservation[]): Float32Array {
    const outward = new Float32Array(positions.length);
    for (const { cells, eye } of observations) {
        const [x, y, z] = eye;
        for (let i = 0; i < cells.length; i++) {
            if (cells[i] !== UNSEEN) {
                outward[3 * i] += x - positions[3 * i];
                outward[3 * i + 1] += y - positions[3 * i + 1];
                outward[3 * i + 2] += z - positions[3 * i + 2];
            }
        }
    }
    return outward;
}

/**
 * Measures the crease along each edge, 1 - |n1.n2|, and whether it is convex or concave. The result is the mean over
 * several scales of the normals. People perceive objects as parts that meet in concave creases (Hoffman and Richards
 * 1984, "Parts of recognition").
 *
 * @param positions [n, 3] in the frame of the normals
 * @param scales for each scale [n, 3] unit normals, of either sign
 * @param outward [n, 3] vectors to the outer side of the surface; where one is 0, the sign of the normal decides
 */
export function MeasureEdgeCreases(
    { from, to }: EdgeList,
    positions: Float32Array,
    scales: readonly Float32Array[],
    outward: Float32Array,
): EdgeCreases {
    const convex = new Float32Array(from.length);
    const concave = new Float32Array(from.length);
    const share = 1 / scales.length;
    for (const normals of scales) {
        const n = orientOutward(normals, outward);
        for (let e = 0; e < from.length; e++) {
            const a = 3 * from[e];
            const b = 3 * to[e];
            const crease = share * (1 - Math.abs(n[a] * n[b] + n[a + 1] * n[b + 1] + n[a + 2] * n[b + 2]));
            // Outward normals diverge across a ridge and converge across a valley.
            const divergence =
                (n[b] - n[a]) * (positions[b] - positions[a]) +
                (n[b + 1] - n[a + 1]) * (positions[b + 1] - positions[a + 1]) +
                (n[b + 2] - n[a + 2]) * (positions[b + 2] - positions[a + 2]);
            if (divergence < 0) {
                concave[e] += crease;
            } else {
                convex[e] += crease;
            }
        }
    }
    return { convex, concave };
}

function orientOutward(normals: Float32Array, outward: Float32Array): Float32Array {
    const oriented = normals.slice();
    for (let i = 0; i < oriented.length; i += 3) {
        if (normals[i] * outward[i] + normals[i + 1] * outward[i + 1] + normals[i + 2] * outward[i + 2] < 0) {
            oriented[i] = -normals[i];
            oriented[i + 1] = -normals[i + 1];
            oriented[i + 2] = -normals[i + 2];
        }
    }
    return oriented;
}
