import { describe, expect, it } from "vitest";
import { MeasureDepth } from "../../src/plugin/evaluation/depthError";
import { LearnDepthAsync } from "../../src/plugin/radiance/learnedDepth";
import { UseEngine } from "../support/gpu";
import { SphereCapture, SphereConfig, SphereViews } from "../support/sphereViews";

const engine = UseEngine();

describe("LearnDepthAsync", () => {
    const truth = { ...SphereCapture(20, 32), heldOutViews: SphereViews(2, 32, 0.9) };
    // Like photos: no depth in the training views, nor in one of the two held-out views.
    const photos = {
        ...truth,
        views: truth.views.map((view) => ({ ...view, depth: null })),
        heldOutViews: [truth.heldOutViews[0], { ...truth.heldOutViews[1], depth: null }],
    };

    it("finds the surface in the images", async () => {
        const { capture, field } = await LearnDepthAsync(engine(), photos, SphereConfig({ steps: 240, seed: 4 }));
        field.dispose();
        const error = MeasureDepth(capture.views, truth.views)!;
        const note = `seed 4: ${JSON.stringify(error)}`;
        // One step of a ray is 0.05; rays that graze the sphere average a few.
        expect(error.medianError, note).toBeLessThan(0.05);
        expect(error.meanError, note).toBeLessThan(0.08);
        expect(error.covered, note).toBeGreaterThan(0.85);
        expect(error.outside, note).toBeLessThan(0.08);
        expect(capture.heldOutViews[0]).toBe(photos.heldOutViews[0]);
        expect(MeasureDepth([capture.heldOutViews[1]], [truth.heldOutViews[1]])!.covered).toBeGreaterThan(0.8);
        expect(photos.views.every(({ depth }) => depth === null)).toBe(true);
    });

    it("throws when nothing became opaque, and when it is canceled", async () => {
        await expect(LearnDepthAsync(engine(), photos, SphereConfig({ steps: 1, seed: 4 }))).rejects.toMatchObject({
            kind: "input",
            message: expect.stringMatching(/is opaque.*more steps/),
        });
        const controller = new AbortController();
        const canceled = LearnDepthAsync(engine(), photos, {
            ...SphereConfig({ steps: 300, seed: 4 }),
            signal: controller.signal,
            onReport: () => controller.abort(),
        });
        await expect(canceled).rejects.toMatchObject({ kind: "aborted" });
    });
});

describe("MeasureDepth", () => {
    it("compares pixels where both have depth", () => {
        const truth = [{ depth: Float32Array.of(2, 2, 0, 4) }, { depth: null }];
        const views = [{ depth: Float32Array.of(2.5, 0, 1, 4.1) }, { depth: Float32Array.of(1, 1, 1, 1) }];
        const { meanError, medianError, covered, outside } = MeasureDepth(views, truth)!;
        expect([meanError, medianError]).toEqual([expect.closeTo(0.3, 6), expect.closeTo(0.5, 6)]);
        expect([covered, outside]).toEqual([2 / 3, 1 / 3]);
        expect(MeasureDepth(views, [{ depth: null }, { depth: null }])).toBeNull();
    });
});
