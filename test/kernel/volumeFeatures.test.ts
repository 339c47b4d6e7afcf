import { describe, expect, it } from "vitest";
import { CreateRandom, PcgHash } from "../../src/compute/base/random";
import { UnitCube } from "../../src/compute/bounds/unitCube";
import { FeatureField } from "../../src/compute/fields/feature/featureField";
import {
    type FeatureFieldConfigOptions,
    TrainFeatureFieldAsync,
} from "../../src/compute/fields/feature/featureFieldTrainer";
import { VolumeFeatures } from "../../src/compute/fields/feature/volumeFeatures";
import { RadianceField } from "../../src/compute/fields/radiance/radianceField";
import { GpuArray } from "../../src/compute/gpu/gpuArray";
import { CompositeFeatures } from "../reference/compositeFeatures";
import { HashGrid as ReferenceHashGrid } from "../reference/hashGrid";
import { StepAt } from "../reference/marchRay";
import { Mlp as ReferenceMlp } from "../reference/mlp";
import { VolumeSlots } from "../reference/volumeSlots";
import { ExpectCloseElements, ExpectSameElements } from "../support/arrays";
import { UseEngine } from "../support/gpu";
import { RandomNetworks, SMALL_RADIANCE } from "../support/radianceFixtures";
import { FiniteDifferences, QuarteredSquare, Transpose } from "../support/trainingFixtures";

const engine = UseEngine();
const small = { levels: 3, tableSizeLog2: 8, baseResolution: 4, finestResolution: 12, hidden: [16], dimensions: 8 };

