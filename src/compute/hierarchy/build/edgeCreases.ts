import type { EdgeList } from "../../algorithms/edgeList";
import { UNSEEN, type ViewObservation } from "./observations";

/** How sharply the surface creases along each edge of a graph: 0 where it is flat, 1 at a right angle. */
export interface EdgeCreases {
    /** [edges] where it creases away from who looks at it, as at the edge of a box; elsewhere 0. */
    readonly convex: Float32Array;
    /** [edges] where it creases toward them, as where two things touch; elsewhere 0. */
    readonly concave: Float32Array;
}

/**
 * [n, 3] for each point the sum of the ways to the eyes that see it, so that it lies on the outer side of the surface; 0 where none does.
 *
 * @param positions [n, 3] world
 * @param observations of these points
 */
export function FindOutwardDirections(positions: Float32Array, observations: readonly ViewObservation[]): Float32Array {
    const sides = new Float32Array(positions.length);
    for (const { cells, eye } of observations) {
        const [x, y, z] = eye;
        for (let i = 0; i < cells.length; i++) {
            if (cells[i] !== UNSEEN) {
                sides[3 * i] += x - positions[3 * i];
                sides[3 * i + 1] += y - positions[3 * i + 1];
                sides[3 * i + 2] += z - positions[3 * i + 2];
            }
        }
    }
    return sides;
}

/**
 * How sharply, and which way, the surface creases along each edge: 1 - |n1.n2|, mean over the scales of the normals. Things are seen to
 * consist of parts that meet in concave creases (Hoffman and Richards 1984, "Parts of recognition").
 *
 * @param positions [n, 3] in the frame of the normals
 * @param scales for each scale [n, 3] unit normals, of either sign
 * @param sides [n, 3] vectors to the outer side of the surface; where one is 0 the sign of the normal decides
 */
export function MeasureEdgeCreases(
    { from, to }: EdgeList,
    positions: Float32Array,
    scales: readonly Float32Array[],
    sides: Float32Array,
): EdgeCreases {
    const convex = new Float32Array(from.length);
    const concave = new Float32Array(from.length);
    const share = 1 / scales.length;
    for (const normals of scales) {
        const n = turnOutward(normals, sides);
        for (let e = 0; e < from.length; e++) {
            const a = 3 * from[e];
            const b = 3 * to[e];
            const crease = share * (1 - Math.abs(n[a] * n[b] + n[a + 1] * n[b + 1] + n[a + 2] * n[b + 2]));
            // Outward normals part on the way over a ridge, and close in on the way through a valley.
            const parting =
                (n[b] - n[a]) * (positions[b] - positions[a]) +
                (n[b + 1] - n[a + 1]) * (positions[b + 1] - positions[a + 1]) +
                (n[b + 2] - n[a + 2]) * (positions[b + 2] - positions[a + 2]);
            if (parting < 0) {
                concave[e] += crease;
            } else {
                convex[e] += crease;
            }
        }
    }
    return { convex, concave };
}

function turnOutward(normals: Float32Array, sides: Float32Array): Float32Array {
    const outward = normals.slice();
    for (let i = 0; i < outward.length; i += 3) {
        if (normals[i] * sides[i] + normals[i + 1] * sides[i + 1] + normals[i + 2] * sides[i + 2] < 0) {
            outward[i] = -normals[i];
            outward[i + 1] = -normals[i + 1];
            outward[i + 2] = -normals[i + 2];
        }
    }
    return outward;
}
