import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { CreateHashGridLevels, HashGrid } from "../../src/compute/fields/shared/hashGrid";
import { HashGridGradient } from "../../src/compute/fields/shared/hashGridGradient";
import { GpuArray } from "../../src/compute/gpu/gpuArray";
import { HashGrid as ReferenceHashGrid } from "../reference/hashGrid";
import { ExpectCloseElements, ExpectSameElements } from "../support/arrays";
import { UseEngine } from "../support/gpu";
import { FiniteDifferences, Transpose } from "../support/trainingFixtures";

const engine = UseEngine();

/** Two dense and two hashed levels. */
const small = { levels: 4, tableSizeLog2: 8, baseResolution: 3, finestResolution: 30 };

function RandomPositions(
    random: () => number,
    count: number,
): { flat: Float32Array<ArrayBuffer>; quads: Float32Array<ArrayBuffer> } {
    const flat = Float32Array.from({ length: 3 * count }, random);
    // The corners of the cube, and a point outside, which is clamped to the nearest inside.
    flat.set([0, 0, 0, 1, 1, 1, 1, 0, 0.5, -0.25, 0.5, 1.25]);
    const quads = Float32Array.from({ length: 4 * count }, (_, i) => (i % 4 < 3 ? flat[3 * (i >> 2) + (i % 4)] : 7));
    return { flat, quads };
}

describe("CreateHashGridLevels", () => {
    it("grows geometrically, and is dense at levels whose vertices fit", () => {
        expect(CreateHashGridLevels({ ...small, featuresPerLevel: 2 })).toEqual([
            { resolution: 3, start: 0, entries: 64, isDense: true },
            { resolution: 6, start: 64, entries: 256, isDense: false },
            { resolution: 13, start: 320, entries: 256, isDense: false },
            { resolution: 30, start: 576, entries: 256, isDense: false },
        ]);
        const levels = CreateHashGridLevels({
            levels: 12,
            featuresPerLevel: 2,
            tableSizeLog2: 16,
            baseResolution: 8,
            finestResolution: 256,
        });
        expect(levels.map(({ resolution }) => resolution)).toEqual([8, 10, 15, 20, 28, 38, 52, 72, 99, 136, 186, 256]);
        expect(levels.map(({ isDense }) => isDense).lastIndexOf(true)).toBe(5);
    });
});

