import { describe, expect, it } from "vitest";
import { FolderFileSource } from "../../demo/headless/folderFileSource";
import { EdgeDistances } from "../../src/compute/algorithms/edgeDistances";
import type { EdgeList } from "../../src/compute/algorithms/edgeList";
import type { MergeList } from "../../src/compute/algorithms/mergeList";
import { NestMerges } from "../../src/compute/algorithms/mergeList";
import { CreateNeighborGraph } from "../../src/compute/algorithms/neighborGraph";
import { EstimateNormals } from "../../src/compute/algorithms/normals";
import { SmoothFeatures } from "../../src/compute/algorithms/smoothFeatures";
import { CreateSpanningForest } from "../../src/compute/algorithms/spanningForest";
import { VoxelDownsample } from "../../src/compute/algorithms/voxelDownsample";
import { CreateWatershed } from "../../src/compute/algorithms/watershed";
import { UnitCube } from "../../src/compute/bounds/unitCube";
import { MergeRegions } from "../../src/compute/hierarchy/build/consensus";
import { FindOutwardDirections, MeasureEdgeCreases } from "../../src/compute/hierarchy/build/edgeCreases";
import { SmoothVotes, VoteEdges } from "../../src/compute/hierarchy/build/maskVotes";
import { ObserveColors, ObserveMasks } from "../../src/compute/hierarchy/build/observations";
import { WeighSurfaceEdges } from "../../src/compute/hierarchy/build/superpoints";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { CutAtCount, LabelLeaves } from "../../src/compute/hierarchy/cut/partition";
import { CreateMaskArrangement } from "../../src/compute/masks/maskArrangement";
import { UnprojectDepth } from "../../src/compute/views/surfacePoints";
import { LoadNerfCaptureAsync } from "../../src/plugin/formats/captures/nerfCapture";
import { LoadMaskFilesAsync } from "../../src/plugin/formats/masks/maskFiles";
import { StageFixtures } from "../support/stageFixtures";

/** The options with which consensus merging equals the Python prototype's. */
const TWIN_CONSENSUS = {
    evidenceExponent: 1,
    priorWeight: 0,
    prior: 0.6,
    maskSizeExponent: 0,
    sizeExponent: 0,
    nonAdjacentBelow: 0,
    creaseWeight: 0,
};

const fixtures = new StageFixtures();
const { info } = fixtures;
const source = new FolderFileSource("demo/captures/excavator");
const whole = await LoadNerfCaptureAsync(source);
const allMasks = await LoadMaskFilesAsync(source, whole, { removeDuplicates: false });
const views = info.views.map((i) => whole.views[i]);
const maskedViews = info.views.map((i) => {
    const { camera } = whole.views[i];
    const { masks } = allMasks.views[i];
    return {
        view: whole.views[i],
        arrangement: CreateMaskArrangement(masks, camera.width, camera.height),
        confidence: new Float32Array(masks.length).fill(1),
    };
});
const world = fixtures.array("world") as Float32Array;
const unit = fixtures.array("X") as Float32Array;
const cube = new UnitCube(info.low, info.extent);
const edges = edgeList(fixtures.array("edges"));
const bridges = edgeList(fixtures.array("bridges"));
const linked: EdgeList = {
    vertexCount: info.points,
    from: Uint32Array.of(...edges.from, ...bridges.from),
    to: Uint32Array.of(...edges.to, ...bridges.to),
};
const region = Uint32Array.from(fixtures.array("region"));
const observations = ObserveMasks(world, maskedViews, 0.02);

function edgeList(pairs: ArrayLike<number>): EdgeList {
    const all = Array.from(pairs);
    return {
        vertexCount: info.points,
        from: Uint32Array.from(all.filter((_, i) => i % 2 === 0)),
        to: Uint32Array.from(all.filter((_, i) => i % 2 === 1)),
    };
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
    expect(a.length).toBe(b.length);
    let largest = 0;
    for (let i = 0; i < a.length; i++) {
        largest = Math.max(largest, a[i] === b[i] ? 0 : Math.abs(a[i] - b[i]));
    }
    return largest;
}