describe("VolumeFeatures", () => {
    it.each([
        { slots: 6, contrast: 10, unbounded: false },
        { slots: 32, contrast: 30, unbounded: false },
        { slots: 5, contrast: 30, unbounded: true },
    ])(
        "sum features along rays like the references, and have their gradients: $slots slots, unbounded: $unbounded",
        async ({ slots, contrast, unbounded }) => {
            const seed = 91;
            const note = `seed ${seed}`;
            const random = CreateRandom(seed);
            const count = 32;
            const dimensions = small.dimensions;
            const options = { ...SMALL_RADIANCE, unbounded, coneAngle: 1 / 16 };
            const networks = RandomNetworks(engine(), random, options, 0.5, contrast);
            const volume = { ...networks, cube: new UnitCube([-1, -2, -1], 4) };
            const views = { cube: new UnitCube([-0.5, -1, 0], 2), eyes: Float32Array.of(9, 9, 9, 0.4, 0.6, -1.2) };
            const field = await FeatureField.CreateAsync(engine(), small, seed);
            // Parameters as large as a trained field's, so that features differ along a ray.
            field.grid.table.upload(Float32Array.from({ length: field.grid.table.length }, () => random() - 0.5));
            const key = 12345;
            const state = GpuArray.From(engine(), "u32", Uint32Array.of(0, key, 1, 1, 0, 0, 0, 0));
            const pixels = await VolumeFeatures.CreateAsync(engine(), field, volume, views, count, slots, state);
            const surface = Float32Array.from({ length: 4 * count }, random);
            pixels.positions.upload(surface);
            pixels.dispatch();

            // The slots along the rays, from the samples and densities that the GPU found.
            const { marcher, density } = pixels.rays;
            const spans = await marcher.spans.readAsync();
            const rays = await marcher.rays.readAsync();
            const marched = await marcher.positions.readAsync();
            const geometry = await density.outputs.readAsync();
            const points = await pixels.points.positions.readAsync();
            const opacities = await pixels.rays.opacities.readAsync();
            const scale = 2 / 4;
            const offset = [0, 1, 2].map(
                (axis) =>
                    (views.cube.toWorldPosition(0, axis) - volume.cube.toWorldPosition(0, axis)) /
                    volume.cube.toWorldLength(1),
            );
            let compared = 0;
            let drawn = 0;
            for (let i = 0; i < count; i++) {
                const [start, length] = spans.subarray(2 * i, 2 * i + 2);
                expect(start, `${note}, ray ${i}`).not.toBe(0xffffffff);
                const origin = [0, 1, 2].map((axis) => scale * views.eyes[3 + axis] + offset[axis]);
                const toward = [0, 1, 2].map((axis) => scale * (surface[4 * i + axis] - views.eyes[3 + axis]));
                const direction = toward.map((x) => x / Math.hypot(...toward));
                ExpectCloseElements(
                    [...rays.subarray(8 * i, 8 * i + 3), ...rays.subarray(8 * i + 4, 8 * i + 7)],
                    [...origin, ...direction],
                    { absolute: 2e-6 },
                    `${note}, ray ${i}`,
                );
                const at = (t: number): number[] => origin.map((o, axis) => o + t * direction[axis]);
                const chosen = Array.from({ length }, (_, k) => start + k);
                const lengths = chosen.map((k) => marched[4 * k + 3]);
                const reference = VolumeSlots(
                    lengths,
                    lengths.map((t) => StepAt(options, at(t))),
                    chosen.map((k) => geometry[k] + Math.log(options.initialDensity)),
                    slots,
                    (PcgHash(i ^ PcgHash(10 ^ key)) >>> 8) / 2 ** 24,
                );
                ExpectCloseElements([opacities[i]], [reference.opacity], { absolute: 1e-5 }, `${note}, ray ${i}`);
                // The rounding of 40 products of transmittances adds up to 1e-5.
                if (reference.margin > 2e-5 || reference.slots.length < slots) {
                    compared++;
                    drawn += length > slots ? 1 : 0;
                    const expected = Array.from({ length: slots }, (_, slot) => {
                        const filled = reference.slots[slot];
                        return filled
                            ? [...at(filled.t).map((x, axis) => (x - offset[axis]) / scale), filled.weight]
                            : [...surface.subarray(4 * i, 4 * i + 3), 0];
                    }).flat();
                    ExpectCloseElements(
                        points.subarray(4 * slots * i, 4 * slots * (i + 1)),
                        expected,
                        { absolute: 2e-5, relative: 1e-5 },
                        `${note}, ray ${i}`,
                    );
                }
            }
            expect(compared, note).toBeGreaterThan(0.8 * count);
            if (slots < 10) {
                expect(drawn, note).toBeGreaterThan(5);
            }

            // The features, by the network's reference at the GPU's slots.
            const weights = points.filter((_, word) => word % 4 === 3);
            const encodings = ReferenceHashGrid(
                field.grid.levels,
                2,
                await field.grid.table.readAsync(),
                points.filter((_, word) => word % 4 < 3),
            );
            const padded = new Float64Array(count * slots * field.grid.width);
            for (let p = 0; p < count * slots; p++) {
                padded.set(encodings.subarray(6 * p, 6 * p + 6), p * field.grid.width);
            }
            const layers = await field.mlp.weights.readAsync();
            const outputs = ReferenceMlp(field.mlp.layers, layers, padded)[1];
            const reference = CompositeFeatures(outputs, weights, opacities, dimensions);
            const features = await pixels.features.readAsync();
            // Unit features of outputs around 0.1 with a rounding of 1e-6.
            const close = { absolute: 1e-4 };
            ExpectCloseElements(features, reference.features, close, note);
            const inverseNorms = await pixels.inverseNorms.readAsync();
            ExpectCloseElements(
                inverseNorms,
                Array.from(
                    { length: count },
                    (_, i) => 1 / Math.hypot(...reference.sums.subarray(i * dimensions, (i + 1) * dimensions)),
                ),
                { relative: 1e-3 },
                note,
            );

            // The gradient of a random weighted sum of the features, which the loss passes on as that of the sums.
            const factors = Float64Array.from({ length: count * dimensions }, () => random() - 0.5);
            const sumGradients = factors.map((factor, place) => {
                const i = Math.floor(place / dimensions);
                let radial = 0;
                for (let d = 0; d < dimensions; d++) {
                    radial += factors[i * dimensions + d] * reference.features[i * dimensions + d];
                }
                return (factor - radial * reference.features[place]) * inverseNorms[i];
            });
            const given = GpuArray.From(engine(), "f32", Transpose(sumGradients, dimensions), [dimensions, count]);
            const gradient = await pixels.createGradientAsync(given);
            gradient.dispatch();
            const loss = (now: ArrayLike<number>): number =>
                CompositeFeatures(now, weights, opacities, dimensions).features.reduce(
                    (sum, value, place) => sum + value * factors[place],
                    0,
                );
            const partials = await gradient.mlp.partials.readAsync();
            const picked = Array.from({ length: 16 }, () => Math.floor(random() * layers.length));
            const sumOf = (w: number): number => {
                let sum = 0;
                for (let chunk = 0; chunk < gradient.mlp.partialCount; chunk++) {
                    sum += partials[chunk * layers.length + w];
                }
                return sum;
            };
            ExpectCloseElements(
                picked.map(sumOf),
                FiniteDifferences((now) => loss(ReferenceMlp(field.mlp.layers, now, padded)[1]), layers, picked, 1e-6),
                // Sums over all slots, each through two normalizations; a hidden value may cross 0 within the step.
                { absolute: 2e-3, relative: 5e-3 },
                `${note}, network`,
            );
            const some = Array.from({ length: 40 }, () => Math.floor(random() * outputs.length));
            const pointGradients = await pixels.pointGradients!.readAsync();
            ExpectCloseElements(
                some.map((place) => Transpose(pointGradients, count * slots)[place]),
                FiniteDifferences(loss, outputs, some, 1e-6),
                { absolute: 1e-4, relative: 2e-3 },
                `${note}, outputs`,
            );
            for (const resource of [networks, field, state, pixels, given]) {
                resource.dispose();
            }
        },
    );
});

