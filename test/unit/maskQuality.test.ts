import { describe, expect, it } from "vitest";
import { RunLengthMask } from "../../src/compute/masks/runLengthMask";
import type { View } from "../../src/compute/views/capture";
import type { RgbaImage } from "../../src/plugin/formats/base/pngImage";
import { FindForeground } from "../../src/plugin/masks/findForeground";
import { MaskCache } from "../../src/plugin/masks/maskCache";
import { GENERATOR_QUALITY, KEEP_ALL_MASKS, SelectMasks } from "../../src/plugin/masks/maskQuality";
import {
    DEFAULT_MASK_GENERATOR_OPTIONS,
    MaskGenerator,
    type MaskGeneratorOptions,
} from "../../src/plugin/sam/maskGenerator";
import { SamSession } from "../../src/plugin/sam/samSession";
import { CreateCamera } from "../support/cameras";
import { FakeSamModel, FakeSamRuntime, type FakeThing } from "../support/fakeSam";
import { MemoryByteStore } from "../support/memoryByteStore";

const SIZE = 20;

/** A view whose left half shows something. */
function halfView(): View {
    const image = new Uint8Array(4 * SIZE * SIZE).fill(255);
    for (let p = 0; p < SIZE * SIZE; p++) {
        image[4 * p + 3] = p % SIZE < 10 ? 255 : 0;
    }
    return { name: "half", camera: CreateCamera(SIZE), image, depth: null };
}

/** A mask of columns from..to-1. */
function columns(from: number, to: number, stability = 1, predictedIou = 1) {
    const counts = [from * SIZE, (to - from) * SIZE, (SIZE - to) * SIZE];
    return { region: RunLengthMask.FromCounts(counts, SIZE, SIZE), predictedIou, stability };
}

describe("SelectMasks", () => {
    it("skips background, duplicates, weak and tiny masks, and reports their numbers", () => {
        const tiny = { ...columns(0, 1), region: RunLengthMask.FromCounts([0, 5, 395], SIZE, SIZE) };
        const masks = [
            columns(0, 5, 0.9),
            columns(9, 20), // background for the most part
            columns(0, 6, 0.95),
            columns(2, 8, 0.2),
            columns(3, 8, 1, 0.3),
            tiny,
            columns(0, 4, 0.92), // differs from the first on the content by a fifth
        ];
        const { viewMasks, report } = SelectMasks(
            halfView(),
            { masks },
            { minPredictedIou: 0.5, minStability: 0.5, duplicateIou: 0.82 },
        );
        expect(viewMasks.masks).toEqual([masks[2], masks[6]]);
        expect(report).toEqual({ total: 7, weak: 2, tiny: 1, background: 1, duplicates: 1, kept: 2, coverage: 0.6 });
    });

    it("accepts no masks, and a view that shows nothing", () => {
        const view = { ...halfView(), image: new Uint8Array(4 * SIZE * SIZE) };
        expect(SelectMasks(view, { masks: [] }).report).toMatchObject({ total: 0, kept: 0, coverage: 0 });
        expect(SelectMasks(view, { masks: [columns(0, 5)] }).report).toMatchObject({ background: 1, coverage: 0 });
    });
});

