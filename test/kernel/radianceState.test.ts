import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { OccupancyTraining } from "../../src/compute/fields/radiance/occupancyTraining";
import { DEFAULT_RADIANCE_TRAINING_OPTIONS } from "../../src/compute/fields/radiance/radianceFieldOptions";
import { RAY_WORDS, RESULT, RESULT_WORDS, TARGET_WORDS } from "../../src/compute/fields/radiance/radianceKernels";
import { RadiancePass } from "../../src/compute/fields/radiance/radiancePass";
import { RadianceState } from "../../src/compute/fields/radiance/radianceState";
import { CreateRadianceViews } from "../../src/compute/fields/radiance/radianceViews";
import { GpuArray } from "../../src/compute/gpu/gpuArray";
import { HashGrid as ReferenceHashGrid } from "../reference/hashGrid";
import { StepAt } from "../reference/marchRay";
import { Mlp as ReferenceMlp } from "../reference/mlp";
import { RadianceLoss, type RadianceLossOptions } from "../reference/radianceLoss";
import { ExpectCloseElements, ExpectSameElements } from "../support/arrays";
import { UseEngine } from "../support/gpu";
import { RandomNetworks, SMALL_RADIANCE } from "../support/radianceFixtures";
import { SPHERE_BOUNDS, SphereCapture, SphereViews } from "../support/sphereViews";
import { FiniteDifferences } from "../support/trainingFixtures";

const engine = UseEngine();
const SAMPLES = 1024;
const RAYS = 200;

