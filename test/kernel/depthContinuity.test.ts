import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { DEFAULT_RADIANCE_TRAINING_OPTIONS } from "../../src/compute/fields/radiance/radianceFieldOptions";
import { RadianceFieldTrainer } from "../../src/compute/fields/radiance/radianceFieldTrainer";
import { RAY_WORDS, RESULT, RESULT_WORDS, TARGET_WORDS } from "../../src/compute/fields/radiance/radianceKernels";
import { RadiancePass } from "../../src/compute/fields/radiance/radiancePass";
import { RadianceState } from "../../src/compute/fields/radiance/radianceState";
import { CreateRadianceViews } from "../../src/compute/fields/radiance/radianceViews";
import { DepthContinuityLoss } from "../reference/depthContinuity";
import { ExpectCloseElements, ExpectSameElements } from "../support/arrays";
import { UseEngine } from "../support/gpu";
import { RandomNetworks } from "../support/radianceFixtures";
import { RandomMasks } from "../support/randomMasks";
import { SPHERE_BOUNDS, SphereViews } from "../support/sphereViews";
import { FiniteDifferences } from "../support/trainingFixtures";

const engine = UseEngine();
const SIZE = 24;
const RAYS = 200;

/** Creates views whose pixels encode their index, with masks. */
function MaskedViews(random: () => number): Parameters<typeof CreateRadianceViews> {
    const views = SphereViews(5, SIZE).map((view, v) => ({
        ...view,
        image: Uint8Array.from(view.image, (_, i) => [(i >> 2) & 255, i >> 10, v, 255][i % 4]),
    }));
    const masks = { views: views.map((_, v) => ({ masks: v === 2 ? [] : RandomMasks(random, 6, SIZE, SIZE) })) };
    return [
        { name: "pixels", views },
        { bounds: SPHERE_BOUNDS, masks },
    ];
}

