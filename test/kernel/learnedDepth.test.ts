import { describe, expect, it } from "vitest";
import { RadianceField } from "../../src/compute/fields/radiance/radianceField";
import type { RadianceReport } from "../../src/compute/fields/radiance/radianceFieldTrainer";
import { ComposeOver } from "../../src/compute/fields/radiance/radianceImage";
import { MeasureDepth } from "../../src/plugin/evaluation/depthError";
import { MeasurePsnrAsync } from "../../src/plugin/evaluation/heldOutPsnr";
import { LearnDepthAsync } from "../../src/plugin/radiance/learnedDepth";
import { ExpectSameElements } from "../support/arrays";
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

    it("finds the surface in the images, by a field that shows color, depth and opacity", async () => {
        const fractions: number[] = [];
        const reports: RadianceReport[] = [];
        const { capture, field } = await LearnDepthAsync(engine(), photos, {
            ...SphereConfig({ steps: 240, seed: 4 }),
            onProgress: ({ stage, fraction }) => {
                if (stage === "Training the radiance field") {
                    fractions.push(fraction);
                }
            },
            onReport: (report) => reports.push(report),
        });
        expect(fractions[fractions.length - 1]).toBe(1);
        expect(reports.map(({ step }) => step)).toEqual([50, 100, 150, 200, 240]);
        // The rays fill the sample buffer, except for random variation.
        expect(reports[3].rays).toBeGreaterThan(100);

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

        const [heldOut] = truth.heldOutViews;
        const { mean } = await MeasurePsnrAsync(field, [heldOut]);
        expect(mean, note).toBeGreaterThan(22);
        const image = await field.renderAsync(heldOut.camera);
        const wrongOpacity = heldOut.depth!.reduce(
            (sum, depth, pixel) => sum + Math.abs(image.opacity[pixel] - (depth > 0 ? 1 : 0)),
            0,
        );
        // Silhouettes are 1 of 32 pixels wide; a pixel covers 0.07 of the sphere's 1.6.
        expect(wrongOpacity / image.opacity.length, note).toBeLessThan(0.04);
        expect(ComposeOver(image, [0, 1, 0]).subarray(0, 4)).toEqual(Uint8Array.of(0, 255, 0, 255));

        // After saving and loading it shows the same.
        const bytes = await field.serializeAsync();
        const copy = RadianceField.Parse(engine(), bytes);
        const again = await copy.renderAsync(heldOut.camera);
        ExpectSameElements(again.color, image.color, note);
        ExpectSameElements(again.depth, image.depth, note);
        expect(() => RadianceField.Parse(engine(), bytes.subarray(0, bytes.length - 4))).toThrow(/its header requires/);
        expect(() => RadianceField.Parse(engine(), bytes.subarray(4))).toThrow(/not a radiance field of version 1/);
        copy.dispose();
        field.dispose();
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
        });
        setTimeout(() => controller.abort(), 500); // during the first steps
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
