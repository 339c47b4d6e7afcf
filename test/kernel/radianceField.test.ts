import { describe, expect, it } from "vitest";
import { RadianceField } from "../../src/compute/fields/radiance/radianceField";
import { RADIANCE_FIELD_PRESETS } from "../../src/compute/fields/radiance/radianceFieldOptions";
import { RadianceFieldTrainer } from "../../src/compute/fields/radiance/radianceFieldTrainer";
import { CheckRadianceMemory, PredictRadianceMemory } from "../../src/compute/fields/radiance/radianceMemory";
import { CreateRadianceViews } from "../../src/compute/fields/radiance/radianceViews";
import { HashGrid } from "../../src/compute/fields/shared/hashGrid";
import { Mlp } from "../../src/compute/fields/shared/mlp";
import { OwnedResources } from "../../src/compute/fields/shared/ownedResources";
import { GpuArray } from "../../src/compute/gpu/gpuArray";
import { ExpectSameElements } from "../support/arrays";
import { UseEngine } from "../support/gpu";
import { SPHERE_BOUNDS, SphereCapture, SphereConfig, SphereViews } from "../support/sphereViews";

const engine = UseEngine();

describe("TrainRadianceFieldAsync", () => {
    it("returns the same bits for the same seed, also after a pause, and after it was saved and loaded", async () => {
        const views = CreateRadianceViews(SphereCapture(5, 16));
        const createAsync = (steps: number, seed: number): Promise<RadianceFieldTrainer> =>
            RadianceFieldTrainer.CreateAsync(
                engine(),
                views,
                SphereConfig({ steps, seed, samples: 1024, maxRays: 256 }),
            );
        const whole = await createAsync(56, 7);
        const steps = await whole.runAsync();
        const wanted = await whole.field.serializeAsync();
        whole.dispose();

        const first = await createAsync(56, 7);
        const controller = new AbortController();
        let refusal: Promise<unknown> | null = null;
        const onProgress = (): void => {
            refusal = first.serializeAsync().catch((error: unknown) => error);
            controller.abort();
        };
        await expect(first.runAsync({ signal: controller.signal, onProgress })).rejects.toMatchObject({
            kind: "aborted",
        });
        expect(String(await refusal)).toMatch(/is running .* abort runAsync first/);
        expect(first.steps).toBe(50);
        const bytes = await first.serializeAsync();
        await first.field.renderAsync(views.views[0].camera); // rendering in between changes nothing
        await first.runAsync();
        ExpectSameElements(await first.field.serializeAsync(), wanted, "seed 7, paused");
        first.dispose();

        const second = await RadianceFieldTrainer.ParseAsync(engine(), views, Buffer.from(bytes)); // like Node's files
        expect(second.steps).toBe(50);
        expect(await second.runAsync()).toEqual(steps);
        ExpectSameElements(await second.field.serializeAsync(), wanted, "seed 7, loaded");
        second.dispose();

        const [seven, eight] = [await createAsync(2, 7), await createAsync(2, 8)];
        await seven.runAsync();
        await eight.runAsync();
        expect(await eight.field.serializeAsync()).not.toEqual(await seven.field.serializeAsync());
        seven.dispose();
        eight.dispose();

        const others = CreateRadianceViews(SphereCapture(4, 16));
        await expect(RadianceFieldTrainer.ParseAsync(engine(), others, bytes)).rejects.toThrow(
            /trained on 5 views with 1280 pixels .* are 4 views/,
        );
        const cut = bytes.subarray(0, bytes.length - 4);
        await expect(RadianceFieldTrainer.ParseAsync(engine(), views, cut)).rejects.toThrow(
            /in training has .* requires/,
        );
        await expect(RadianceFieldTrainer.ParseAsync(engine(), views, bytes.subarray(4))).rejects.toThrow(
            /not a radiance field in training of version 2/,
        );
    });

    it("stops at a loss that is not finite, and keeps its field", async () => {
        const views = CreateRadianceViews(SphereCapture(5, 16));
        const trainer = await RadianceFieldTrainer.CreateAsync(engine(), views, SphereConfig({ steps: 40 }));
        const { state } = trainer;
        const begin = state.begin.bind(state);
        state.begin = () => {
            begin();
            if (trainer.steps === 6) {
                state.targets.upload(new Float32Array(state.targets.length).fill(Number.NaN));
            }
        };
        for (let step = 0; step < 5; step++) {
            trainer.recordStep();
        }
        const before = await trainer.field.grid.table.readAsync();
        const weights = await trainer.field.colorMlp.weights.readAsync();
        await expect(trainer.runAsync()).rejects.toThrow(/loss of step 5 is not finite/);
        ExpectSameElements(await trainer.field.grid.table.readAsync(), before);
        ExpectSameElements(await trainer.field.colorMlp.weights.readAsync(), weights);
        trainer.dispose();
    });

    it.each([
        [{ training: { samples: 1000 } }, /samples is 1000; it must be a multiple of 32/],
        [{ training: { occupancyDecay: 1 } }, /occupancyDecay is 1; it must be a number from 0 to below 1/],
        [{ training: { colorLoss: "l1" as "mse" } }, /colorLoss is l1; it must be "huber" or "mse"/],
        [{ field: { occupancyResolution: 30 } }, /occupancyResolution is 30; it must be a multiple of 8/],
        [{ field: { near: 1, far: 0.5 } }, /far is 0.5; it must be more than near, 1/],
        [{ field: { colorHidden: [20] } }, /colorHidden is 20; it must be a multiple of 8/],
    ])("throws on an option out of range: %o", async (options, message) => {
        const views = CreateRadianceViews(SphereCapture(3, 8), { bounds: SPHERE_BOUNDS });
        await expect(RadianceFieldTrainer.CreateAsync(engine(), views, options)).rejects.toThrow(message);
    });
});

