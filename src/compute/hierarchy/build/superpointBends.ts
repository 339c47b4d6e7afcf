import type { EdgeList } from "../../algorithms/edgeList";
import { SampleRegions } from "../sight/regionSamples";
import type { Superpoints } from "./superpoints";

/** The number of points that stand for a superpoint. */
const SAMPLES = 16;

/**
 * Measures how much the surface bends inward from one superpoint to the next -> [edges]: the angle between the mean
 * outer normals of both ends' superpoints, in radians; 0 within a superpoint, where the surface bends outward, and on
 * sheets, which have no outer side. Superpoints are wide enough to show the round hollow between a finger and a palm,
 * where no edge of the graph has a crease.
 *
 * @param edges of the cloud's points
 * @param unitPositions [n, 3]
 * @param normals [n, 3] of either sign
 * @param outerSideOf returns the sign of a point's normal on the side that it is seen from; 0 for a sheet
 */
export function MeasureSuperpointBends(
    { from, to }: EdgeList,
    unitPositions: Float32Array,
    normals: Float32Array,
    outerSideOf: (point: number) => number,
    { region, count }: Pick<Superpoints, "region" | "count">,
): Float32Array {
    const centers = new Float64Array(3 * count);
    const outward = new Float64Array(3 * count);
    const samples = SampleRegions(region, count, SAMPLES, 1);
    for (let i = 0; i < samples.length; i++) {
        const point = samples[i];
        const r = Math.floor(i / SAMPLES);
        const side = outerSideOf(point);
        for (let axis = 0; axis < 3; axis++) {
            centers[3 * r + axis] += unitPositions[3 * point + axis] / SAMPLES;
            outward[3 * r + axis] += (side * normals[3 * point + axis]) / SAMPLES;
        }
    }
    const lengths = Float64Array.from({ length: count }, (_, r) =>
        Math.hypot(outward[3 * r], outward[3 * r + 1], outward[3 * r + 2]),
    );
    const bends = new Float32Array(from.length);
    for (let e = 0; e < from.length; e++) {
        const r = region[from[e]];
        const s = region[to[e]];
        if (r === s || lengths[r] === 0 || lengths[s] === 0) {
            continue;
        }
        let cosine = 0;
        let divergence = 0;
        for (let axis = 0; axis < 3; axis++) {
            const a = outward[3 * r + axis] / lengths[r];
            const b = outward[3 * s + axis] / lengths[s];
            cosine += a * b;
            divergence += (b - a) * (centers[3 * s + axis] - centers[3 * r + axis]);
        }
        bends[e] = divergence < 0 ? Math.acos(Math.min(Math.max(cosine, -1), 1)) : 0;
    }
    return bends;
}