describe("RayVolume", () => {
    it("uses the surface point of a ray whose samples do not fit", async () => {
        const random = CreateRandom(92);
        const options = { ...SMALL_RADIANCE, stepsPerDiagonal: 1000, maxSamplesPerRay: 2000 };
        const networks = RandomNetworks(engine(), random, options, 1);
        const cube = new UnitCube([0, 0, 0], 1);
        const field = await FeatureField.CreateAsync(engine(), small, 1);
        const state = GpuArray.From(engine(), "u32", Uint32Array.of(0, 1, 0, 1, 0, 0, 0, 0));
        const views = { cube, eyes: Float32Array.of(0.4, 0.6, -1.2) };
        const pixels = await VolumeFeatures.CreateAsync(engine(), field, { ...networks, cube }, views, 32, 4, state);
        const surface = Float32Array.from({ length: 128 }, (_, word) => (word % 4 === 3 ? 0 : 0.3 + 0.4 * random()));
        pixels.positions.upload(surface);
        pixels.dispatch();
        const spans = await pixels.rays.marcher.spans.readAsync();
        const points = await pixels.points.positions.readAsync();
        const opacities = await pixels.rays.opacities.readAsync();
        const dropped = Array.from({ length: 32 }, (_, i) => i).filter((i) => spans[2 * i] === 0xffffffff);
        expect(dropped.length).toBeGreaterThan(20);
        for (const i of dropped) {
            const point = [...surface.subarray(4 * i, 4 * i + 3)];
            const rest = [0, 1, 2].flatMap(() => [...point, 0]);
            ExpectSameElements(points.subarray(16 * i, 16 * i + 16), [...point, 1, ...rest], `seed 92, ray ${i}`);
            expect(opacities[i]).toBe(1);
        }
        for (const resource of [networks, field, state, pixels]) {
            resource.dispose();
        }
    });
});

/** Creates a field that is opaque in a thin slab around z = -2 and empty elsewhere. */
async function opaqueSlabAsync(): Promise<RadianceField> {
    const cube = new UnitCube([-1.5, -1.5, -3], 3);
    const field = await RadianceField.CreateAsync(engine(), cube, {
        ...SMALL_RADIANCE,
        occupancyResolution: 32,
        stepsPerDiagonal: 64,
    });
    // All encodings are 1 and all weights 1/5: the density is e^3.84 wherever the cells are occupied.
    field.grid.table.upload(new Float32Array(field.grid.table.length).fill(1));
    field.densityMlp.weights.upload(new Float32Array(field.densityMlp.weights.length).fill(0.2));
    const cells = new Uint32Array(32 ** 3 / 32);
    for (let cell = 0; cell < 32 ** 3; cell++) {
        const z = cube.toWorldPosition((Math.floor(cell / 32 ** 2) + 0.5) / 32, 2);
        cells[cell >> 5] |= Math.abs(z + 2) < 0.15 ? 1 << (cell & 31) : 0;
    }
    field.occupancy.upload(cells);
    return field;
}

describe("TrainFeatureFieldAsync along rays", () => {
    const recipe: FeatureFieldConfigOptions = {
        field: { levels: 5, tableSizeLog2: 10, baseResolution: 4, finestResolution: 32, hidden: [16], dimensions: 8 },
        training: { steps: 120, samples: 256, pairs: 256, features: "volumetric", samplesPerRay: 4 },
    };

    it("learns the quarters and halves of a square, with the same bits for the same seed", async () => {
        const views = QuarteredSquare();
        const radiance = await opaqueSlabAsync();
        const before = await radiance.serializeAsync();
        const { field, losses } = await TrainFeatureFieldAsync(engine(), views, { ...recipe, radiance });
        const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
        // Untrained features give softplus(about 0) = 0.69.
        for (const loss of [losses.euclid, losses.ultra]) {
            expect(mean(loss.subarray(0, 3))).toBeGreaterThan(0.4);
            expect(mean(loss.subarray(110))).toBeLessThan(0.45);
        }
        const pixel = (x: number, y: number): number => y * 32 + x;
        const features = await field.evaluateAsync(
            Float32Array.from(
                [pixel(6, 6), pixel(10, 10), pixel(7, 24), pixel(24, 8)].flatMap((p) => [
                    ...views.positions.subarray(3 * p, 3 * p + 3),
                ]),
            ),
        );
        const similarity = (a: number, b: number): number =>
            features.subarray(8 * a, 8 * a + 8).reduce((sum, value, d) => sum + value * features[8 * b + d], 0);
        expect(similarity(0, 1)).toBeGreaterThan(similarity(0, 2) + 0.1);
        expect(similarity(0, 2)).toBeGreaterThan(similarity(0, 3) + 0.1);
        // The geometry does not change.
        ExpectSameElements(await radiance.serializeAsync(), before);
        const short = { ...recipe, training: { ...recipe.training, steps: 10 }, radiance };
        const [a, b] = [
            await TrainFeatureFieldAsync(engine(), views, short),
            await TrainFeatureFieldAsync(engine(), views, short),
        ];
        ExpectSameElements(await b.field.serializeAsync(), await a.field.serializeAsync(), "seed 0");
        for (const resource of [field, a.field, b.field, radiance]) {
            resource.dispose();
        }
    });

    it("throws without a radiance field", async () => {
        await expect(TrainFeatureFieldAsync(engine(), QuarteredSquare(), recipe)).rejects.toThrow(
            /needs a trained radiance field/,
        );
    });
});