describe("PredictRadianceMemory", () => {
    it("equals the memory of a training", async () => {
        const views = CreateRadianceViews(SphereCapture(5, 16));
        const made: number[] = [];
        const add = OwnedResources.prototype.add;
        OwnedResources.prototype.add = function <T extends { dispose(): void }>(resource: T): T {
            if (resource instanceof GpuArray) {
                made.push(resource.byteLength);
            } else if (resource instanceof HashGrid) {
                made.push(resource.table.byteLength);
            } else if (resource instanceof Mlp) {
                made.push(resource.weights.byteLength);
            }
            return add.call(this, resource) as T;
        };
        const trainer = await RadianceFieldTrainer.CreateAsync(engine(), views, SphereConfig({ steps: 40 })).finally(
            () => {
                OwnedResources.prototype.add = add;
            },
        );
        const { options, field, occupancy } = trainer;
        // The occupancy's sample points go through a network too; their number has its own bound.
        const looks = occupancy.points * 4 * (4 + [16, 16, 8].reduce((sum, width) => sum + width, 0));
        const total = made.reduce((sum, bytes) => sum + bytes, 0) - looks;
        const predicted = PredictRadianceMemory(field.options, options, views.pixels.length);
        expect(Math.abs(predicted.total / total - 1)).toBeLessThan(0.05);
        trainer.dispose();
    });

    it("throws with options that would fit when the device's limit is too small", () => {
        const { field, training } = RADIANCE_FIELD_PRESETS.default;
        const check = (limit: number, pixels = 1e6): void => CheckRadianceMemory(field, training, pixels, 10, limit);
        expect(() => check(2 ** 27)).not.toThrow();
        expect(() => check(2 ** 25)).toThrow(/128.0 MiB in one buffer .* samples to 65536/);
        expect(() => CheckRadianceMemory(field, { ...training, samples: 1024 }, 1e6, 10, 2 ** 24)).toThrow(
            /hash grid .* tableSizeLog2 to 1\d/,
        );
        expect(() => check(2 ** 27, 1e8)).toThrow(
            /10 images of 10000000 pixels .* maxPixelsPerView of CreateRadianceViews to 3355443,/,
        );
    });
});