describe("KEEP_ALL_MASKS", () => {
    const side = 64;
    /** The first two have nearly the same box: the first has the better predicted IoU, the second is stabler. */
    const things: readonly FakeThing[] = [
        [8, 8, 32, 32],
        [8, 8, 32, 36],
        [4, 4, 60, 60],
    ];
    const iouOf = (thing: number): number => [0.97, 0.93, 0.6][thing];
    const insideOf = (thing: number): number => [2, 8, 8][thing];
    const picture: RgbaImage = { width: side, height: side, data: new Uint8Array(4 * side * side).fill(255) };
    const camera = CreateCamera(side);
    const view: View = { name: "picture", camera, image: picture.data, depth: null };

    async function generateAsync(options: Partial<MaskGeneratorOptions>) {
        const runtime = new FakeSamRuntime({ things, iouOf, insideOf, outside: -1.2 });
        const session = await SamSession.CreateAsync(runtime, FakeSamModel(), new Uint8Array(1), new Uint8Array(1));
        return new MaskGenerator(session, { pointsPerSide: 16, ...options }).generateAsync(picture);
    }

    it("allows any thresholds afterwards, with the results of generating with them", async () => {
        const all = SelectMasks(view, await generateAsync(KEEP_ALL_MASKS.generator), KEEP_ALL_MASKS.quality).viewMasks;
        expect(all.masks.length).toBeGreaterThan(100); // each as often as it was found
        const counts: number[] = [];
        for (const minStability of [0.5, 0.8]) {
            for (const minPredictedIou of [0.5, 0.88, 0.95]) {
                const thresholds = { minPredictedIou, minStability };
                const options = { ...GENERATOR_QUALITY, ...thresholds };
                const afterwards = SelectMasks(view, all, options).viewMasks;
                const direct = SelectMasks(view, await generateAsync(thresholds)).viewMasks;
                expect(afterwards, JSON.stringify(thresholds)).toEqual(direct);
                counts.push(direct.masks.length);
            }
        }
        expect(counts).toEqual([2, 1, 1, 2, 1, 0]);
    });

    it("prevents that suppression before the thresholds loses the stabler mask", async () => {
        const suppressed = await generateAsync({ ...KEEP_ALL_MASKS.generator, maxBoxIou: 0.7 });
        const thresholds = { minPredictedIou: 0.88, minStability: 0.8 };
        expect(SelectMasks(view, suppressed, thresholds).viewMasks.masks).toHaveLength(0);
        expect((await generateAsync(thresholds)).masks).toHaveLength(1);
    });
});

describe("FindForeground", () => {
    const opaque = new Uint8Array(4 * 16).fill(255);

    it("includes the pixels that are not transparent", () => {
        const { image } = halfView();
        const content = FindForeground(image, SIZE, SIZE, new Float32Array(SIZE * SIZE), SIZE, SIZE);
        expect(content?.filter((c) => c > 0)).toHaveLength(200);
    });

    it("includes the pixels with depth of an opaque image, also of another size, and all pixels without depth", () => {
        const content = FindForeground(opaque, 4, 4, Float32Array.of(0, 2, 0, 0), 2, 2);
        expect([...content!]).toEqual([0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
        expect(FindForeground(opaque, 4, 4, null, 4, 4)).toBeNull();
    });
});

describe("MaskCache", () => {
    const picture: RgbaImage = { width: SIZE, height: SIZE, data: halfView().image };
    const settings = DEFAULT_MASK_GENERATOR_OPTIONS;

    it("returns the stored masks", async () => {
        const store = new MemoryByteStore();
        const cache = new MaskCache(store);
        const masks = [columns(1, 5, 0.93, 1.02), columns(3, 4)];
        expect(await cache.readAsync("k")).toBeNull();
        await cache.writeAsync("k", picture, masks);
        expect(await cache.readAsync("k")).toEqual(masks);
    });

    it("treats broken entries and a full store as missing masks", async () => {
        const store = new MemoryByteStore();
        const warnings: string[] = [];
        const cache = new MaskCache(store, (text) => warnings.push(text));
        await cache.writeAsync("k", picture, [columns(1, 5)]);
        store.entries.set("masks-k", store.entries.get("masks-k")!.subarray(0, 30));
        expect(await cache.readAsync("k")).toBeNull();
        store.failure = new DOMException("full", "QuotaExceededError");
        await cache.writeAsync("l", picture, []);
        expect(warnings).toHaveLength(2);
        expect(warnings[1]).toContain("the quota is exceeded");
    });

    it("distinguishes images, contents, models and options, but not batch sizes", async () => {
        const other = { ...picture, data: picture.data.slice() };
        other.data[5]++;
        const content = new Uint8Array(SIZE * SIZE);
        const keys = await Promise.all([
            MaskCache.KeyAsync(picture, null, ["a", "b"], settings),
            MaskCache.KeyAsync(other, null, ["a", "b"], settings),
            MaskCache.KeyAsync(picture, content, ["a", "b"], settings),
            MaskCache.KeyAsync({ ...picture, width: 10, height: 40 }, null, ["a", "b"], settings),
            MaskCache.KeyAsync(picture, null, ["a", "c"], settings),
            MaskCache.KeyAsync(picture, null, ["a", "b"], { ...settings, minPredictedIou: 0.5 }),
        ]);
        expect(new Set(keys).size).toBe(keys.length);
        expect(await MaskCache.KeyAsync(picture, null, ["a", "b"], { ...settings, batchSize: 3 })).toBe(keys[0]);
    });
});
