import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { ContrastiveLoss } from "../../src/compute/fields/feature/contrastiveLoss";
import { NO_EDGE } from "../../src/compute/fields/feature/sampleForest";
import { LossScale } from "../../src/compute/fields/feature/trainingState";
import { GpuArray } from "../../src/compute/gpu/gpuArray";
import { ContrastiveLoss as ReferenceContrastiveLoss } from "../reference/contrastiveLoss";
import { NormalizeFeatures } from "../reference/normalizeFeatures";
import { ExpectCloseElements, ExpectSameElements } from "../support/arrays";
import { UseEngine } from "../support/gpu";
import { FiniteDifferences, Transpose } from "../support/trainingFixtures";

const engine = UseEngine();

interface ICase {
    readonly samples: number;
    readonly dimensions: number;
    readonly pairs: number;
    readonly negatives: number;
    readonly alpha: number;
    readonly ultrametric: boolean;
    readonly temperature: number;
    /** The samples that pairs and edges are drawn from; with few of them, pairs share samples. */
    readonly spread: number;
}

const cases: ICase[] = [
    { samples: 64, dimensions: 8, pairs: 100, negatives: 1, alpha: 1, ultrametric: true, temperature: 0.1, spread: 64 },
    {
        samples: 96,
        dimensions: 40,
        pairs: 33,
        negatives: 3,
        alpha: 0.5,
        ultrametric: true,
        temperature: 0.2,
        spread: 96,
    },
    { samples: 64, dimensions: 16, pairs: 257, negatives: 1, alpha: 2, ultrametric: false, temperature: 1, spread: 64 },
    // All gradients add up in two rows, so that the fixed-point sums come near their limits.
    { samples: 64, dimensions: 8, pairs: 300, negatives: 1, alpha: 1, ultrametric: true, temperature: 0.1, spread: 2 },
];

