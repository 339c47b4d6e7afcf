import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { RadianceGradient } from "../../src/compute/fields/radiance/radianceGradient";
import { RAY_WORDS, RESULT, RESULT_WORDS } from "../../src/compute/fields/radiance/radianceKernels";
import { RadiancePass } from "../../src/compute/fields/radiance/radiancePass";
import { RayMarcher } from "../../src/compute/fields/radiance/rayMarcher";
import { SampleCuller } from "../../src/compute/fields/radiance/sampleCuller";
import { GpuArray } from "../../src/compute/gpu/gpuArray";
import { Composite } from "../reference/composite";
import { HashGrid as ReferenceHashGrid } from "../reference/hashGrid";
import { MarchRay, StepAt } from "../reference/marchRay";
import { Mlp as ReferenceMlp } from "../reference/mlp";
import { SphericalHarmonics } from "../reference/sphericalHarmonics";
import { ExpectCloseElements, ExpectSameElements } from "../support/arrays";
import { UseEngine } from "../support/gpu";
import { RandomNetworks, RandomRays, SMALL_RADIANCE } from "../support/radianceFixtures";
import { FiniteDifferences, Transpose } from "../support/trainingFixtures";

const engine = UseEngine();

describe("RayMarcher", () => {
    it.each([
        { rays: 1, unbounded: false },
        { rays: 63, unbounded: false },
        { rays: 257, unbounded: false },
        { rays: 65, unbounded: true },
    ])("finds the samples of $rays rays in occupied cells, unbounded: $unbounded", async ({ rays, unbounded }) => {
        const seed = 41;
        const random = CreateRandom(seed);
        const options = { ...SMALL_RADIANCE, unbounded, coneAngle: 1 / 16, maxSamplesPerRay: unbounded ? 30 : 64 };
        const networks = RandomNetworks(engine(), random, options, 0.4);
        const marcher = await RayMarcher.CreateAsync(engine(), options, networks.occupancy, 300, 64 * 300);
        const made = RandomRays(random, rays);
        if (rays > 60) {
            // Inside the cube, and along an axis.
            made.set([0.5, 0.45, 0.3, 0.2, 0.6, 0.8, 0], 5 * RAY_WORDS);
            made.set([0.31, 0.47, -1, 0.2, 0, 0, 1], 6 * RAY_WORDS);
        }
        marcher.rays.upload(made);
        marcher.rayCount.upload(Uint32Array.of(rays));
        marcher.dispatch();
        const starts = await marcher.starts.readAsync();
        const spans = await marcher.spans.readAsync();
        const positions = await marcher.positions.readAsync();
        const owners = await marcher.sampleRays.readAsync();
        const isOccupied = (cell: number): boolean => ((networks.cells[cell >> 5] >>> (cell & 31)) & 1) === 1;
        let total = 0;
        let compared = 0;
        for (let i = 0; i < rays; i++) {
            const ray = [...made.subarray(i * RAY_WORDS, (i + 1) * RAY_WORDS)];
            const reference = MarchRay(options, isOccupied, ray.slice(0, 3), ray.slice(4, 7), ray[3]);
            const [start, count] = spans.subarray(2 * i, 2 * i + 2);
            const note = `seed ${seed}, ray ${i}`;
            expect(count === 0 ? total : start, note).toBe(total);
            expect(starts[i], note).toBe(total);
            total += count;
            expect(owners.subarray(start, start + count).every((owner) => owner === i)).toBe(true);
            // The rounding of 40 steps adds up to 1e-5; nearer to a wall than that, either cell may be hit.
            if (reference.margin > 2e-5) {
                compared++;
                const expected = reference.samples.flatMap(({ place, t }) => [...place, t]);
                const actual = positions.subarray(4 * start, 4 * (start + count));
                ExpectCloseElements(actual, expected, { absolute: 1e-5, relative: 1e-5 }, note);
            }
        }
        expect(starts[300]).toBe(total);
        expect(compared, `seed ${seed}`).toBeGreaterThanOrEqual(0.9 * rays);
        expect([...spans.subarray(2 * rays)].every((word) => word === 0)).toBe(true);
        for (const resource of [networks, marcher]) {
            resource.dispose();
        }
    });

    it("skips rays whose samples do not fit, and marks them", async () => {
        const random = CreateRandom(42);
        const networks = RandomNetworks(engine(), random, SMALL_RADIANCE, 1);
        const marcher = await RayMarcher.CreateAsync(engine(), SMALL_RADIANCE, networks.occupancy, 64, 200);
        marcher.rays.upload(RandomRays(random, 64));
        marcher.rayCount.upload(Uint32Array.of(64));
        marcher.dispatch();
        const starts = await marcher.starts.readAsync();
        const spans = await marcher.spans.readAsync();
        let dropped = 0;
        for (let i = 0; i < 64; i++) {
            const count = starts[i + 1] - starts[i];
            const fits = starts[i + 1] <= 200;
            dropped += fits || count === 0 ? 0 : 1;
            const expected = count === 0 ? [0, 0] : fits ? [starts[i], count] : [0xffffffff, 0];
            expect([...spans.subarray(2 * i, 2 * i + 2)]).toEqual(expected);
        }
        expect(dropped).toBeGreaterThan(5);
        networks.dispose();
        marcher.dispose();
    });
});

