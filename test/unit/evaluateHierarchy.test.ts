import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import type { Capture, View } from "../../src/compute/views/capture";
import { EvaluateHierarchyAsync } from "../../src/plugin/evaluation/evaluateHierarchy";
import { QueryResults } from "../../src/plugin/evaluation/queryResults";
import { ViewConsistency } from "../../src/plugin/evaluation/viewConsistency";
import { NO_PIXEL, WarpViews } from "../../src/plugin/evaluation/viewWarp";
import type { GroundTruth } from "../../src/plugin/formats/captures/groundTruth";
import { CreateCamera } from "../support/cameras";

const WIDTH = 20;
const HEIGHT = 10;

/** An image whose pixels depend on their column only; ten rows, so that a column is ten pixels. */
function columns(value: (column: number) => number): Int32Array {
    return Int32Array.from({ length: WIDTH * HEIGHT }, (_, p) => value(p % WIDTH));
}

/** Creates a view straight at the plane z = 0 from a distance of 2, moved to the right by `shift` pixels. */
function planeView(shift: number, name = `shifted by ${shift}`): View {
    // A pixel is 0.1 wide on the plane.
    const camera = CreateCamera(WIDTH, { height: HEIGHT, focal: 20, position: [0.1 * shift, 0, 2] });
    const pixels = WIDTH * HEIGHT;
    return { name, camera, image: new Uint8Array(4 * pixels).fill(255), depth: new Float32Array(pixels).fill(2) };
}

/** Creates the same view with a wall at a distance of 1 in front of its first columns. */
function wallView(shift: number, wallColumns: number): View {
    const view = planeView(shift, "wall");
    return { ...view, depth: view.depth!.map((depth, p) => (p % WIDTH < wallColumns ? 1 : depth)) };
}

describe("WarpViews", () => {
    it("maps no pixels behind a wall or without depth", () => {
        const source = planeView(0);
        source.depth![19] = 0;
        const warp = WarpViews(source, wallView(0, 5), 0.01);
        for (let p = 0; p < WIDTH * HEIGHT; p++) {
            const seen = p % WIDTH >= 5 && p !== 19;
            expect(warp.targetOfSource[p], `pixel ${p}`).toBe(seen ? p : NO_PIXEL);
        }
        // Only the target sees the wall, whose points lie in front of the plane in the source.
        expect(warp.sourceOfTarget[0]).toBe(NO_PIXEL);
        expect(warp.sourceOfTarget[19]).toBe(NO_PIXEL);
    });
});

describe("ViewConsistency", () => {
    const warp = WarpViews(planeView(0), planeView(3), 0.01);
    const truth = columns((c) => (c >= 5 && c < 9 ? 1 : 0));

    it("queries the second view at the cut that is best in the first", () => {
        const source = new QueryResults([columns(() => 0), columns((c) => (c >= 5 && c < 9 ? 0 : 1))]);
        const target = new QueryResults([columns(() => 0), columns((c) => (c >= 2 && c < 6 ? 4 : 5))]);
        expect(ViewConsistency(truth, source, target, warp, 100, CreateRandom(8))).toBe(1);
    });

    it("scores a query without an answer in the second view 0", () => {
        const source = new QueryResults([columns((c) => (c >= 5 && c < 9 ? 0 : 1))]);
        const none = new QueryResults([columns(() => -1)]);
        expect(ViewConsistency(truth, source, none, warp, 100, CreateRandom(9))).toBe(0);
    });
});

/**
 * Creates a lattice of leaves in the plane, one per pixel and wider than all views, in two parts: columns below 10 and
 * the others.
 */
function createPlaneHierarchy(): SegmentationHierarchy {
    const low = -5;
    const high = 28;
    const leaves: { column: number; x: number; y: number }[] = [];
    for (let column = low; column < high; column++) {
        for (let row = -3; row < HEIGHT + 3; row++) {
            leaves.push({ column, x: 0.1 * (column + 0.5) - 1, y: 0.5 - 0.1 * (row + 0.5) });
        }
    }
    // Each part grows leaf by leaf from its right edge, so that no piece of it scores better than the whole; then the
    // two merge.
    const first: number[] = [];
    const second: number[] = [];
    const grow = (members: number[]): number => {
        const seed = members[members.length - 1];
        for (const leaf of members.slice(0, -1).reverse()) {
            first.push(seed);
            second.push(leaf);
        }
        return seed;
    };
    const indices = leaves.map((_, i) => i);
    const left = grow(indices.filter((i) => leaves[i].column < 10));
    const right = grow(indices.filter((i) => leaves[i].column >= 10));
    first.push(left);
    second.push(right);
    const dendrogram = CreateDendrogram({
        leafCount: leaves.length,
        first: Uint32Array.from(first),
        second: Uint32Array.from(second),
        height: Float64Array.from(first, (_, m) => m),
    });
    const positions = Float32Array.from(leaves.flatMap(({ x, y }) => [x, y, 0]));
    const colors = new Uint8Array(3 * leaves.length);
    return new SegmentationHierarchy("plane", positions, colors, new Map([["distance", dendrogram]]));
}

