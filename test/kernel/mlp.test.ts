import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { FeaturePass } from "../../src/compute/fields/feature/featurePass";
import { HashGrid } from "../../src/compute/fields/shared/hashGrid";
import { Mlp, MlpTiles } from "../../src/compute/fields/shared/mlp";
import { MlpGradient } from "../../src/compute/fields/shared/mlpGradient";
import { GpuArray } from "../../src/compute/gpu/gpuArray";
import { HashGrid as ReferenceHashGrid } from "../reference/hashGrid";
import { Mlp as ReferenceMlp } from "../reference/mlp";
import { NormalizeFeatures } from "../reference/normalizeFeatures";
import { ExpectCloseElements } from "../support/arrays";
import { UseEngine } from "../support/gpu";
import { FiniteDifferences, Transpose } from "../support/trainingFixtures";

const engine = UseEngine();

describe("Mlp", () => {
    it.each([
        { widths: [8, 8], points: 8 },
        { widths: [24, 16, 8], points: 40 },
        { widths: [16, 40, 24, 32], points: 264 },
    ])("computes layers of $widths at $points points, and their gradients", async ({ widths, points }) => {
        const seed = 21;
        const note = `seed ${seed}`;
        const random = CreateRandom(seed);
        const mlp = new Mlp(engine(), widths);
        mlp.randomize(random);
        const weights = await mlp.weights.readAsync();
        const inputs = Float32Array.from({ length: points * widths[0] }, () => random() - 0.5);
        const values = [GpuArray.From(engine(), "f32", Transpose(inputs, widths[0]), [widths[0], points])];
        const expected = ReferenceMlp(mlp.layers, weights, inputs);
        for (const [l, layer] of mlp.layers.entries()) {
            const outputs = new GpuArray(engine(), "f32", [layer.outputs, points]);
            const kernel = await mlp.createForwardAsync(layer, points);
            kernel.bindAll({ inputs: values[l], outputs }).dispatchFor(MlpTiles(points, layer.outputs));
            values.push(outputs);
            // Sums of at most 40 products of numbers around 1, each rounded to 6e-8.
            ExpectCloseElements(
                Transpose(await outputs.readAsync(), points),
                expected[l],
                { absolute: 1e-5 },
                `${note}, layer ${l}`,
            );
            kernel.dispose();
        }

        const last = widths[widths.length - 1];
        const factors = Float32Array.from({ length: points * last }, () => random() - 0.5);
        const outputGradients = GpuArray.From(engine(), "f32", Transpose(factors, last), [last, points]);
        const gradient = await MlpGradient.CreateAsync(engine(), mlp, points, values, outputGradients);
        gradient.dispatch();
        const partials = await gradient.partials.readAsync();
        const weightGradient = weights.map((_, w) => {
            let sum = 0;
            for (let chunk = 0; chunk < gradient.partialCount; chunk++) {
                sum += partials[chunk * weights.length + w];
            }
            return sum;
        });
        const loss = (w: ArrayLike<number>, x: ArrayLike<number>): number =>
            ReferenceMlp(mlp.layers, w, x)[widths.length - 2].reduce((sum, y, i) => sum + y * factors[i], 0);
        const weightPlaces = Array.from({ length: 25 }, () => Math.floor(random() * weights.length));
        const inputPlaces = Array.from({ length: 25 }, () => Math.floor(random() * inputs.length));
        // Rounding in sums over the points; and a hidden value may cross 0 within the step of the difference, with a
        // far smaller effect.
        const tolerance = { absolute: 2e-4, relative: 1e-3 };
        ExpectCloseElements(
            weightPlaces.map((w) => weightGradient[w]),
            FiniteDifferences((w) => loss(w, inputs), weights, weightPlaces, 1e-6),
            tolerance,
            `${note}, weights`,
        );
        const inputGradients = Transpose(await gradient.inputGradients.readAsync(), points);
        ExpectCloseElements(
            inputPlaces.map((i) => inputGradients[i]),
            FiniteDifferences((x) => loss(weights, x), inputs, inputPlaces, 1e-6),
            tolerance,
            `${note}, inputs`,
        );
        for (const resource of [mlp, outputGradients, gradient, ...values]) {
            resource.dispose();
        }
    });

    it("starts with He's variance, and with zeros for padding inputs", async () => {
        const mlp = new Mlp(engine(), [32, 64, 64]);
        mlp.randomize(CreateRandom(22), 24);
        const weights = await mlp.weights.readAsync();
        const variance = (from: number, to: number): number =>
            weights.subarray(from, to).reduce((sum, w) => sum + w * w, 0) / (to - from);
        // 1536 and 4096 samples: a variance's standard error is sqrt(2 / n) of it, 3.6 % and 2.2 %; four of these
        expect(Math.abs(variance(0, 24 * 64) / (2 / 24) - 1)).toBeLessThan(0.15);
        expect(Math.abs(variance(32 * 64, 32 * 64 + 64 * 64) / (1 / 64) - 1)).toBeLessThan(0.09);
        expect(weights.slice(24 * 64, 32 * 64)).toEqual(new Float32Array(8 * 64));
        mlp.dispose();
    });
});

describe("FeaturePass", () => {
    it("computes unit features of positions", async () => {
        const seed = 23;
        const points = 72;
        const random = CreateRandom(seed);
        const grid = new HashGrid(engine(), {
            levels: 3,
            featuresPerLevel: 2,
            tableSizeLog2: 8,
            baseResolution: 4,
            finestResolution: 16,
        });
        const mlp = new Mlp(engine(), [grid.width, 16, 24]);
        await grid.randomizeAsync(seed);
        mlp.randomize(random, 6);
        const pass = await FeaturePass.CreateAsync(engine(), grid, mlp, points);
        const positions = Float32Array.from({ length: 4 * points }, random);
        pass.positions.upload(positions);
        pass.dispatch();
        const encoding = ReferenceHashGrid(
            grid.levels,
            2,
            await grid.table.readAsync(),
            positions.filter((_, i) => i % 4 < 3),
        );
        const padded = Float64Array.from({ length: points * grid.width }, (_, i) =>
            i % grid.width < 6 ? encoding[Math.floor(i / grid.width) * 6 + (i % grid.width)] : 0,
        );
        const outputs = ReferenceMlp(mlp.layers, await mlp.weights.readAsync(), padded)[1];
        // Encodings of about 0.005 are rounded to 2e-7 of a number at most 0.01: up to 1e-4 of a feature.
        ExpectCloseElements(
            await pass.features.readAsync(),
            NormalizeFeatures(outputs, 24),
            { absolute: 3e-4 },
            `seed ${seed}`,
        );
        const inverse = await pass.inverseNorms.readAsync();
        const length = Math.hypot(...outputs.subarray(24, 48));
        expect(Math.abs(inverse[1] * length - 1), `seed ${seed}`).toBeLessThan(1e-4);
        for (const resource of [pass, grid, mlp]) {
            resource.dispose();
        }
    });
});
