import type { ConsensusFeatures, ConsensusOptions } from "../../src/compute/hierarchy/consensus";
import type { EdgeList } from "../../src/compute/hierarchy/neighbourGraph";
import type { ViewObservation } from "../../src/compute/hierarchy/observations";
import { IsHeld } from "../support/randomObservations";

/**
 * The slow twin of MergeRegions: dense tables, and everything computed anew from the points for every pair at every merge.
 *
 * @returns merges [first, second, height] in their order
 */
export function ReferenceConsensus(
    region: Uint32Array,
    regionCount: number,
    edges: EdgeList,
    observations: readonly ViewObservation[],
    features: ConsensusFeatures | null,
    options: ConsensusOptions,
): [number, number, number][] {
    const groupOf = Array.from({ length: regionCount }, (_, r) => r);
    const points = (group: number): number[] =>
        Array.from(region.keys()).filter((point) => groupOf[region[point]] === group);
    const touch = (a: number, b: number): boolean =>
        edges.from.some((p, e) => {
            const [x, y] = [groupOf[region[p]], groupOf[region[edges.to[e]]]];
            return (x === a && y === b) || (x === b && y === a);
        });
    const merges: [number, number, number][] = [];
    let altitude = 0;
    for (;;) {
        const groups = [...new Set(groupOf)].sort((a, b) => a - b);
        let best: [number, number, number] | null = null;
        for (const a of groups) {
            for (const b of groups) {
                const near = a < b && touch(a, b);
                if (a < b && (near || groups.length <= options.remoteRegions)) {
                    const d = dissimilarity(points(a), points(b), near);
                    if (best === null || d < best[2]) {
                        best = [a, b, d];
                    }
                }
            }
        }
        if (best === null) {
            return merges;
        }
        const [first, second, height] = best;
        altitude = Math.max(altitude, height);
        merges.push([first, second, altitude]);
        groupOf.forEach((group, r) => {
            groupOf[r] = group === second ? first : group;
        });
    }

    function dissimilarity(a: number[], b: number[], near: boolean): number {
        let shared = options.priorWeight * (1 - options.prior);
        let total = options.priorWeight;
        for (const view of observations) {
            const seen = (some: number[]): number[] => some.filter((point) => IsHeld(view, point, 0) !== null);
            const [seenA, seenB, all] = [seen(a), seen(b), seen(Array.from(region.keys()))];
            if (seenA.length === 0 || seenB.length === 0) {
                continue;
            }
            let low = 0;
            let high = 0;
            view.confidence.forEach((confidence, mask) => {
                const held = (some: number[]): number => some.filter((point) => IsHeld(view, point, mask)).length;
                const weight = confidence * (all.length / Math.max(held(all), 1)) ** options.maskSizeExponent;
                const [shareA, shareB] = [held(seenA) / seenA.length, held(seenB) / seenB.length];
                low += weight * Math.min(shareA, shareB);
                high += weight * Math.max(shareA, shareB);
            });
            if (high > 0.05) {
                const weight = Math.min(seenA.length, seenB.length) ** options.evidenceExponent;
                shared += weight * low;
                total += weight * high;
            }
        }
        let result = total > 0 ? 1 - shared / total : options.prior;
        if (features !== null) {
            const distance = Math.hypot(...direction(a).map((x, d) => x - direction(b)[d]));
            result = (1 - options.featureWeight) * result + (options.featureWeight * distance) / 2;
        }
        result += near ? 0 : options.remotePenalty;
        const share = Math.min(a.length, b.length) / region.length;
        return result * Math.min(share / options.dustShare, 1) ** options.sizeExponent;
    }

    function direction(some: number[]): number[] {
        const { features: values, dimensions } = features!;
        const sum = Array.from({ length: dimensions }, (_, d) =>
            some.reduce((total, point) => total + values[point * dimensions + d], 0),
        );
        const length = Math.max(Math.hypot(...sum), 1e-12);
        return sum.map((x) => x / length);
    }
}