function twinMerges(name: string, leafCount: number): MergeList {
    return {
        leafCount,
        first: Uint32Array.from(fixtures.array(`${name}_first`)),
        second: Uint32Array.from(fixtures.array(`${name}_second`)),
        height: Float64Array.from(fixtures.array(`${name}_height`)),
    };
}

/**
 * Returns the share of pairs of neighboring leaves on which two labelings disagree; 0 for equal partitions, whatever
 * their labels.
 */
function disagreement(a: Uint32Array, b: Uint32Array): number {
    let differ = 0;
    for (let e = 0; e < linked.from.length; e++) {
        const inA = a[linked.from[e]] === a[linked.to[e]];
        differ += inA === (b[linked.from[e]] === b[linked.to[e]]) ? 0 : 1;
    }
    return differ / linked.from.length;
}

describe("each stage, given the Python prototype's arrays", () => {
    it("samples the same points of the surface in the same order", () => {
        const parts = views.map((view) => UnprojectDepth(view).positions);
        const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
        parts.reduce((offset, part) => {
            all.set(part, offset);
            return offset + part.length;
        }, 0);
        const units = cube.toUnit(all);
        const kept = VoxelDownsample(units, info.voxel);
        expect(kept.length).toBe(info.points);
        const picked = Float32Array.from(
            { length: unit.length },
            (_, i) => units[3 * kept[Math.floor(i / 3)] + (i % 3)],
        );
        // The prototype projects partly in single precision: a few units in the last place.
        expect(largestDifference(picked, unit)).toBeLessThan(1e-6);
    });

    it("finds the same graph", () => {
        const graph = CreateNeighborGraph(unit, 16);
        expect(graph.from).toEqual(edges.from);
        expect(graph.to).toEqual(edges.to);
    });

    it("finds the same points in the same masks", () => {
        const visible = fixtures.bits("visible");
        const inside = fixtures.bits("inside");
        let wrong = 0;
        let maskRow = 0;
        observations.forEach(({ cells, arrangement }, v) => {
            for (let i = 0; i < info.points; i++) {
                const seen = cells[i] !== 0xffff;
                wrong += seen === (visible[v * info.points + i] === 1) ? 0 : 1;
                const held = new Set(
                    seen
                        ? arrangement.cellMasks.subarray(
                              arrangement.cellStart[cells[i]],
                              arrangement.cellStart[cells[i] + 1],
                          )
                        : [],
                );
                for (let m = 0; m < arrangement.maskCount; m++) {
                    wrong += held.has(m) === (inside[(maskRow + m) * info.points + i] === 1) ? 0 : 1;
                }
            }
            maskRow += arrangement.maskCount;
        });
        // A point on the border of two pixels, or at the limit of the depth test, may round either way in single
        // precision.
        expect(wrong).toBeLessThanOrEqual(8);
    });

    it("computes the same colors and votes", () => {
        expect(largestDifference(ObserveColors(world, views, 0.02), fixtures.array("color"))).toBeLessThan(1e-6);
        const votes = VoteEdges(edges, observations);
        expect(largestDifference(votes, fixtures.array("vote"))).toBeLessThan(1e-6);
        expect(largestDifference(SmoothVotes(votes, edges), fixtures.array("vote_smooth"))).toBeLessThan(1e-6);
    });

    it("computes the same weights for the superpoints' edges", () => {
        const graph = CreateNeighborGraph(unit, 16);
        const cues = {
            votes: fixtures.array("vote_smooth") as Float32Array,
            colors: fixtures.array("color") as Float32Array,
            creases: MeasureEdgeCreases(
                edges,
                unit,
                [EstimateNormals(unit, graph)],
                FindOutwardDirections(world, observations),
            ),
        };
        const twin = { voteFloor: 0.05, cueFloor: 0.1, convexWeight: 1, concaveWeight: 1 };
        const weights = WeighSurfaceEdges(edges, cues, twin);
        // Normals with two nearly equal eigenvalues are ill-conditioned: closed form against SVD.
        const expected = fixtures.array("weight_super");
        const off = weights.filter((w, e) => Math.abs(w - expected[e]) > 1e-4).length;
        expect(off / weights.length).toBeLessThan(1e-3);
    });

    it("cuts the same superpoints from the same watershed", () => {
        const weights = Float64Array.from(linked.from, () => 0);
        weights.set(Float64Array.from(fixtures.array("weight_super")));
        weights.fill(2 * weights.reduce((a, b) => Math.max(a, b), 0), edges.from.length);
        const inner = CreateWatershed(linked, CreateSpanningForest(linked, weights), "volume");
        // Heights are sums in another order: relative to the largest.
        const expected = fixtures.array("inner_height");
        expect(largestDifference(inner.height, expected) / expected[expected.length - 1]).toBeLessThan(1e-9);
        const labels = LabelLeaves(CutAtCount(CreateDendrogram(inner), info.regions));
        expect(disagreement(labels, region)).toBe(0);
    });

    it.each(["plain", "merged"])("merges the regions in the same order: %s", (name) => {
        const smooth = SmoothFeatures(fixtures.array("F") as Float32Array, 32, edges);
        const merges = MergeRegions(
            region,
            info.regions,
            linked,
            observations,
            { ...TWIN_CONSENSUS, featureWeight: info.lam },
            { features: name === "plain" ? null : { features: smooth, dimensions: 32 } },
        );
        const twin = twinMerges(name, info.regions);
        // The prototype sums in single precision; closer pairs may swap, which changes heights by no more.
        expect(largestDifference(merges.height, twin.height)).toBeLessThan(1e-4);
        const ours = CreateDendrogram(merges);
        const theirs = CreateDendrogram(twin);
        for (const count of [2, 5, 10, 20, 50, 100, 200]) {
            const ourLabels = LabelLeaves(CutAtCount(ours, count));
            const theirLabels = LabelLeaves(CutAtCount(theirs, count));
            const pointsOf = (labels: Uint32Array): Uint32Array => region.map((r) => labels[r]);
            expect(disagreement(pointsOf(ourLabels), pointsOf(theirLabels)), `${count} parts`).toBeLessThan(2e-3);
        }
    });

    it("nests the merges into the same final heights", () => {
        const inner = twinMerges("inner", info.points);
        const nested = NestMerges(inner, region, twinMerges("merged", info.regions));
        const ours = [...CreateDendrogram(nested).height].sort((a, b) => a - b);
        const theirs = Array.from(fixtures.array("height")).sort((a, b) => a - b);
        expect(ours[ours.length - 1]).toBe(Number.POSITIVE_INFINITY);
        // Single precision.
        expect(largestDifference(ours.slice(0, -1), theirs.slice(0, -1))).toBeLessThan(1e-6);
    });

    it("links the same leaves by single linkage on features", () => {
        const weights = EdgeDistances(fixtures.array("F") as Float32Array, 32, edges);
        const heaviest = weights.reduce((a, b) => Math.max(a, b), 0);
        const all = Float64Array.of(...weights, ...bridges.from.map(() => 2 * heaviest));
        const dendrogram = CreateDendrogram(CreateSpanningForest(linked, all).merges);
        const ours = [...dendrogram.height].sort((a, b) => a - b);
        const theirs = Array.from(fixtures.array("paper_leaf_height")).sort((a, b) => a - b);
        // Distances of nearly equal unit vectors in single precision, with errors of about 1e-4 by cancellation.
        expect(largestDifference(ours.slice(0, -1), theirs.slice(0, -1))).toBeLessThan(2e-4);
    });
});