describe("SampleCuller", () => {
    it.each([
        { rays: 1, room: 64 },
        { rays: 66, room: 4096 },
        { rays: 130, room: 520 }, // not all fit
    ])("keeps the samples before $rays rays are opaque, and their computed values", async ({ rays, room }) => {
        const seed = 44;
        const note = `seed ${seed}`;
        const random = CreateRandom(seed);
        const samples = 4096;
        const counts = Array.from({ length: rays }, (_, i) => (i % 7 === 3 ? 0 : Math.floor(31 * random())));
        const spans = new Uint32Array(2 * rays);
        let at = 0;
        counts.forEach((count, i) => {
            // Every eleventh ray did not fit in the first place.
            spans.set(i % 11 === 10 ? [0xffffffff, 0] : [at, count], 2 * i);
            at += count;
        });
        const positions = Float32Array.from({ length: 4 * samples }, random);
        const geometry = Float32Array.from({ length: 8 * samples }, (_, i) =>
            i < samples ? 6 * random() - 1 : random(),
        );
        const hidden = Float32Array.from({ length: 16 * samples }, random);
        const made = {
            rayCount: GpuArray.From(engine(), "u32", Uint32Array.of(rays, 0)),
            rays: new GpuArray(engine(), "f32", [rays, RAY_WORDS]),
            starts: new GpuArray(engine(), "u32", [rays + 1]),
            spans: GpuArray.From(engine(), "u32", spans),
            positions: GpuArray.From(engine(), "f32", positions, [samples, 4]),
            sampleRays: new GpuArray(engine(), "u32", [samples]),
        };
        const density = {
            inputs: [GpuArray.From(engine(), "f32", hidden, [16, samples])],
            outputs: GpuArray.From(engine(), "f32", geometry, [8, samples]),
        };
        const culler = await SampleCuller.CreateAsync(
            engine(),
            SMALL_RADIANCE,
            { maxRays: rays, samples, ...made },
            density,
            room,
        );
        culler.dispatch();
        const keptSpans = await culler.kept.spans.readAsync();
        const keptPositions = await culler.kept.positions.readAsync();
        const keptRays = await culler.kept.sampleRays.readAsync();
        const keptHidden = await culler.density.inputs[0].readAsync();
        const keptGeometry = await culler.density.outputs.readAsync();
        const step = Math.sqrt(3) / SMALL_RADIANCE.stepsPerDiagonal;
        let total = 0;
        let dropped = 0;
        let culled = 0;
        for (let i = 0; i < rays; i++) {
            const [first, count] = spans.subarray(2 * i, 2 * i + 2);
            const chosen = Array.from({ length: count }, (_, k) => first + k);
            const { used } = Composite(
                chosen.map((k) => positions[4 * k + 3]),
                chosen.map(() => step),
                chosen.map((k) => geometry[k] + Math.log(SMALL_RADIANCE.initialDensity)),
                chosen.flatMap(() => [0, 0, 0]),
            );
            culled += count - used;
            const fits = first !== 0xffffffff && total + used <= room;
            const expected = used === 0 && first !== 0xffffffff ? [0, 0] : fits ? [total, used] : [0xffffffff, 0];
            dropped += fits ? 0 : 1;
            expect([...keptSpans.subarray(2 * i, 2 * i + 2)], `${note}, ray ${i}`).toEqual(expected);
            for (let k = 0; k < keptSpans[2 * i + 1]; k++) {
                const to = total + k;
                const from = first + k;
                expect(keptRays[to]).toBe(i);
                ExpectSameElements(
                    [
                        ...keptPositions.subarray(4 * to, 4 * to + 4),
                        ...[0, 5, 15].map((column) => keptHidden[column * room + to]),
                        ...[0, 7].map((column) => keptGeometry[column * room + to]),
                    ],
                    [
                        ...positions.subarray(4 * from, 4 * from + 4),
                        ...[0, 5, 15].map((column) => hidden[column * samples + from]),
                        ...[0, 7].map((column) => geometry[column * samples + from]),
                    ],
                    `${note}, ray ${i}, sample ${k}`,
                );
            }
            total += used;
        }
        expect((await culler.kept.starts.readAsync())[rays], note).toBe(total);
        if (rays > 1) {
            expect(culled, note).toBeGreaterThan(50);
            expect(dropped, note).toBeGreaterThan(room < 4096 ? 30 : 5);
        }
        for (const resource of [culler, ...Object.values(made), ...density.inputs, density.outputs]) {
            resource.dispose();
        }
    });
});