describe("RadianceState", () => {
    it.each(["random", "white"] as const)("samples pixels of all views, %s background", async (background) => {
        const seed = 51;
        const note = `seed ${seed}`;
        const random = CreateRandom(seed);
        const networks = RandomNetworks(engine(), random);
        const views = SphereViews(7, 24).map((view, v) => ({
            ...view,
            // Every pixel encodes its index.
            image: Uint8Array.from(view.image, (_, i) => [(i >> 2) & 255, i >> 10, v, 3 * v][i % 4]),
        }));
        const packed = CreateRadianceViews({ name: "pixels", views }, { bounds: SPHERE_BOUNDS });
        const pass = await RadiancePass.CreateAsync(engine(), networks, RAYS, SAMPLES);
        const options = { ...DEFAULT_RADIANCE_TRAINING_OPTIONS, steps: 3, background, seed };
        const state = await RadianceState.CreateAsync(engine(), options, packed, pass);
        pass.marcher.rayCount.upload(Uint32Array.of(RAYS, 0));
        state.begin();
        const rays = await pass.marcher.rays.readAsync();
        const targets = await state.targets.readAsync();
        const bits = new Uint32Array(targets.buffer);
        const seen = new Set<number>();
        const place = [0, 0, 0];
        for (let i = 0; i < RAYS; i++) {
            const at = i * TARGET_WORDS;
            const bytes = [...targets.subarray(at, at + 4)].map((x) => Math.round(x * 255));
            const pixel = bytes[0] + 256 * bytes[1];
            const view = bits[at + 7];
            expect(bytes[2], note).toBe(view);
            expect(bytes[3], note).toBe(3 * view);
            seen.add(view);
            const behind = [...targets.subarray(at + 4, at + 7)];
            expect(behind.every((x) => (background === "white" ? x === 1 : x >= 0 && x < 1))).toBe(true);
            const { camera } = views[view];
            const ray = rays.subarray(i * RAY_WORDS, (i + 1) * RAY_WORDS);
            camera.unproject((pixel % 24) + 0.5, Math.floor(pixel / 24) + 0.5, 3, place);
            // The point at planar depth 3 lies on the ray, at this length over its planar factor.
            const point = packed.bounds.cube.toUnit(Float32Array.from(place));
            const length =
                (3 * packed.bounds.cube.toUnit(Float32Array.of(1, 0, 0))[0] -
                    3 * packed.bounds.cube.toUnit(new Float32Array(3))[0]) /
                ray[7];
            ExpectCloseElements(
                [0, 1, 2].map((axis) => ray[axis] + length * ray[4 + axis]),
                point,
                { absolute: 1e-5 },
                `${note}, ray ${i}`,
            );
            expect(ray[3]).toBeGreaterThanOrEqual(0);
            expect(ray[3]).toBeLessThan(1);
        }
        expect(seen.size).toBe(7);
        state.begin();
        expect(await pass.marcher.rays.readAsync()).not.toEqual(rays);
        for (const resource of [networks, pass, state]) {
            resource.dispose();
        }
    });

    it.each([
        { colorLoss: "huber", huberDelta: 0.1, opacityEntropy: 1e-3, distortion: 0, scouts: 0 },
        { colorLoss: "mse", huberDelta: 0.1, opacityEntropy: 0.2, distortion: 0.3, scouts: 2048 },
    ] as const)(
        "computes the $colorLoss loss of rays and its gradient, $scouts scouts",
        async ({ scouts, ...lossOptions }) => {
            const seed = 52;
            const note = `seed ${seed}`;
            const random = CreateRandom(seed);
            const networks = RandomNetworks(engine(), random);
            const packed = CreateRadianceViews(SphereCapture(4, 24));
            const pass = await RadiancePass.CreateAsync(engine(), networks, RAYS, SAMPLES, scouts);
            const options = { ...DEFAULT_RADIANCE_TRAINING_OPTIONS, ...lossOptions, steps: 4, seed };
            const state = await RadianceState.CreateAsync(engine(), options, packed, pass);
            const count = 77;
            const results = new Float32Array(RAYS * RESULT_WORDS);
            const resultBits = new Uint32Array(results.buffer);
            for (let i = 0; i < RAYS; i++) {
                results.set([random(), random(), random(), random(), 2 * random(), random()], i * RESULT_WORDS);
                resultBits[i * RESULT_WORDS + RESULT.isDropped] = i % 10 === 9 ? 1 : 0;
            }
            const targets = Float32Array.from({ length: RAYS * TARGET_WORDS }, random);
            const wanted = new Uint32Array(RAYS + 1);
            const isCounted = (i: number): boolean => i < count && i % 10 !== 9;
            const counted = Array.from({ length: RAYS }, (_, i) => i).filter(isCounted).length;

            state.begin();
            const load = (samples: number): void => {
                pass.results.upload(results);
                state.targets.upload(targets);
                pass.marcher.rayCount.upload(Uint32Array.of(count), 0);
                wanted[RAYS] = samples;
                pass.samples.starts.upload(wanted);
                if (scouts > 0) {
                    pass.marcher.starts.upload(wanted.map((count) => 3 * count));
                }
            };
            load(500);
            state.recordLosses();
            const judged = await pass.results.readAsync();
            const losses = await state.losses.readAsync();
            let total = 0;
            let colors = 0;
            let squares = 0;
            for (let i = 0; i < RAYS; i++) {
                const at = i * RESULT_WORDS;
                const given = losses.subarray(4 * i, 4 * i + 4);
                if (!isCounted(i)) {
                    expect([...given], `${note}, ray ${i}`).toEqual([0, 0, 0, 0]);
                    continue;
                }
                const target = targets.subarray(i * TARGET_WORDS, i * TARGET_WORDS + 7);
                const reference = (shown: ArrayLike<number>): ReturnType<typeof RadianceLoss> =>
                    RadianceLoss(lossOptions as RadianceLossOptions, shown, target);
                const shown = Float64Array.from(results.subarray(at, at + 6));
                const { color, regular, squared } = reference(shown);
                ExpectCloseElements(given, [color, regular, squared, 1], { absolute: 1e-6, relative: 1e-5 }, note);
                const expected = FiniteDifferences(
                    (x) => (reference(x).color + reference(x).regular) / count,
                    shown,
                    [0, 1, 2, 3, 4, 5],
                    1e-6,
                );
                ExpectCloseElements(
                    judged.subarray(at + 8, at + 14),
                    expected,
                    // The smooth L1 loss creases within the step of the difference, by 1e-6 / 0.1 of its slope.
                    { absolute: 1e-6, relative: 1e-4 },
                    `${note}, ray ${i}`,
                );
                total += color + regular;
                colors += color;
                squares += squared;
            }
            const [step] = await state.readStepsAsync(0, 1);
            expect(step.rays).toBe(counted);
            ExpectCloseElements(
                [step.loss, step.colorLoss, step.squaredError],
                [total, colors, squares].map((x) => x / counted),
                { relative: 1e-5 },
                note,
            );
            // 500 samples of 77 rays: 0.95 * 1024 need 149 rays, but only 99 with 2048 scouts at three per ray.
            const room = scouts > 0 ? scouts / 1500 : SAMPLES / 500;
            expect((await pass.marcher.rayCount.readAsync())[0]).toBe(Math.floor(count * 0.95 * room));
            expect([...(await state.state.readAsync(3, 2))]).toEqual([500, 1]);

            // Without samples nothing changes, and the next step has at most twice the rays.
            state.begin();
            load(0);
            state.recordLosses();
            expect([...(await state.state.readAsync(3, 2))]).toEqual([0, 1]);
            expect((await pass.marcher.rayCount.readAsync())[0]).toBe(2 * count);

            // After a loss that is not finite, neither this step nor a later one changes anything.
            state.begin();
            results[3 * RESULT_WORDS] = Number.NaN;
            load(500);
            state.recordLosses();
            results[3 * RESULT_WORDS] = 0;
            state.begin();
            load(500);
            state.recordLosses();
            expect([...(await state.state.readAsync(3, 2))]).toEqual([0, 1]);
            const steps = await state.readStepsAsync(0, 4);
            expect(steps.map(({ loss }) => Number.isFinite(loss))).toEqual([true, true, false, true]);
            for (const resource of [networks, pass, state]) {
                resource.dispose();
            }
        },
    );
});

