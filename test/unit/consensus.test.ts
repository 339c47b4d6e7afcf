import { describe, expect, it } from "vitest";
import { type MergeList, NestMerges } from "../../src/compute/algorithms/mergeList";
import { CreateSpanningForest } from "../../src/compute/algorithms/spanningForest";
import { CreateRandom } from "../../src/compute/base/random";
import { MergeRegions } from "../../src/compute/hierarchy/build/consensus";
import { DEFAULT_CONSENSUS_OPTIONS } from "../../src/compute/hierarchy/build/consensusOptions";
import { CompareMaskProfiles, CreateMaskProfiles } from "../../src/compute/hierarchy/build/maskProfiles";
import type { ViewObservation } from "../../src/compute/hierarchy/build/observations";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { CutAtCount, LabelLeaves } from "../../src/compute/hierarchy/cut/partition";
import { RegionPriors } from "../../src/compute/hierarchy/priors/regionPriors";
import { RegionSight } from "../../src/compute/hierarchy/sight/regionSight";
import { MaskArrangement } from "../../src/compute/masks/maskArrangement";
import { ReferenceConsensus } from "../reference/consensus";
import { ExpectCloseElements } from "../support/arrays";
import { RandomGraph } from "../support/randomGraphs";
import { IsHeld, RandomObservations } from "../support/randomObservations";

/** A view that sees all points in one mask. */
function seenByOneMask(points: number): ViewObservation {
    const arrangement = new MaskArrangement(
        1,
        1,
        1,
        Uint16Array.of(1),
        Uint32Array.of(0, 0, 1),
        Uint32Array.of(0),
        Uint32Array.of(0, 1),
    );
    return { eye: [0, 0, 0], cells: new Uint16Array(points).fill(1), arrangement, confidence: Float32Array.of(1) };
}

/** Splits points 0..n-1 into runs of random length, each a region. */
function randomRegions(random: () => number, points: number, regionCount: number): Uint32Array {
    const cuts = Array.from({ length: regionCount - 1 }, () => 1 + Math.floor(random() * (points - 1)));
    return Uint32Array.from({ length: points }, (_, i) => cuts.filter((cut) => cut <= i).length);
}

/** Renumbers regions to 0..count-1. */
function renumber(region: Uint32Array): { region: Uint32Array; count: number } {
    const names = [...new Set(region)];
    return { region: region.map((r) => names.indexOf(r)), count: names.length };
}

/** Expects the merges of the reference in their order, and their heights, which depend on single precision. */
function expectMerges(
    { first, second, height }: Pick<MergeList, "first" | "second" | "height">,
    reference: readonly (readonly [number, number, number])[],
    absolute: number,
    note: string,
): void {
    expect(
        Array.from(first, (a, m) => [a, second[m]]),
        note,
    ).toEqual(reference.map(([a, b]) => [a, b]));
    const heights = reference.map(([, , h]) => h);
    ExpectCloseElements(height, heights, { absolute }, note);
}

describe("CreateMaskProfiles", () => {
    it.each([0, 1, 2, 255, 256, 257])("counts the points of each region in each mask, n = %i", (points) => {
        const seed = 21 + points;
        const random = CreateRandom(seed);
        const { region, count } = renumber(randomRegions(random, points, 6));
        const observations = RandomObservations(random, points, 3, 12);
        const profiles = CreateMaskProfiles(region, count, observations);
        expect(profiles.length).toBe(count);
        profiles.forEach((profile, r) => {
            const own = Array.from(region.keys()).filter((point) => region[point] === r);
            let mask = 0;
            observations.forEach((view, v) => {
                const seen = own.filter((point) => IsHeld(view, point, 0) !== null);
                const i = profile.views.indexOf(v);
                expect(i >= 0 ? profile.seen[i] : 0, `seed ${seed}`).toBe(seen.length);
                for (let m = 0; m < view.confidence.length; m++, mask++) {
                    const place = profile.masks.indexOf(mask);
                    expect(place >= 0 ? profile.counts[place] : 0, `seed ${seed}, mask ${mask}`).toBe(
                        seen.filter((point) => IsHeld(view, point, m)).length,
                    );
                }
            });
        });
    });
});