describe("ContrastiveLoss", () => {
    it.each(cases)(
        "$dimensions dimensions, $pairs pairs, $negatives negatives, alpha $alpha, ultra $ultrametric, spread $spread",
        async (shape) => {
            const { samples, dimensions, pairs, negatives, alpha, ultrametric, temperature, spread } = shape;
            const seed = 51;
            const note = `seed ${seed}`;
            const random = CreateRandom(seed);
            const below = (count: number): number => Math.floor(random() * count);
            const degree = 4;
            const outputs = Float32Array.from({ length: samples * dimensions }, () => 3 * (random() - 0.5));
            const features = Float32Array.from(NormalizeFeatures(outputs, dimensions));
            const neighbors = Uint32Array.from({ length: samples * degree }, () => below(spread));
            const queries = pairs * (1 + negatives);
            const drawn = Uint32Array.from({ length: 2 * queries }, () => below(spread));
            const bottlenecks = Uint32Array.from({ length: queries }, () =>
                ultrametric && random() < 0.9 ? below(spread) * degree + below(degree) : NO_EDGE,
            );
            const norms = Float32Array.from(
                { length: samples },
                (_, i) => 1 / Math.hypot(...outputs.subarray(i * dimensions, (i + 1) * dimensions)),
            );
            const problem = { dimensions, pairs: drawn, negatives, bottlenecks, neighbors, degree, temperature };
            const similarities = Float32Array.from(neighbors, (b, edge) => {
                const a = Math.floor(edge / degree);
                return features
                    .subarray(a * dimensions, (a + 1) * dimensions)
                    .reduce((sum, x, d) => sum + x * features[b * dimensions + d], 0);
            });
            const arrays = {
                state: GpuArray.From(engine(), "u32", Uint32Array.of(0, 0, 0, 1, 1, 0, 0, 0)),
                features: GpuArray.From(engine(), "f32", features, [samples, dimensions]),
                inverseNorms: GpuArray.From(engine(), "f32", norms),
                pairs: GpuArray.From(engine(), "u32", drawn, [pairs, 1 + negatives, 2]),
                bottlenecks: GpuArray.From(engine(), "u32", bottlenecks),
                neighbors: GpuArray.From(engine(), "u32", neighbors, [samples, degree]),
                similarities: GpuArray.From(engine(), "f32", similarities),
                sums: new GpuArray(engine(), "u32", [3]),
            };
            const loss = await ContrastiveLoss.CreateAsync(engine(), { temperature, alpha, ultrametric }, arrays);
            loss.dispatch();

            const expected = ReferenceContrastiveLoss(problem, features);
            const terms = pairs * negatives;
            const sums = await arrays.sums.readAsync();
            const mean = (which: number): number => sums[which] / LossScale(terms, temperature) / terms;
            // Similarities are rounded to 2e-7 and divided by the temperature; the sums cut each loss to a quantum of
            // at most 1e-4.
            expect(Math.abs(mean(0) - expected.euclid), note).toBeLessThan(1e-4);
            expect(Math.abs(mean(1) - expected.ultra), note).toBeLessThan(1e-4);
            expect(sums[2]).toBe(0);

            const total = (f: ArrayLike<number>): number => {
                const { euclid, ultra } = ReferenceContrastiveLoss(problem, f);
                return alpha * euclid + (ultrametric ? ultra : 0);
            };
            const indices = Array.from({ length: 60 }, (_, k) =>
                k % 2 ? below(spread) * dimensions + below(dimensions) : below(samples * dimensions),
            );
            const featureGradients = await loss.featureGradients.readAsync();
            // Coefficients round to 2e-9 / temperature, of an edge or of each of a row's terms; the rest is the
            // rounding of similarities.
            const tolerance = { absolute: 2e-5 / temperature / Math.sqrt(spread), relative: 1e-4 };
            ExpectCloseElements(
                indices.map((i) => featureGradients[i]),
                FiniteDifferences(total, features, indices),
                tolerance,
                `${note}, features`,
            );
            const outputGradients = Transpose(await loss.outputGradients.readAsync(), samples);
            ExpectCloseElements(
                indices.map((i) => outputGradients[i]),
                FiniteDifferences((y) => total(NormalizeFeatures(y, dimensions)), outputs, indices),
                tolerance,
                `${note}, through the normalization`,
            );
            expect(indices.some((i) => Math.abs(outputGradients[i]) > 10 * tolerance.absolute)).toBe(true);

            loss.dispatch();
            ExpectSameElements(await loss.featureGradients.readAsync(), featureGradients, `${note}, again`);
            for (const resource of [loss, ...Object.values(arrays)]) {
                resource.dispose();
            }
        },
    );

    it("has no gradient without pairs, and reports features that are not finite", async () => {
        const samples = 64;
        const dimensions = 8;
        const features = new Float32Array(samples * dimensions).fill(1 / Math.sqrt(dimensions));
        const arrays = {
            state: GpuArray.From(engine(), "u32", new Uint32Array(8)),
            features: GpuArray.From(engine(), "f32", features, [samples, dimensions]),
            inverseNorms: GpuArray.From(engine(), "f32", new Float32Array(samples).fill(1)),
            pairs: new GpuArray(engine(), "u32", [10, 2, 2]),
            bottlenecks: GpuArray.From(engine(), "u32", new Uint32Array(20).fill(NO_EDGE)),
            neighbors: new GpuArray(engine(), "u32", [samples, 2]),
            similarities: new GpuArray(engine(), "f32", [samples, 2]),
            sums: new GpuArray(engine(), "u32", [3]),
        };
        const loss = await ContrastiveLoss.CreateAsync(
            engine(),
            { temperature: 0.1, alpha: 1, ultrametric: true },
            arrays,
        );
        loss.dispatch();
        ExpectSameElements(await loss.outputGradients.readAsync(), new Float32Array(samples * dimensions));
        expect([...(await arrays.sums.readAsync())]).toEqual([0, 0, 0]);

        for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
            arrays.state.upload(Uint32Array.of(0, 0, 0, 1, 1, 0, 0, 0));
            features[0] = bad;
            arrays.features.upload(features);
            arrays.sums.clear();
            loss.dispatch();
            expect((await arrays.sums.readAsync())[2], String(bad)).toBe(1);
        }
        for (const resource of [loss, ...Object.values(arrays)]) {
            resource.dispose();
        }
    });
});