describe("EvaluateHierarchyAsync", () => {
    const hierarchy = createPlaneHierarchy();
    const capture: Capture = { name: "plane", views: [planeView(6), planeView(4)], heldOutViews: [planeView(0)] };
    const truthOf = (parts: Int32Array, groups: Int32Array): GroundTruth => ({
        levels: [
            { name: "parts", ids: [parts], trainIds: null },
            { name: "groups", ids: [groups], trainIds: null },
            { name: "scene", ids: [columns(() => 9)], trainIds: null },
        ],
    });

    it("gives a correct hierarchy full scores", async () => {
        const parts = columns((c) => (c < 10 ? 1 : 2));
        const result = await EvaluateHierarchyAsync(capture, hierarchy, truthOf(parts, parts));
        const full = { parts: 100, groups: 100, scene: 100, mean: 100 };
        expect(result.nc).toEqual({ queried: full, dense: full });
        expect([result.si, result.siTrueMask, result.vc]).toEqual([100, 100, 100]);
        // The nearest view is shifted by 4 pixels = 0.4; the leaves' center lies at x = 0.15, the cameras at z = 2.
        expect(result.vcAngle).toBeCloseTo(((Math.atan(0.25 / 2) + Math.atan(0.15 / 2)) * 180) / Math.PI, 4);
    });

    it("lowers the scores for a border that is off by two columns", async () => {
        const parts = columns((c) => (c < 8 ? 1 : 2));
        const groups = columns((c) => (c < 10 ? 3 : 4));
        const { nc, si, siTrueMask, vc } = await EvaluateHierarchyAsync(capture, hierarchy, truthOf(parts, groups));
        // Columns 8 and 9 get a part of the wrong half, or all leaves: 12/20.
        const queried = 100 * ((8 / 10 + (10 * (10 / 12) + 2 * (12 / 20)) / 12) / 2);
        expect(nc.queried.parts).toBeCloseTo(queried, 4);
        expect(nc.queried.mean).toBeCloseTo((queried + 200) / 3, 4);
        expect(nc.dense.parts).toBeCloseTo(100 * ((8 / 10 + 10 / 12) / 2), 4);
        expect([si, vc]).toEqual([100, 100]);
        // One of two masks of one of three levels has pairs that disagree: first query in columns 10-19, second in 8-9.
        const expected = 100 * (1 - (10 / 12) * (2 / 12) * (1 / 2) * (1 / 3));
        // 100 samples of one of two masks of one of three levels: deviation 0.58.
        expect(Math.abs(siTrueMask - expected)).toBeLessThan(2.4);
    });

    it("skips a level without true masks", async () => {
        const parts = columns((c) => (c < 10 ? 1 : 2));
        const none = columns(() => 0);
        const { nc, si, vc } = await EvaluateHierarchyAsync(capture, hierarchy, truthOf(parts, none));
        expect(nc.queried).toEqual({ parts: 100, groups: Number.NaN, scene: 100, mean: 100 });
        expect([si, vc]).toEqual([100, 100]);
        expect(JSON.parse(JSON.stringify(nc.queried)).groups).toBeNull();
    });

    it("returns the same scores for the same seed, and others for another seed", async () => {
        const truth = truthOf(
            columns((c) => (c < 8 ? 1 : 2)),
            columns((c) => (c < 13 ? 3 : 4)),
        );
        const run = (seed: number) => EvaluateHierarchyAsync(capture, hierarchy, truth, { seed, samples: 37 });
        const [a, b, c] = [await run(5), await run(5), await run(6)];
        expect(a).toEqual(b);
        expect(c.nc).toEqual(a.nc);
        expect(c.siTrueMask).not.toBe(a.siTrueMask);
    });

    it("throws on missing views, on an unknown criterion and when aborted", async () => {
        const truth = truthOf(
            columns(() => 1),
            columns(() => 1),
        );
        await expect(EvaluateHierarchyAsync({ ...capture, heldOutViews: [] }, hierarchy, truth)).rejects.toThrow(
            /needs held-out views that all have depth/,
        );
        await expect(EvaluateHierarchyAsync(capture, hierarchy, truth, { criterion: "area" })).rejects.toThrow(
            /no criterion "area", only distance/,
        );
        const aborted = EvaluateHierarchyAsync(capture, hierarchy, truth, { signal: AbortSignal.abort() });
        await expect(aborted).rejects.toThrow(/canceled/);
    });
});