describe("CompareMaskProfiles", () => {
    const profile = (views: number[], seen: number[], start: number[], masks: number[], counts: number[]) => ({
        views: Uint32Array.from(views),
        seen: Float32Array.from(seen),
        start: Uint32Array.from(start),
        masks: Uint32Array.from(masks),
        counts: Float32Array.from(counts),
    });
    const weights = Float32Array.of(1, 1, 1, 1);

    it("sums the shared and the total evidence over the views that see both regions", () => {
        // View 0: a lies in mask 0 wholly and in mask 1 by half, b in mask 1 wholly: min 0 + 0.5, max 1 + 1; weight 2.
        // View 1: both in mask 2: min 1, max 1; weight 4. View 2 sees a only.
        const a = profile([0, 1, 2], [2, 8, 5], [0, 2, 3, 4], [0, 1, 2, 3], [2, 1, 8, 5]);
        const b = profile([0, 1], [4, 4], [0, 1, 2], [1, 2], [4, 4]);
        expect(CompareMaskProfiles(a, b, weights, 1)).toEqual({ shared: 2 * 0.5 + 4 * 1, total: 2 * 2 + 4 * 1 });
        expect(CompareMaskProfiles(b, a, weights, 1)).toEqual(CompareMaskProfiles(a, b, weights, 1));
        const same = CompareMaskProfiles(a, a, weights, 1);
        expect(same.shared).toBe(same.total);
    });

    it("weights masks, and damps views that see many points", () => {
        const a = profile([0, 1], [10, 2], [0, 2, 3], [0, 1, 2], [10, 5, 1]);
        const b = profile([0, 1], [20, 2], [0, 1, 3], [0, 2, 3], [20, 2, 2]);
        // View 0: min 1, max 1.5, weight 10. View 1: min 0.5, max 2, weight 2.
        const heavy = CompareMaskProfiles(a, b, Float32Array.of(3, 1, 1, 1), 1);
        expect(heavy).toEqual({ shared: 10 * 3 + 2 * 0.5, total: 10 * 3.5 + 2 * 2 });
        const damped = CompareMaskProfiles(a, b, weights, 0.5);
        expect(damped.shared).toBeCloseTo(Math.sqrt(10) * 1 + Math.sqrt(2) * 0.5, 12);
        expect(damped.total).toBeCloseTo(Math.sqrt(10) * 1.5 + Math.sqrt(2) * 2, 12);
    });

    it("returns no evidence when no view sees both regions or no mask holds either", () => {
        const a = profile([0, 1], [3, 3], [0, 1, 1], [0], [3]);
        const b = profile([1, 2], [3, 3], [0, 0, 1], [3], [3]);
        expect(CompareMaskProfiles(a, b, weights, 1)).toEqual({ shared: 0, total: 0 });
    });
});