describe("OccupancyTraining", () => {
    it.each([
        { candidates: 300, points: 128, unbounded: false },
        { candidates: 40, points: 64, unbounded: false },
        { candidates: null, points: 512, unbounded: true },
    ])("follows the density: $candidates cells, $points at a time", async ({ candidates, points, unbounded }) => {
        const seed = 53;
        const note = `seed ${seed}`;
        const random = CreateRandom(seed);
        const options = { ...SMALL_RADIANCE, unbounded };
        const networks = RandomNetworks(engine(), random, options, 0.5, 6);
        const cells =
            candidates === null
                ? null
                : Uint32Array.from({ length: 512 }, (_, i) => i).filter((i) => (7 * i) % 512 < candidates);
        const count = cells?.length ?? 512;
        const occupancy = new GpuArray(engine(), "u32", [512 / 32]);
        const training = await OccupancyTraining.CreateAsync(
            engine(),
            options,
            networks.grid,
            networks.densityMlp,
            occupancy,
            cells,
            { decay: 0.75, seed, points },
        );
        const isSet = (words: Uint32Array, cell: number): boolean => ((words[cell >> 5] >>> (cell & 31)) & 1) === 1;
        const allowed = (cell: number): boolean => cells === null || cells.includes(cell);
        const atFirst = await occupancy.readAsync();
        expect(Array.from({ length: 512 }, (_, cell) => isSet(atFirst, cell) === allowed(cell)).every(Boolean)).toBe(
            true,
        );

        // High densities that fall, in all candidates.
        const before = Float32Array.from({ length: 512 }, (_, cell) => (allowed(cell) ? 8 * random() : 0));
        training.densities.upload(before);
        training.update(true);
        const passes = Math.ceil(count / points);
        const after = await training.densities.readAsync();
        const table = await networks.grid.table.readAsync();
        const weights = await networks.densityMlp.weights.readAsync();
        // The points of the last pass are known: each lies in its cell, whose density is that of the reference
        // networks.
        const positions = await training.positions.readAsync();
        const used = Math.min(points, count);
        const samplePoints = Float64Array.from(
            { length: 3 * used },
            (_, i) => positions[4 * Math.floor(i / 3) + (i % 3)],
        );
        const encoding = ReferenceHashGrid(networks.grid.levels, 2, table, samplePoints);
        const padded = new Float64Array(used * networks.grid.width);
        for (let i = 0; i < used; i++) {
            padded.set(encoding.subarray(6 * i, 6 * i + 6), i * networks.grid.width);
        }
        const geometry = ReferenceMlp(networks.densityMlp.layers, weights, padded).pop()!;
        const visited = new Set<number>();
        for (let i = 0; i < used; i++) {
            const [x, y, z] = samplePoints.subarray(3 * i, 3 * i + 3).map((p) => Math.min(Math.floor(8 * p), 7));
            const cell = x + 8 * (y + 8 * z);
            expect(allowed(cell), note).toBe(true);
            visited.add(cell);
            const found = Math.exp(
                Math.min(geometry[i * options.geometryFeatures] + Math.log(options.initialDensity), 11),
            );
            if (passes === 1) {
                const expected = Math.max(0.75 * before[cell], found);
                expect(Math.abs(after[cell] / expected - 1), `${note}, cell ${cell}`).toBeLessThan(1e-3);
            } else {
                expect(after[cell], `${note}, cell ${cell}`).toBeGreaterThanOrEqual(found * (1 - 1e-3));
            }
        }
        expect(visited.size).toBe(used);
        for (let cell = 0; cell < 512; cell++) {
            expect(after[cell], `${note}, cell ${cell}`).toBeGreaterThanOrEqual(0.75 ** passes * before[cell] * 0.999);
            expect(after[cell] === before[cell] && before[cell] > 0, `${note}, cell ${cell}`).toBe(false);
        }

        const words = await occupancy.readAsync();
        const mean = after.reduce((sum, x) => sum + x, 0) / count;
        for (let cell = 0; cell < 512; cell++) {
            const corner = [cell % 8, Math.floor(cell / 8) % 8, Math.floor(cell / 64)];
            const centered = corner.map((c) => 4 * ((c + 0.5) / 8 - 0.5));
            const size = Math.max(1, ...centered.map(Math.abs));
            // Undo the contraction, along the direction of the cell.
            const position = centered.map((x) => 0.5 + (unbounded ? x / size / (2 - size) : x / 4) / 2);
            const least = Math.min(0.01 / StepAt(options, position), 0.5 * mean);
            if (Math.abs(after[cell] - least) > 1e-4) {
                expect(isSet(words, cell), `${note}, cell ${cell}`).toBe(after[cell] > least);
            }
        }

        // Later updates visit a quarter.
        training.densities.upload(before.map((x) => 1000 * x));
        const high = await training.densities.readAsync();
        training.update(false);
        const quarter = await training.densities.readAsync();
        const touched = quarter.filter((x, cell) => x !== high[cell]).length;
        // A rarely visited cell decays at once as much as others do in steps.
        const decay = 0.75 ** (count / touched);
        for (let cell = 0; cell < 512; cell++) {
            if (quarter[cell] < high[cell]) {
                expect(quarter[cell], `${note}, cell ${cell}`).toBeGreaterThanOrEqual(decay * high[cell] * 0.999);
            }
        }
        expect(quarter.some((x, cell) => high[cell] > 0 && Math.abs(x / high[cell] / decay - 1) < 1e-3)).toBe(true);
        expect(touched).toBe(Math.min(count, Math.ceil(Math.ceil(count / 4) / points) * points));
        ExpectSameElements(
            quarter.filter((_, cell) => !allowed(cell)),
            new Float32Array(512 - count),
            note,
        );
        for (const resource of [networks, occupancy, training]) {
            resource.dispose();
        }
    });

    it("rejects a training without candidate cells", async () => {
        const networks = RandomNetworks(engine(), CreateRandom(54));
        await expect(
            OccupancyTraining.CreateAsync(
                engine(),
                SMALL_RADIANCE,
                networks.grid,
                networks.densityMlp,
                networks.occupancy,
                new Uint32Array(),
                { decay: 0.9, seed: 0, points: 64 },
            ),
        ).rejects.toThrow(/no cell can be occupied/);
        networks.dispose();
    });
});