describe("RadiancePass and RadianceGradient", () => {
    it.each([
        { rays: 5, samples: 96, unbounded: false, steps: 40, contrast: 10 },
        { rays: 65, samples: 352, unbounded: false, steps: 12, contrast: 30 },
        { rays: 33, samples: 256, unbounded: false, steps: 12, contrast: 30, scouts: 512 },
        { rays: 31, samples: 1024, unbounded: true, steps: 40, contrast: 10 },
    ])("match the references and their gradients: $rays rays, unbounded: $unbounded", async (shape) => {
        const seed = 43;
        const note = `seed ${seed}`;
        const random = CreateRandom(seed);
        const options = {
            ...SMALL_RADIANCE,
            unbounded: shape.unbounded,
            coneAngle: 1 / 16,
            stepsPerDiagonal: shape.steps,
        };
        const networks = RandomNetworks(engine(), random, options, 0.5, shape.contrast);
        const pass = await RadiancePass.CreateAsync(engine(), networks, shape.rays, shape.samples, shape.scouts ?? 0);
        const gradient = await RadianceGradient.CreateAsync(engine(), networks, pass);
        const rays = RandomRays(random, shape.rays);
        pass.marcher.rays.upload(rays);
        pass.marcher.rayCount.upload(Uint32Array.of(shape.rays));
        pass.dispatch();
        const { samples } = shape;
        const spans = await pass.samples.spans.readAsync();
        const positions = await pass.samples.positions.readAsync();
        const owners = await pass.samples.sampleRays.readAsync();
        const results = await pass.results.readAsync();
        const resultBits = new Uint32Array(results.buffer);
        const weights = await pass.weights.readAsync();

        // The networks by their references, from the samples' positions.
        const points = positions.filter((_, i) => i % 4 < 3);
        const table = await networks.grid.table.readAsync();
        const densityWeights = await networks.densityMlp.weights.readAsync();
        const colorWeights = await networks.colorMlp.weights.readAsync();
        const used = options.levels * options.featuresPerLevel;
        const harmonics = Array.from(owners, (ray) =>
            SphericalHarmonics([...rays.subarray(ray * RAY_WORDS + 4, ray * RAY_WORDS + 7)]),
        );
        const geometryOf = (grid: ArrayLike<number>, layers: ArrayLike<number>): Float64Array => {
            const encoding = ReferenceHashGrid(networks.grid.levels, options.featuresPerLevel, grid, points);
            const padded = new Float64Array(samples * networks.grid.width);
            for (let i = 0; i < samples; i++) {
                padded.set(encoding.subarray(i * used, (i + 1) * used), i * networks.grid.width);
            }
            return ReferenceMlp(networks.densityMlp.layers, layers, padded).pop()!;
        };
        const G = options.geometryFeatures;
        const colorsOf = (geometry: Float64Array, layers: ArrayLike<number>): Float64Array => {
            const inputs = new Float64Array(samples * (16 + G));
            for (let i = 0; i < samples; i++) {
                inputs.set(harmonics[i], i * (16 + G));
                inputs.set(geometry.subarray(i * G, (i + 1) * G), i * (16 + G) + 16);
            }
            return ReferenceMlp(networks.colorMlp.layers, layers, inputs).pop()!;
        };
        const stepAt = (k: number): number => {
            const ray = rays.subarray(owners[k] * RAY_WORDS, (owners[k] + 1) * RAY_WORDS);
            const t = positions[4 * k + 3];
            return StepAt(
                options,
                [0, 1, 2].map((axis) => ray[axis] + t * ray[4 + axis]),
            );
        };
        const show = (
            i: number,
            geometry: ArrayLike<number>,
            colors: ArrayLike<number>,
            usedSamples?: number,
        ): ReturnType<typeof Composite> => {
            const chosen = Array.from({ length: spans[2 * i + 1] }, (_, k) => spans[2 * i] + k);
            const lengths = chosen.map((k) => positions[4 * k + 3]);
            return Composite(
                lengths,
                chosen.map(stepAt),
                chosen.map((k) => geometry[k * G] + Math.log(options.initialDensity)),
                chosen.flatMap((k) => [colors[8 * k], colors[8 * k + 1], colors[8 * k + 2]]),
                usedSamples,
            );
        };
        const geometry = geometryOf(table, densityWeights);
        const colors = colorsOf(geometry, colorWeights);
        const filled = Math.max(
            ...Array.from({ length: shape.rays }, (_, i) => spans[2 * i + 1] && spans[2 * i] + spans[2 * i + 1]).map(
                Number,
            ),
        );
        // Sums of at most 24 products of numbers up to 4.
        ExpectCloseElements(
            Transpose(await pass.density.outputs.readAsync(), samples).subarray(0, filled * G),
            geometry.subarray(0, filled * G),
            { absolute: 2e-4 },
            `${note}, density network`,
        );
        ExpectCloseElements(
            Transpose(await pass.color.outputs.readAsync(), samples).subarray(0, filled * 8),
            colors.subarray(0, filled * 8),
            { absolute: 5e-4 },
            `${note}, color network`,
        );

        // The composite of the networks' own outputs, so that only the compositing is compared.
        const ownGeometry = Transpose(await pass.density.outputs.readAsync(), samples);
        const ownColors = Transpose(await pass.color.outputs.readAsync(), samples);
        let early = 0;
        let dropped = 0;
        for (let i = 0; i < shape.rays; i++) {
            const at = i * RESULT_WORDS;
            if (spans[2 * i] === 0xffffffff) {
                dropped++;
                expect(resultBits[at + RESULT.isDropped]).toBe(1);
                continue;
            }
            const reference = show(i, ownGeometry, ownColors);
            early += reference.used < spans[2 * i + 1] ? 1 : 0;
            const expected = [...reference.color, reference.opacity, reference.depth, reference.distortion];
            ExpectCloseElements(
                results.subarray(at, at + 6),
                expected,
                { absolute: 1e-5, relative: 1e-5 },
                `${note}, ray ${i}`,
            );
            expect(resultBits[at + RESULT.used], `${note}, ray ${i}`).toBe(reference.used);
            // If almost exactly half of the light is left after a sample, rounding decides whether the next one counts.
            ExpectCloseElements(
                [results[at + RESULT.median]],
                [reference.median],
                { absolute: 1e-4 },
                `${note}, ray ${i}`,
            );
            const wanted = Array.from({ length: spans[2 * i + 1] }, (_, k) => reference.weights[k] ?? 0);
            ExpectCloseElements(
                weights.subarray(spans[2 * i], spans[2 * i] + spans[2 * i + 1]),
                wanted,
                { absolute: 1e-6 },
                note,
            );
        }
        if (shape.rays > 60) {
            expect(early, note).toBeGreaterThan(3);
        }
        expect(dropped).toBeLessThan(shape.rays / 2);

        // The gradient of a random weighted sum of the composites.
        const factors = results.map((_, word) => (word % RESULT_WORDS >= 8 ? random() - 0.5 : 0));
        results.forEach((_, word) => {
            if (word % RESULT_WORDS >= 8) {
                results[word] = factors[word];
            }
        });
        pass.results.upload(results);
        gradient.dispatch();
        const loss = (geometryNow: ArrayLike<number>, colorsNow: ArrayLike<number>): number => {
            let sum = 0;
            for (let i = 0; i < shape.rays; i++) {
                if (spans[2 * i + 1] > 0) {
                    const at = i * RESULT_WORDS;
                    // The same samples count, as in a gradient: the end of a ray is not differentiable.
                    const reference = show(i, geometryNow, colorsNow, resultBits[at + RESULT.used]);
                    const shown = [...reference.color, reference.opacity, reference.depth, reference.distortion];
                    shown.forEach((value, k) => {
                        sum += value * factors[at + 8 + k];
                    });
                }
            }
            return sum;
        };
        const samplePlaces = Array.from({ length: 60 }, () => Math.floor(random() * samples));
        const densityGradients = await gradient.densityGradients.readAsync();
        // Weights after a sample are differences of numbers around 1 with a rounding of 1e-7.
        const tolerance = { absolute: 1e-5, relative: 1e-3 };
        ExpectCloseElements(
            samplePlaces.map((k) => densityGradients[k]),
            FiniteDifferences(
                (g) => loss(g, ownColors),
                ownGeometry,
                samplePlaces.map((k) => k * G),
            ),
            tolerance,
            `${note}, densities`,
        );
        const colorGradients = Transpose(await gradient.colorGradients.readAsync(), samples);
        const channels = samplePlaces.map((k, j) => 8 * k + (j % 8));
        ExpectCloseElements(
            channels.map((c) => colorGradients[c]),
            FiniteDifferences((c) => loss(ownGeometry, c), ownColors, channels),
            tolerance,
            `${note}, colors`,
        );

        // Backpropagate through the networks to their parameters.
        const whole = (grid: ArrayLike<number>, density: ArrayLike<number>, color: ArrayLike<number>): number => {
            const geometryNow = geometryOf(grid, density);
            return loss(geometryNow, colorsOf(geometryNow, color));
        };
        const sum = (partials: Float32Array, chunks: number, length: number, w: number): number => {
            let total = 0;
            for (let chunk = 0; chunk < chunks; chunk++) {
                total += partials[chunk * length + w];
            }
            return total;
        };
        const pick = (length: number): number[] => Array.from({ length: 10 }, () => Math.floor(random() * length));
        const densityPartials = await gradient.density.partials.readAsync();
        const densityPlaces = pick(densityWeights.length);
        // Sums over all samples of products through three layers; a hidden value may cross 0 within the step.
        const chained = { absolute: 2e-3, relative: 5e-3 };
        ExpectCloseElements(
            densityPlaces.map((w) => sum(densityPartials, gradient.density.partialCount, densityWeights.length, w)),
            FiniteDifferences((w) => whole(table, w, colorWeights), densityWeights, densityPlaces, 1e-6),
            chained,
            `${note}, density network`,
        );
        const colorPartials = await gradient.color.partials.readAsync();
        const colorPlaces = pick(colorWeights.length);
        ExpectCloseElements(
            colorPlaces.map((w) => sum(colorPartials, gradient.color.partialCount, colorWeights.length, w)),
            FiniteDifferences((w) => whole(table, densityWeights, w), colorWeights, colorPlaces, 1e-6),
            chained,
            `${note}, color network`,
        );
        const fixed = await gradient.grid.gradients.readAsync();
        const maxima = new Float32Array((await gradient.grid.maxima.readAsync()).buffer);
        const levelOf = await networks.grid.levelOfBlock.readAsync();
        const tablePlaces = pick(table.length);
        ExpectCloseElements(
            tablePlaces.map((place) => {
                const level = levelOf[Math.floor(place / 2 / (networks.grid.table.shape[0] / levelOf.length))];
                return (fixed[place] * maxima[2 * level + (place % 2)] * samples) / 2 ** 30;
            }),
            FiniteDifferences((t) => whole(t, densityWeights, colorWeights), table, tablePlaces, 1e-6),
            chained,
            `${note}, hash grid`,
        );

        // Bit for bit the same again.
        gradient.grid.gradients.clear();
        gradient.dispatch();
        ExpectSameElements(await gradient.grid.gradients.readAsync(), fixed, note);
        for (const resource of [networks, pass, gradient]) {
            resource.dispose();
        }
    });
});
