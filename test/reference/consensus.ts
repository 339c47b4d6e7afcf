import type { EdgeList } from "../../src/compute/algorithms/edgeList";
import type { ConsensusOptions } from "../../src/compute/hierarchy/build/consensusOptions";
import type { ViewObservation } from "../../src/compute/hierarchy/build/observations";
import type { CloudFeatures } from "../../src/compute/hierarchy/build/surfaceCloud";
import type { LabelPrior, LinkPrior } from "../../src/compute/hierarchy/priors/structurePriors";
import { IsHeld } from "../support/randomObservations";

/** Lines of sight between each two regions, [regions, regions], and [regions] the share of each that has an inside. */
export interface ReferenceSight {
    readonly inside: Float32Array;
    readonly total: Float32Array;
    readonly enclosed: Float32Array;
}

/**
 * Reference implementation of MergeRegions: dense tables, recomputed from the points for every pair at every merge.
 *
 * @returns merges [first, second, height] in their order
 */
export function ReferenceConsensus(
    region: Uint32Array,
    regionCount: number,
    edges: EdgeList,
    observations: readonly ViewObservation[],
    features: CloudFeatures | null,
    options: ConsensusOptions,
    creases: Float32Array,
    labelPriors: readonly LabelPrior[] = [],
    links: LinkPrior | null = null,
    sight: ReferenceSight | null = null,
    bends: Float32Array | null = null,
): [number, number, number][] {
    const groupOf = Array.from({ length: regionCount }, (_, r) => r);
    const points = (group: number): number[] =>
        Array.from(region.keys()).filter((point) => groupOf[region[point]] === group);
    const meet = (a: number, b: number): number[] =>
        Array.from(edges.from.keys()).filter((e) => {
            const [x, y] = [groupOf[region[edges.from[e]]], groupOf[region[edges.to[e]]]];
            return (x === a && y === b) || (x === b && y === a);
        });
    const pairs = groupOf.flatMap((a) => groupOf.filter((b) => a < b && meet(a, b).length > 0).map((b) => [a, b]));
    const evidences = pairs.map(([a, b]) => evidence(points(a), points(b)));
    const meanTotal = evidences.reduce((sum, { total }) => sum + total, 0) / Math.max(pairs.length, 1);
    const meanAgainst =
        evidences.reduce((sum, { shared, total }) => sum + total - shared, 0) / Math.max(pairs.length, 1);
    const creaseEvidence = options.creaseWeight * meanTotal;
    const merges: [number, number, number][] = [];
    let altitude = 0;
    for (;;) {
        const groups = [...new Set(groupOf)].sort((a, b) => a - b);
        let best: [number, number, number] | null = null;
        for (const a of groups) {
            for (const b of groups) {
                const border = a < b ? meet(a, b) : [];
                if (a < b && (border.length > 0 || groups.length <= options.nonAdjacentBelow)) {
                    const d = dissimilarity(points(a), points(b), border);
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

    function dissimilarity(a: number[], b: number[], border: number[]): number {
        const masks = evidence(a, b);
        const sum = border.reduce((total, e) => total + (e < creases.length ? creases[e] : 0), 0);
        const crease = border.length > 0 ? sum / border.length : options.nonAdjacentCrease;
        const prior = border.length > 0 ? options.prior : options.nonAdjacentPrior;
        const seen = sightBetween(a, b);
        const shared = masks.shared + options.priorWeight * (1 - prior) + seen.inside;
        const total = masks.total + options.priorWeight + seen.total + bendAgainst(a, b, border);
        let result = total > 0 ? 1 - shared / total + (creaseEvidence * crease) / total : prior;
        if (features !== null) {
            const distance = Math.hypot(...direction(a).map((x, d) => x - direction(b)[d]));
            result = (1 - options.featureWeight) * result + (options.featureWeight * distance) / 2;
        }
        const share = Math.min(a.length, b.length) / region.length;
        const [small, large] = a.length <= b.length ? [a, b] : [b, a];
        return result * Math.min(share / options.minRegionShare, 1) ** options.sizeExponent + penalty(small, large);
    }

    /** Returns the evidence of sight between two groups, from all pairs of their regions. */
    function sightBetween(a: number[], b: number[]): { inside: number; total: number } {
        if (sight === null) {
            return { inside: 0, total: 0 };
        }
        const regions = (some: number[]): number[] => [...new Set(some.map((point) => region[point]))];
        let inside = 0;
        let total = 0;
        for (const r of regions(a)) {
            for (const s of regions(b)) {
                inside += sight.inside[r * regionCount + s];
                total += sight.total[r * regionCount + s];
            }
        }
        const enclosedShare = (some: number[]): number =>
            some.reduce((sum, point) => sum + sight.enclosed[region[point]], 0) / some.length;
        const weight = options.sightWeight * geometryEvidence(a, b, 1) * Math.min(enclosedShare(a), enclosedShare(b));
        return { inside: (weight * inside) / total, total: weight };
    }

    /** Returns the evidence of geometry between two groups at a weight of 1, which grows with size to a power. */
    function geometryEvidence(a: number[], b: number[], growth: number): number {
        const meanSize = region.length / regionCount;
        const size = Math.min(a.length / meanSize, b.length / meanSize, options.sightLimit);
        return (meanTotal * size ** growth * 0.1) / Math.max(meanAgainst / meanTotal, 0.02);
    }

    /** Returns the evidence against a merge from the mean bend along the border. */
    function bendAgainst(a: number[], b: number[], border: number[]): number {
        if (bends === null) {
            return 0;
        }
        const mean = border.reduce((sum, e) => sum + bends[e], 0) / border.length;
        return options.bendWeight * geometryEvidence(a, b, 1.5) * (border.length > 0 ? Math.min(mean / 0.6, 1) : 1);
    }

    function evidence(a: number[], b: number[]): { shared: number; total: number } {
        let shared = 0;
        let total = 0;
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
        return { shared, total };
    }

    function penalty(small: number[], large: number[]): number {
        let sum = 0;
        for (const { labels, weight } of labelPriors) {
            // Each point of the smaller region finds a partner of the same group, or none.
            const open = large.map((point) => labels[point]);
            const alone = small.filter((point) => {
                const place = open.indexOf(labels[point]);
                if (place >= 0) {
                    open.splice(place, 1);
                }
                return place < 0;
            });
            sum += (weight * alone.length) / small.length;
        }
        if (links !== null) {
            const meet = (some: number[], others: (point: number) => boolean): boolean =>
                [...links.links].some((link, e) => {
                    const [p, q] = [edges.from[e], edges.to[e]];
                    return (
                        link === 1 &&
                        ((some.includes(p) && !some.includes(q) && others(q)) ||
                            (some.includes(q) && !some.includes(p) && others(p)))
                    );
                });
            sum += meet(small, () => true) && !meet(small, (point) => large.includes(point)) ? links.weight : 0;
        }
        return sum;
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