describe("DepthContinuity", () => {
    it("samples runs of pixels for a quarter of the rays, with the loss and gradient of the reference", async () => {
        const seed = 61;
        const note = `seed ${seed}`;
        const random = CreateRandom(seed);
        const networks = RandomNetworks(engine(), random);
        const packed = CreateRadianceViews(...MaskedViews(random));
        const pass = await RadiancePass.CreateAsync(engine(), networks, RAYS, 1024);
        const training = { ...DEFAULT_RADIANCE_TRAINING_OPTIONS, steps: 4, seed };
        const weight = 0.7;
        const threshold = 200;
        const options = { ...training, depthContinuity: weight, depthContinuityThreshold: threshold };
        const state = await RadianceState.CreateAsync(engine(), options, packed, pass);
        const count = 170;
        const runCount = 10; // 170 / 16
        pass.marcher.rayCount.upload(Uint32Array.of(count, 0));
        state.begin(true);
        const rays = await pass.marcher.rays.readAsync();
        const targets = await state.targets.readAsync();
        const bits = new Uint32Array(targets.buffer);

        // The pixels of the runs.
        const { masks, runs } = packed.runs!;
        const known = new Map<string, number>();
        for (let m = 0; m < masks.length; m += 3) {
            for (const run of runs.subarray(masks[m + 1], masks[m + 1] + masks[m + 2])) {
                known.set(`${masks[m]} ${(run >>> 16) & 0x7fff} ${run & 0xffff} ${run >>> 31}`, m);
            }
        }
        const used = new Set<number>();
        const directions = new Set<boolean>();
        const place = [0, 0, 0];
        for (let run = 0; run < runCount; run++) {
            const pixels = [0, 1, 2, 3].map((k) => {
                const at = (4 * run + k) * TARGET_WORDS;
                const bytes = [...targets.subarray(at, at + 4)].map((x) => Math.round(x * 255));
                expect(bytes[2], note).toBe(bits[at + 7]);
                const pixel = bytes[0] + 256 * bytes[1];
                // The ray goes through the pixel's center.
                const { camera } = packed.views[bytes[2]];
                camera.unproject((pixel % SIZE) + 0.5, Math.floor(pixel / SIZE) + 0.5, 3, place);
                const goal = packed.bounds.cube.toUnit(Float32Array.from(place));
                const ray = rays.subarray((4 * run + k) * RAY_WORDS, (4 * run + k + 1) * RAY_WORDS);
                const length = Math.hypot(...[0, 1, 2].map((axis) => goal[axis] - ray[axis]));
                ExpectCloseElements(
                    [0, 1, 2].map((axis) => ray[axis] + length * ray[4 + axis]),
                    goal,
                    { absolute: 1e-5 },
                    `${note}, run ${run}`,
                );
                expect(ray[3]).toBe(rays[4 * run * RAY_WORDS + 3]);
                return pixel;
            });
            const isColumn = pixels[1] - pixels[0] === SIZE;
            directions.add(isColumn);
            const stride = isColumn ? SIZE : 1;
            expect(pixels, note).toEqual([0, 1, 2, 3].map((k) => pixels[0] + k * stride));
            const view = bits[4 * run * TARGET_WORDS + 7];
            const key = `${view} ${Math.floor(pixels[0] / SIZE)} ${pixels[0] % SIZE} ${isColumn ? 1 : 0}`;
            expect(known.has(key), `${note}, run ${key}`).toBe(true);
            used.add(known.get(key)!);
        }
        expect(used.size, note).toBeGreaterThan(4);
        expect(directions.size, note).toBe(2);

        // The loss and its gradient: the difference to a step without it.
        const results = new Float32Array(RAYS * RESULT_WORDS);
        for (let i = 0; i < RAYS; i++) {
            const opacity = i % 37 === 36 ? 0.89 : 0.91 + 0.09 * random();
            // Runs 4 and 5 have depths without jumps.
            const depth = 2 + (i >> 3 === 2 ? 0.0001 : 0.3) * random();
            results.set([random(), random(), random(), opacity, opacity * depth, 0], i * RESULT_WORDS);
        }
        new Uint32Array(results.buffer)[30 * RESULT_WORDS + RESULT.isDropped] = 1;
        const judge = async (isContinuous: boolean): Promise<{ shown: Float32Array; losses: Float32Array }> => {
            state.begin(isContinuous);
            pass.results.upload(results);
            pass.marcher.rays.upload(rays);
            state.targets.upload(targets);
            pass.marcher.rayCount.upload(Uint32Array.of(count, 0));
            state.recordLosses();
            return { shown: await pass.results.readAsync(), losses: await state.losses.readAsync() };
        };
        const bare = await judge(false);
        const full = await judge(true);
        let sum = 0;
        let counted = 0;
        for (let run = 0; run < runCount; run++) {
            const four = [0, 1, 2, 3].map((k) => {
                const ray = rays.subarray((4 * run + k) * RAY_WORDS, (4 * run + k + 1) * RAY_WORDS);
                return { direction: [...ray.subarray(4, 7)], planar: ray[7] };
            });
            const given = Float64Array.from(
                { length: 8 },
                (_, j) => results[(4 * run + (j >> 1)) * RESULT_WORDS + (j % 2 === 0 ? RESULT.opacity : RESULT.depth)],
            );
            const isDropped = run === 7; // ray 30
            const reference = (now: ArrayLike<number>): number =>
                isDropped ? 0 : (weight * DepthContinuityLoss(four, now, threshold)) / runCount;
            sum += reference(given);
            counted += reference(given) > 0 ? 1 : 0;
            const gradients = FiniteDifferences(reference, given, [0, 1, 2, 3, 4, 5, 6, 7], 1e-6);
            const added = Array.from({ length: 8 }, (_, j) => {
                const at = (4 * run + (j >> 1)) * RESULT_WORDS + (j % 2 === 0 ? 11 : 12);
                return full.shown[at] - bare.shown[at];
            });
            ExpectCloseElements(added, gradients, { absolute: 1e-7, relative: 1e-4 }, `${note}, run ${run}`);
            ExpectCloseElements(
                [0, 1, 2, 3].map((k) => full.losses[4 * (4 * run + k) + 1] - bare.losses[4 * (4 * run + k) + 1]),
                [count * reference(given), 0, 0, 0],
                { absolute: 1e-5, relative: 1e-4 },
                `${note}, run ${run}`,
            );
        }
        // One run is not opaque (ray 36), one was dropped, and two have no jumps.
        expect(counted, note).toBe(6);
        expect(sum).toBeGreaterThan(0);
        // No other ray changes.
        ExpectSameElements(full.shown.subarray(40 * RESULT_WORDS), bare.shown.subarray(40 * RESULT_WORDS), note);
        ExpectSameElements(full.losses.subarray(160), bare.losses.subarray(160), note);
        for (const resource of [networks, pass, state]) {
            resource.dispose();
        }
    });

    it("applies to the second half of the training, and throws without masks", async () => {
        const random = CreateRandom(62);
        const [capture, viewOptions] = MaskedViews(random);
        const packed = CreateRadianceViews(capture, viewOptions);
        const config = {
            preset: "fast",
            field: { levels: 3, tableSizeLog2: 10, occupancyResolution: 16, stepsPerDiagonal: 64 },
            training: { steps: 6, samples: 1024, maxRays: 128, depthContinuity: 1, depthContinuityThreshold: 0 },
        } as const;
        const trainAsync = async (depthContinuity: number): Promise<number[][]> => {
            const training = { ...config.training, depthContinuity };
            const trainer = await RadianceFieldTrainer.CreateAsync(engine(), packed, { ...config, training });
            const weights: number[][] = [];
            for (let step = 0; step < 6; step++) {
                trainer.recordStep();
                weights.push([...(await trainer.field.colorMlp.weights.readAsync())]);
            }
            trainer.dispose();
            return weights;
        };
        const [without, withIt] = [await trainAsync(0), await trainAsync(1)];
        expect(withIt.slice(0, 3)).toEqual(without.slice(0, 3));
        expect(withIt[3]).not.toEqual(without[3]);
        expect(withIt.flat().every(Number.isFinite)).toBe(true);
        const bare = CreateRadianceViews(capture, { bounds: SPHERE_BOUNDS });
        await expect(RadianceFieldTrainer.CreateAsync(engine(), bare, config)).rejects.toThrow(
            /needs views with masks/,
        );
        expect(() => CreateRadianceViews(capture, { masks: { views: [] } })).toThrow(/masks of 0 views/);
    });
});