describe("MergeRegions", () => {
    const cases = [
        { what: "adjacent regions only, no features", options: { nonAdjacentBelow: 0 }, dimensions: 0 },
        { what: "all regions, no features", options: { nonAdjacentBelow: 200 }, dimensions: 0 },
        { what: "non-adjacent regions below 8, with features", options: { nonAdjacentBelow: 8 }, dimensions: 5 },
        {
            what: "plain evidence",
            options: { priorWeight: 0, evidenceExponent: 1, sizeExponent: 0, maskSizeExponent: 0, nonAdjacentBelow: 0 },
            dimensions: 3,
        },
    ];
    it.each(cases)("merges like the reference: $what", ({ options, dimensions }) => {
        for (let seed = 1; seed <= 3; seed++) {
            const random = CreateRandom(31 + seed);
            const points = 90;
            const { region, count } = renumber(randomRegions(random, points, 16));
            const edges = RandomGraph(random, points, 150);
            const observations = RandomObservations(random, points, 3, 10);
            const values = Float32Array.from({ length: points * dimensions }, () => random() - 0.5);
            const features = dimensions > 0 ? { features: values, dimensions } : null;
            const settings = { ...DEFAULT_CONSENSUS_OPTIONS, minRegionShare: 0.1, ...options };
            // The last edges are bridges, which have no crease.
            const creases = Float32Array.from({ length: 130 }, random);
            const cues = { features, creases };
            const { first, second, height } = MergeRegions(region, count, edges, observations, settings, cues);
            const reference = ReferenceConsensus(region, count, edges, observations, features, settings, creases);
            const note = `seed ${31 + seed}`;
            expectMerges({ first, second, height }, reference, 1e-6, note);
        }
    });

    it.each([0, 8, 200])("merges like the reference with priors, non-adjacent regions below %i", (nonAdjacentBelow) => {
        for (let seed = 1; seed <= 3; seed++) {
            const random = CreateRandom(131 + seed);
            const points = 80;
            const { region, count } = renumber(randomRegions(random, points, 14));
            const edges = RandomGraph(random, points, 140);
            const observations = RandomObservations(random, points, 3, 10);
            const settings = { ...DEFAULT_CONSENSUS_OPTIONS, minRegionShare: 0.1, nonAdjacentBelow };
            const labels = [3, 11].map((groups) => ({
                labels: Uint32Array.from({ length: points }, (_, i) =>
                    Math.floor((groups * (i + 3 * random())) / points),
                ),
                weight: random(),
            }));
            // The last edges are bridges, to which no prior applies.
            const links = {
                links: Uint8Array.from({ length: 120 }, () => (random() < 0.5 ? 1 : 0)),
                weight: random(),
            };
            const priors = new RegionPriors(region, count, edges, labels, links);
            const found = MergeRegions(region, count, edges, observations, settings, { priors });
            const reference = ReferenceConsensus(
                region,
                count,
                edges,
                observations,
                null,
                settings,
                new Float32Array(0),
                labels,
                links,
            );
            const note = `seed ${131 + seed}`;
            expectMerges(found, reference, 1e-6, note);
        }
    });

    it.each([0, 8, 200])(
        "merges like the reference with sight and bends, non-adjacent regions from %i on",
        (nonAdjacentBelow) => {
            for (let seed = 1; seed <= 3; seed++) {
                const random = CreateRandom(231 + seed);
                const points = 80;
                const { region, count } = renumber(randomRegions(random, points, 14));
                const edges = RandomGraph(random, points, 140);
                const observations = RandomObservations(random, points, 3, 10);
                const settings = {
                    ...DEFAULT_CONSENSUS_OPTIONS,
                    minRegionShare: 0.1,
                    nonAdjacentBelow,
                    sightWeight: 2,
                    sightLimit: 3,
                    bendWeight: 3,
                };
                const bends = Float32Array.from(edges.from, () => Math.max(0, 1.5 * random() - 0.5));
                const total = new Float32Array(count * count);
                const inside = new Float32Array(count * count);
                for (let r = 0; r < count; r++) {
                    for (let s = 0; s <= r; s++) {
                        total[r * count + s] = total[s * count + r] = 0.5 + random();
                        inside[r * count + s] = inside[s * count + r] = total[r * count + s] * random();
                    }
                }
                const enclosed = Float32Array.from({ length: count }, random);
                const sight = new RegionSight(
                    region,
                    count,
                    { inside: inside.slice(), total: total.slice() },
                    enclosed,
                );
                const found = MergeRegions(region, count, edges, observations, settings, { sight, bends });
                const reference = ReferenceConsensus(
                    region,
                    count,
                    edges,
                    observations,
                    null,
                    settings,
                    new Float32Array(0),
                    [],
                    null,
                    { inside, total, enclosed },
                    bends,
                );
                const note = `seed ${231 + seed}`;
                expectMerges(found, reference, 1e-5, note);
            }
        },
    );

    it("finds a seam weak only between sides that are not convex, on a solid, where masks separate little", () => {
        // Two regions along a flat border as long as they are.
        const side = 8;
        const points = 2 * side * side;
        const region = Uint32Array.from({ length: points }, (_, i) => (i < points / 2 ? 0 : 1));
        const from = Uint32Array.from({ length: 8 * points }, (_, e) => e % (points / 2));
        const edges = { vertexCount: points, from, to: from.map((vertex) => vertex + points / 2) };
        const bends = new Float32Array(from.length);
        const strengthOf = (own: number, enclosed: number, hasSight = true): number => {
            const tables = { inside: Float32Array.of(own, 0, 0, own), total: new Float32Array(4).fill(1) };
            const sight = hasSight ? new RegionSight(region, 2, tables, new Float32Array(2).fill(enclosed)) : null;
            return MergeRegions(region, 2, edges, [seenByOneMask(points)], {}, { sight, bends }).strength[0];
        };
        const weak = strengthOf(0.1, 1);
        expect(weak).toBeLessThan(0.5);
        expect(strengthOf(0.1, 0.5)).toBeCloseTo((1 + weak) / 2, 6);
        expect(strengthOf(0.1, 0)).toBe(1);
        expect(strengthOf(0.9, 1)).toBe(1);
        expect(strengthOf(0.1, 1, false)).toBe(1);
    });

    it("leaves regions that do not touch apart, unless non-adjacent regions may merge", () => {
        const region = Uint32Array.of(0, 0, 1, 1, 2, 2);
        const edges = { vertexCount: 6, from: Uint32Array.of(0, 1, 2, 4), to: Uint32Array.of(1, 2, 3, 5) };
        const observations = RandomObservations(CreateRandom(41), 6, 2, 5);
        const merge = (nonAdjacentBelow: number) => MergeRegions(region, 3, edges, observations, { nonAdjacentBelow });
        expect([...merge(0).first, ...merge(0).second]).toEqual([0, 1]);
        expect(merge(3).first.length).toBe(2);
    });

    it("returns no merges for no region, one region or no edges", () => {
        const none = { vertexCount: 0, from: new Uint32Array(0), to: new Uint32Array(0) };
        expect(MergeRegions(new Uint32Array(0), 0, none, []).first.length).toBe(0);
        expect(MergeRegions(Uint32Array.of(0), 1, { ...none, vertexCount: 1 }, []).first.length).toBe(0);
        const apart = MergeRegions(Uint32Array.of(0, 1), 2, { ...none, vertexCount: 2 }, [], {
            nonAdjacentBelow: 0,
        });
        expect(apart.leafCount).toBe(2);
        expect(apart.first.length).toBe(0);
    });
});

