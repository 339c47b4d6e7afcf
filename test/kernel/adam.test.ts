import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { Adam } from "../../src/compute/fields/shared/adam";
import { HashGrid } from "../../src/compute/fields/shared/hashGrid";
import { HashGridGradient } from "../../src/compute/fields/shared/hashGridGradient";
import { Mlp } from "../../src/compute/fields/shared/mlp";
import { MlpGradient } from "../../src/compute/fields/shared/mlpGradient";
import { GpuArray } from "../../src/compute/gpu/gpuArray";
import { Adam as ReferenceAdam } from "../reference/adam";
import { ExpectCloseElements, ExpectSameElements } from "../support/arrays";
import { UseEngine } from "../support/gpu";

const engine = UseEngine();

describe("Adam", () => {
    it.each([2, 4])(
        "updates all weights, and the grid's parameters that have a gradient, %i features",
        async (features) => {
            const seed = 31;
            const note = `seed ${seed}`;
            const random = CreateRandom(seed);
            const points = 160; // two runs of weight gradients
            const grid = new HashGrid(engine(), {
                levels: 3,
                featuresPerLevel: features,
                tableSizeLog2: 6,
                baseResolution: 2,
                finestResolution: 9,
            });
            const mlp = new Mlp(engine(), [grid.width, 8]);
            await grid.randomizeAsync(seed);
            mlp.randomize(random);
            const inputs = new GpuArray(engine(), "f32", [grid.width, points]);
            const positions = new GpuArray(engine(), "f32", [points, 4]);
            const outputs = new GpuArray(engine(), "f32", [8, points]);
            const mlpGradient = await MlpGradient.CreateAsync(engine(), mlp, points, [inputs], outputs);
            const gridGradient = await HashGridGradient.CreateAsync(
                engine(),
                grid,
                points,
                positions,
                mlpGradient.inputGradients,
            );
            const state = new GpuArray(engine(), "u32", [8]);
            const adam = await Adam.CreateAsync(engine(), state, mlp, mlpGradient, { grid, gradient: gridGradient });

            const referenceWeights = new ReferenceAdam(Float64Array.from(await mlp.weights.readAsync()), false);
            const referenceGrid = new ReferenceAdam(Float64Array.from(await grid.table.readAsync()), true);
            const levelOf = await grid.levelOfBlock.readAsync();
            const perBlock = grid.table.shape[0] / levelOf.length;
            for (let step = 1; step <= 4; step++) {
                const rate = 0.01 / step;
                const hasPairs = step !== 3; // a step without pairs changes nothing, whatever the gradients are
                const updates = step > 3 ? step - 1 : step;
                const words = new Uint32Array(8);
                new Float32Array(words.buffer).set([rate, 1 / (1 - 0.9 ** updates), 1 / (1 - 0.99 ** updates)], 5);
                words.set([step - 1, 0, 0, hasPairs ? 5 : 0, updates]);
                state.upload(words);
                const partials = Float32Array.from({ length: mlpGradient.partials.length }, () => random() - 0.5);
                const maxima = Float32Array.from({ length: grid.width }, () => 0.1 + random());
                const fixed = Int32Array.from({ length: grid.table.length }, () =>
                    random() < 0.3 ? Math.round((random() - 0.5) * 2 ** 30) : 0,
                );
                mlpGradient.partials.upload(partials);
                gridGradient.maxima.upload(new Uint32Array(maxima.buffer));
                gridGradient.gradients.upload(fixed);
                adam.dispatch();
                if (hasPairs) {
                    const count = mlp.weights.length;
                    referenceWeights.step(
                        Float64Array.from({ length: count }, (_, w) => partials[w] + partials[count + w]),
                        rate,
                    );
                    referenceGrid.step(
                        Float64Array.from(fixed, (value, i) => {
                            const level = levelOf[Math.floor(i / features / perBlock)];
                            return (value * maxima[level * features + (i % features)] * points) / 2 ** 30;
                        }),
                        rate,
                    );
                }
                // Steps are about as large as the rate, 0.01 at first, and computed to 1e-6 of that; a little more when
                // first moments cancel.
                ExpectCloseElements(
                    await mlp.weights.readAsync(),
                    referenceWeights.values,
                    { absolute: 2e-7, relative: 2e-6 },
                    `${note}, step ${step}`,
                );
                ExpectCloseElements(
                    await grid.table.readAsync(),
                    referenceGrid.values,
                    { absolute: 2e-7, relative: 2e-6 },
                    `${note}, step ${step}`,
                );
                ExpectSameElements(await gridGradient.gradients.readAsync(), new Int32Array(grid.table.length), note);
            }
            expect(mlpGradient.partialCount).toBe(2);
            for (const resource of [adam, gridGradient, mlpGradient, mlp, grid, inputs, positions, outputs, state]) {
                resource.dispose();
            }
        },
    );
});