describe("RadianceField", () => {
    it("renders views whose samples do not fit into one pass, and can be canceled", async () => {
        const field = await RadianceField.CreateAsync(engine(), SPHERE_BOUNDS.cube, SphereConfig().field, 5);
        const [{ camera }] = SphereViews(1, 48);
        const fractions: number[] = [];
        const image = await field.renderAsync(camera, {
            onProgress: ({ fraction }) => fractions.push(fraction),
            minOpacity: 0,
        });
        expect(fractions.length).toBeGreaterThan(3);
        expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
        // An untrained field is a thin fog in its cube: longer rays get more opaque, and adjacent rows differ little.
        const at = (row: number, column: number): number => image.opacity[row * 48 + column];
        expect(at(24, 24)).toBeGreaterThan(0.3);
        expect(at(0, 0)).toBeLessThan(at(24, 24) / 2);
        for (let row = 10; row < 38; row++) {
            expect(Math.abs(at(row, 24) - at(row + 1, 24)), `row ${row}`).toBeLessThan(0.1);
            // The middle of the cube is about 4 away.
            expect(image.depth[row * 48 + 24]).toBeGreaterThan(3);
            expect(image.depth[row * 48 + 24]).toBeLessThan(5);
        }
        expect(image.color.some((value) => value > 0)).toBe(true);
        // As on a fast device, several passes at once; the distribution of rays to passes changes nothing.
        Object.assign(field, { _goes: 3 });
        const fast = await field.renderAsync(camera, { color: false, minOpacity: 0 });
        expect(fast.opacity).toEqual(image.opacity);
        expect(fast.depth).toEqual(image.depth);
        expect(fast.color.every((value) => value === 0)).toBe(true);
        const controller = new AbortController();
        const stopped = field.renderAsync(camera, { signal: controller.signal, onProgress: () => controller.abort() });
        await expect(stopped).rejects.toMatchObject({ kind: "aborted" });
        field.dispose();
        await expect(field.renderAsync(camera)).rejects.toMatchObject({ kind: "disposed" });
    });
});

describe("RadianceField from nearby", () => {
    it("applies the near plane only to unbounded fields", async () => {
        const [{ camera }] = SphereViews(1, 12); // 4 away, about 2.2 cubes
        const middle = 6 * 12 + 6;
        const drawAsync = async (near: number, unbounded: boolean): Promise<[opacity: number, depth: number]> => {
            const options = { ...SphereConfig().field, near, unbounded, far: 50 };
            const field = await RadianceField.CreateAsync(engine(), SPHERE_BOUNDS.cube, options, 5);
            const { opacity, depth } = await field.renderAsync(camera, { minOpacity: 0 });
            field.dispose();
            return [opacity[middle], depth[middle]];
        };
        const [opacity, depth] = await drawAsync(0, false);
        expect(opacity).toBeGreaterThan(0.3);
        expect(await drawAsync(2.3, false)).toEqual([opacity, depth]);
        expect((await drawAsync(40, true))[1]).toBeGreaterThan(39 * SPHERE_BOUNDS.cube.extent);
        expect((await drawAsync(0.1, true))[1]).toBeLessThan(39 * SPHERE_BOUNDS.cube.extent);
    });
});

describe("CreateRadianceViews", () => {
    it("downscales large images with their cameras", () => {
        const [view] = SphereViews(1, 40);
        const { views, pixels } = CreateRadianceViews(
            { name: "one", views: [view] },
            { bounds: SPHERE_BOUNDS, maxPixelsPerView: 450 },
        );
        const { camera } = views[0];
        expect([camera.width, camera.height]).toEqual([21, 21]);
        expect(pixels.length).toBe(21 * 21);
        expect(camera.focalX / camera.width).toBeCloseTo(view.camera.focalX / 40, 6);
        expect(camera.centerX).toBeCloseTo(10.5, 6);
    });

    it("throws on invalid views", () => {
        expect(() => CreateRadianceViews({ name: "nothing", views: [] })).toThrow(/"nothing" has no views/);
        const [view] = SphereViews(1, 8);
        expect(() =>
            CreateRadianceViews(
                { name: "one", views: [{ ...view, image: new Uint8Array(4) }] },
                { bounds: SPHERE_BOUNDS },
            ),
        ).toThrow(/view sphere 0 has 4 bytes; the 8 x 8 pixels of its camera need 256/);
    });
});