describe("HashGrid", () => {
    it("starts with the numbers of CreateRandom, to 24 bits", async () => {
        const seed = 0xfedcba98;
        const grid = new HashGrid(engine(), { ...small, featuresPerLevel: 2 });
        await grid.randomizeAsync(seed);
        const random = CreateRandom(seed);
        const expected = Float32Array.from({ length: grid.table.length }, () =>
            Math.fround(Math.floor(random() * 2 ** 24) / 2 ** 24 - 0.5),
        ).map((number) => number * Math.fround(2e-2));
        ExpectSameElements(await grid.table.readAsync(), expected);
        // Later numbers continue the sequence.
        expect(CreateRandom(seed, grid.table.length)()).toBe(random());
        grid.dispose();
    });

    it.each([
        { features: 2, count: 96 },
        { features: 4, count: 257 },
        { features: 2, count: 4 },
    ])("interpolates $features features at $count points", async ({ features, count }) => {
        const seed = 11;
        const random = CreateRandom(seed);
        const grid = new HashGrid(engine(), { ...small, featuresPerLevel: features });
        await grid.randomizeAsync(seed);
        const { flat, quads } = RandomPositions(random, count);
        const positions = GpuArray.From(engine(), "f32", quads);
        const encoding = new GpuArray(engine(), "f32", [grid.width, count]);
        const kernel = await grid.createForwardAsync(count);
        kernel.bindAll({ positions, encoding }).dispatchFor(count * grid.levels.length);
        const expected = ReferenceHashGrid(grid.levels, features, await grid.table.readAsync(), flat);
        const used = grid.levels.length * features;
        const actual = Transpose(await encoding.readAsync(0, used * count), count);
        // Positions times resolutions up to 30 are rounded to 2e-6; the table's values are below 0.01.
        ExpectCloseElements(actual, expected, { absolute: 2e-7 }, `seed ${seed}`);
        expect(await encoding.readAsync(used * count)).toEqual(new Float32Array((grid.width - used) * count));
        for (const resource of [grid, positions, encoding, kernel]) {
            resource.dispose();
        }
    });

    it.each([2, 4])(
        "has the gradient of its parameters, %i features, with the same bits in every run",
        async (features) => {
            const seed = 12;
            const count = 64;
            const random = CreateRandom(seed);
            const grid = new HashGrid(engine(), { ...small, featuresPerLevel: features });
            await grid.randomizeAsync(seed);
            const used = grid.levels.length * features;
            const { flat, quads } = RandomPositions(random, count);
            // loss = sum of factors x encoding; the columns' factors differ by orders of magnitude, some are 0
            const factors = Float32Array.from({ length: count * used }, (_, i) =>
                i % 7 === 0 ? 0 : (random() - 0.5) * 10 ** (-(i % used) / 4),
            );
            const columns = new Float32Array(grid.width * count);
            columns.set(Transpose(factors, used));
            const positions = GpuArray.From(engine(), "f32", quads);
            const encodingGradients = GpuArray.From(engine(), "f32", columns);
            const gradient = await HashGridGradient.CreateAsync(engine(), grid, count, positions, encodingGradients);
            gradient.dispatch();
            const fixed = await gradient.gradients.readAsync();
            const maxima = new Float32Array((await gradient.maxima.readAsync()).buffer);
            const levelOf = await grid.levelOfBlock.readAsync();
            const quantum = (i: number): number => {
                const level = levelOf[Math.floor(i / features / (grid.table.shape[0] / levelOf.length))];
                return (maxima[level * features + (i % features)] * count) / 2 ** 30;
            };
            const loss = (table: Float64Array): number =>
                ReferenceHashGrid(grid.levels, features, table, flat).reduce((sum, x, i) => sum + x * factors[i], 0);
            const indices = Array.from({ length: 150 }, () => Math.floor(random() * grid.table.length));
            const expected = FiniteDifferences(loss, await grid.table.readAsync(), indices, 1e-3);
            let touched = 0;
            indices.forEach((index, k) => {
                touched += expected[k] !== 0 ? 1 : 0;
                // An addition rounds by half a quantum, and a value receives at most 8 of each point; weights are
                // rounded to 3e-6.
                const largest = (quantum(index) / count) * 2 ** 30;
                const allowed = 4 * count * quantum(index) + 1e-5 * largest;
                expect(
                    Math.abs(fixed[index] * quantum(index) - expected[k]),
                    `seed ${seed}, number ${index}`,
                ).toBeLessThanOrEqual(allowed);
            });
            expect(touched).toBeGreaterThan(30);

            gradient.gradients.clear();
            gradient.dispatch();
            ExpectSameElements(await gradient.gradients.readAsync(), fixed, `seed ${seed}, again`);
            for (const resource of [grid, positions, encodingGradients, gradient]) {
                resource.dispose();
            }
        },
    );

    it("does not overflow when all points share one entry", async () => {
        const count = 64;
        const grid = new HashGrid(engine(), { ...small, featuresPerLevel: 2 });
        const positions = GpuArray.From(engine(), "f32", new Float32Array(4 * count)); // all at the corner (0, 0, 0)
        const encodingGradients = GpuArray.From(engine(), "f32", new Float32Array(grid.width * count).fill(1e20));
        const gradient = await HashGridGradient.CreateAsync(engine(), grid, count, positions, encodingGradients);
        gradient.dispatch();
        expect(await gradient.gradients.readAsync(0, 4)).toEqual(Int32Array.of(2 ** 30, 2 ** 30, 0, 0));
        for (const resource of [grid, positions, encodingGradients, gradient]) {
            resource.dispose();
        }
    });
});