describe("NestMerges", () => {
    it.each([1, 2, 255, 256, 257])("keeps the merges within regions and those between regions, n = %i", (n) => {
        const seed = 51 + n;
        const random = CreateRandom(seed);
        const edges = RandomGraph(random, n, 4 * n);
        const weights = Float64Array.from(edges.from, () => Math.floor(random() * 8));
        const inner = CreateSpanningForest(edges, weights).merges;
        const innerTree = CreateDendrogram(inner);
        const cut = CutAtCount(innerTree, 20);
        const region = LabelLeaves(cut);
        // The regions merge in a chain.
        const chain = Array.from({ length: cut.partCount - 1 }, (_, m) => m);
        const outer = {
            leafCount: cut.partCount,
            first: Uint32Array.from(chain, () => 0),
            second: Uint32Array.from(chain, (m) => m + 1),
            height: Float64Array.from(chain, (m) => 0.1 * m),
        };
        const nested = NestMerges(inner, region, outer);
        const tree = CreateDendrogram(nested);
        expect(tree.componentCount, `seed ${seed}`).toBe(1);
        for (let m = 1; m < nested.height.length; m++) {
            expect(nested.height[m], `seed ${seed}, merge ${m}`).toBeGreaterThanOrEqual(nested.height[m - 1]);
        }
        const samePartition = (a: Uint32Array, b: Uint32Array): void => {
            const pairs = new Set(Array.from(a, (x, i) => `${x} ${b[i]}`));
            expect([pairs.size, pairs.size], `seed ${seed}`).toEqual([new Set(a).size, new Set(b).size]);
        };
        samePartition(LabelLeaves(CutAtCount(tree, cut.partCount)), region);
        for (const count of [1, 2, 5]) {
            const wanted = Math.min(count, cut.partCount);
            const chained = region.map((r) => Math.max(r - (cut.partCount - wanted), 0));
            samePartition(LabelLeaves(CutAtCount(tree, wanted)), chained);
        }
        for (const count of [30, 100, n]) {
            if (count >= cut.partCount && count <= n) {
                samePartition(LabelLeaves(CutAtCount(tree, count)), LabelLeaves(CutAtCount(innerTree, count)));
            }
        }
    });

    it("scales the heights within regions to end at the floor, below those between regions", () => {
        const inner = {
            leafCount: 4,
            first: Uint32Array.of(0, 2, 0),
            second: Uint32Array.of(1, 3, 2),
            height: Float64Array.of(1, 2, 8),
        };
        const outer = {
            leafCount: 2,
            first: Uint32Array.of(1),
            second: Uint32Array.of(0),
            height: Float64Array.of(0.5),
        };
        const nested = NestMerges(inner, Uint32Array.of(0, 0, 1, 1), outer, 0.25);
        expect([...nested.first, ...nested.second]).toEqual([0, 2, 2, 1, 3, 0]);
        expect([...nested.height]).toEqual([0.125, 0.25, 0.75]);
    });
});
