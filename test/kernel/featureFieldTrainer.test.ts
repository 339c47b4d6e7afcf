import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import {
    type FeatureFieldConfigOptions,
    FeatureFieldTrainer,
    TrainFeatureFieldAsync,
} from "../../src/compute/fields/feature/featureFieldTrainer";
import { ExpectSameElements } from "../support/arrays";
import { UseEngine } from "../support/gpu";
import { QuarteredSquare, RandomTrainingViews } from "../support/trainingFixtures";

const engine = UseEngine();

const small: FeatureFieldConfigOptions = {
    field: { levels: 5, tableSizeLog2: 10, baseResolution: 4, finestResolution: 32, hidden: [16], dimensions: 8 },
    training: { steps: 120, samples: 256, pairs: 256 },
};

const Mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("TrainFeatureFieldAsync", () => {
    it("learns the quarters and halves of a square", async () => {
        const views = QuarteredSquare();
        const fractions: number[] = [];
        const reports: number[] = [];
        const { field, losses } = await TrainFeatureFieldAsync(engine(), views, {
            ...small,
            onProgress: ({ fraction }) => fractions.push(fraction),
            onLosses: (step) => reports.push(step),
        });
        expect(reports).toEqual([50, 100, 120]);
        expect(fractions).toEqual([50 / 120, 100 / 120, 1]);
        // Untrained features give softplus(about 0) = 0.69.
        for (const loss of [losses.euclid, losses.ultra]) {
            expect(loss.length).toBe(120);
            expect(Mean(loss.subarray(0, 5))).toBeGreaterThan(0.4);
            expect(Mean(loss.subarray(110))).toBeLessThan(0.35);
        }
        // Quarter to quarter: within < within a half < across the halves.
        const { positions } = views;
        const pixel = (x: number, y: number): number => y * 32 + x;
        const pixels = [pixel(6, 6), pixel(10, 10), pixel(7, 24), pixel(24, 8)];
        const features = await field.evaluateAsync(
            Float32Array.from(pixels.flatMap((p) => [...positions.subarray(3 * p, 3 * p + 3)])),
        );
        const similarity = (a: number, b: number): number =>
            features.subarray(8 * a, 8 * a + 8).reduce((sum, value, d) => sum + value * features[8 * b + d], 0);
        expect(similarity(0, 1)).toBeGreaterThan(similarity(0, 2) + 0.1);
        expect(similarity(0, 2)).toBeGreaterThan(similarity(0, 3) + 0.1);
        field.dispose();
    });

    it.each(["surface", "image"] as const)(
        "returns the same bits for the same seed, %s neighbors",
        async (neighbors) => {
            const views = RandomTrainingViews(CreateRandom(81), [12, 40, 5]);
            const run = async (seed: number): Promise<{ bytes: Uint8Array; losses: Float32Array }> => {
                const training = { ...small.training, steps: 15, negativesPerPositive: 2, neighbors, seed };
                const { field, losses } = await TrainFeatureFieldAsync(engine(), views, { ...small, training });
                const bytes = await field.serializeAsync();
                field.dispose();
                return { bytes, losses: losses.ultra };
            };
            const [a, b, other] = [await run(7), await run(7), await run(8)];
            ExpectSameElements(b.bytes, a.bytes, "seed 7");
            ExpectSameElements(b.losses, a.losses, "seed 7");
            expect(other.bytes).not.toEqual(a.bytes);
        },
    );

    it("trains without the ultrametric loss, and without the tree of masks", async () => {
        const views = QuarteredSquare();
        const training = { ...small.training, steps: 60, ultrametric: false, hierarchicalSampling: false };
        const { field, losses } = await TrainFeatureFieldAsync(engine(), views, { ...small, training });
        expect(losses.ultra.every(Number.isNaN)).toBe(true);
        expect(Mean(losses.euclid.subarray(50))).toBeLessThan(Mean(losses.euclid.subarray(0, 5)) - 0.1);
        field.dispose();
    });

    it("changes nothing in steps without a pair", async () => {
        const views = QuarteredSquare();
        const training = { ...small.training, steps: 3, minMaskSamples: 200 };
        const trainer = await FeatureFieldTrainer.CreateAsync(engine(), views, { ...small, training });
        const before = await trainer.field.serializeAsync();
        const losses = await trainer.runAsync();
        ExpectSameElements(await trainer.field.serializeAsync(), before);
        expect([...losses.euclid, ...losses.ultra].every(Number.isNaN)).toBe(true);
        expect(() => trainer.recordStep()).toThrow(/All 3 training steps/);
        trainer.dispose();
    });

    it("stops when aborted, and throws with the step whose loss is not finite", async () => {
        const views = QuarteredSquare();
        const controller = new AbortController();
        const aborted = TrainFeatureFieldAsync(engine(), views, {
            ...small,
            signal: controller.signal,
            onProgress: () => controller.abort(),
        });
        await expect(aborted).rejects.toMatchObject({ kind: "aborted" });
        // The layers' outputs overflow at this learning rate.
        const wild = { ...small, training: { ...small.training, learningRate: 1e30 } };
        await expect(TrainFeatureFieldAsync(engine(), views, wild)).rejects.toThrow(
            /the loss of step [1-9] is not finite/,
        );
        await expect(TrainFeatureFieldAsync(engine(), views, { training: { samples: 100 } })).rejects.toThrow(
            /samples is 100; it must be a multiple of 32/,
        );
    });
});
