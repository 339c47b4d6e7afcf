import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { AngleBetweenViews } from "../../src/plugin/evaluation/angleBetweenViews";
import { NormalizedCovering } from "../../src/plugin/evaluation/normalizedCovering";
import { QueryResults } from "../../src/plugin/evaluation/queryResults";
import { SegmentationInjectivity } from "../../src/plugin/evaluation/segmentationInjectivity";
import { ViewConsistency } from "../../src/plugin/evaluation/viewConsistency";
import { WarpViews } from "../../src/plugin/evaluation/viewWarp";
import { CreateCamera } from "../support/cameras";

/** Creates a row of pixels from runs of [value, length]. */
function row(...runs: [number, number][]): Int32Array {
    return Int32Array.from(runs.flatMap(([value, length]) => new Array<number>(length).fill(value)));
}

// Two true masks of 40 and 60 pixels. The fine cut splits the second in halves, one of which includes 10 pixels of the
// first.
const truth = row([1, 40], [2, 60]);
const coarse = row([0, 100]);
const fine = row([1, 30], [0, 40], [2, 30]);

describe("normalized covering by hand", () => {
    it("uses the best cut for every pixel, and the best part for every mask", () => {
        const covering = NormalizedCovering(truth, [coarse, fine])!;
        // Mask 1: 30 pixels in a part of IoU 30/40, 10 in one of 10/70 (coarse 40/100 is better).
        const first = (30 * 0.75 + 10 * 0.4) / 40;
        // Mask 2: the coarse cut's 60/100 is best everywhere (parts of the fine one: 30/70 and 30/60).
        expect(covering.queried).toBeCloseTo((first + 0.6) / 2, 6);
        expect(covering.dense).toBeCloseTo((0.75 + 0.6) / 2, 6);
    });

    it("skips masks below 20 pixels and background, and counts unlabeled pixels as misses", () => {
        expect(NormalizedCovering(row([0, 50], [3, 19]), [row([0, 69])])).toBeNull();
        const covering = NormalizedCovering(row([1, 20]), [row([-1, 10], [0, 10])])!;
        expect(covering.queried).toBeCloseTo((10 * 0.5) / 20, 6);
    });
});

describe("segmentation injectivity", () => {
    it("is 1 for disjoint parts when the second query comes from the answer to the first", () => {
        const si = SegmentationInjectivity(truth, new QueryResults([coarse, fine]), 200, CreateRandom(1))!;
        expect(si.result).toBe(1);
    });

    it("counts how often two queries from the true mask get the same part", () => {
        const si = SegmentationInjectivity(
            row([1, 40], [0, 60]),
            new QueryResults([row([0, 30], [1, 10], [-1, 60])]),
            4000,
            CreateRandom(2),
        )!;
        // Both in the first 30, or both in the last 10: 0.75^2 + 0.25^2; 4000 samples, three standard deviations are
        // 0.023.
        expect(Math.abs(si.trueMask - 0.625)).toBeLessThan(0.025);
    });
});

describe("view consistency", () => {
    const everywhere = Int32Array.from({ length: 100 }, (_, i) => i);
    const same = { sourceOfTarget: everywhere, targetOfSource: everywhere };

    it("is 1 for a view and itself, and the IoU of the answers where they differ", () => {
        const answers = new QueryResults([coarse, fine]);
        expect(ViewConsistency(truth, answers, answers, same, 50, CreateRandom(3))).toBe(1);
        const whole = row([1, 100]);
        const moved = new QueryResults([row([0, 30], [1, 70])]);
        // One true mask, one part of all pixels in the first view; the second view's part holds 30 or 70 of them.
        const vc = ViewConsistency(whole, new QueryResults([coarse]), moved, same, 5000, CreateRandom(4))!;
        expect(Math.abs(vc - (0.3 * 0.3 + 0.7 * 0.7))).toBeLessThan(0.02);
    });

    it("compares only pixels that both views see, and is null when the second sees none", () => {
        const firstHalf = everywhere.map((p) => (p < 50 ? p : -1));
        const half = { sourceOfTarget: firstHalf, targetOfSource: firstHalf };
        const source = new QueryResults([coarse]);
        const target = new QueryResults([row([0, 50], [1, 50])]);
        expect(ViewConsistency(row([1, 100]), source, target, half, 50, CreateRandom(5))).toBe(1);
        const none = { sourceOfTarget: everywhere.map(() => -1), targetOfSource: everywhere.map(() => -1) };
        expect(ViewConsistency(truth, source, target, none, 50, CreateRandom(6))).toBeNull();
    });

    it("maps pixels between views of a plane", () => {
        const view = (x: number) => ({
            name: `at ${x}`,
            camera: CreateCamera(10, { position: [x, 0, 0] }),
            image: new Uint8Array(400),
            depth: new Float32Array(100).fill(10),
        });
        // At depth 10 and focal length 10 a pixel is one unit wide: a camera two units to the right sees points two
        // columns further left.
        const warp = WarpViews(view(0), view(2), 0.01);
        expect(warp.targetOfSource[5 * 10 + 7]).toBe(5 * 10 + 5);
        expect(warp.sourceOfTarget[5 * 10 + 5]).toBe(5 * 10 + 7);
        expect(warp.targetOfSource[5 * 10 + 1]).toBe(-1);
        expect(AngleBetweenViews(view(10), view(-10), [0, 0, -10])).toBeCloseTo(90, 6);
    });
});
