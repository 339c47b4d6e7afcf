import { describe, expect, it } from "vitest";
import { UltrametricError } from "../../src/compute/base/ultrametricError";
import type { RgbaImage } from "../../src/plugin/formats/base/pngImage";
import { MaskGenerator, type MaskGeneratorOptions } from "../../src/plugin/sam/maskGenerator";
import { SamSession } from "../../src/plugin/sam/samSession";
import { FakeSamModel, FakeSamRuntime, type FakeThing } from "../support/fakeSam";

const SIZE = 64;
const PICTURE: RgbaImage = { width: SIZE, height: SIZE, data: new Uint8Array(4 * SIZE * SIZE).fill(255) };
/** An object, one around it, and another one. */
const THINGS: readonly FakeThing[] = [
    [8, 8, 24, 24],
    [4, 4, 48, 28],
    [32, 36, 56, 56],
];

async function generatorAsync(runtime: FakeSamRuntime, options: Partial<MaskGeneratorOptions> = {}) {
    const session = await SamSession.CreateAsync(runtime, FakeSamModel(), new Uint8Array(1), new Uint8Array(1));
    return new MaskGenerator(session, { pointsPerSide: 16, ...options });
}

describe("MaskGenerator", () => {
    it("returns each mask once, the most confident first", async () => {
        const iouOf = (thing: number) => [0.95, 0.92, 0.97][thing];
        const generator = await generatorAsync(new FakeSamRuntime({ things: THINGS, iouOf }));
        const { masks, pointCount, skippedCount } = await generator.generateAsync(PICTURE);
        expect([pointCount, skippedCount]).toEqual([256, 0]);
        expect(masks.map(({ region }) => region.bounds)).toEqual([
            [32, 36, 24, 20],
            [8, 8, 16, 16],
            [4, 4, 44, 24],
        ]);
        expect(masks.map(({ predictedIou }) => predictedIou)).toEqual([0.97, 0.95, 0.92].map(Math.fround));
        expect(masks.every(({ stability }) => stability > 0.8 && stability < 1)).toBe(true);
    });

    it("skips masks of low predicted IoU or low stability", async () => {
        const iouOf = (thing: number) => [0.95, 0.88, 0.89][thing];
        const some = await generatorAsync(new FakeSamRuntime({ things: THINGS, iouOf }), { minPredictedIou: 0.885 });
        expect((await some.generateAsync(PICTURE)).masks).toHaveLength(2);
        // Between 8 inside and -0.9 outside there is no pixel below -1.
        const unstable = await generatorAsync(new FakeSamRuntime({ things: THINGS, outside: -0.9 }));
        expect((await unstable.generateAsync(PICTURE)).masks).toHaveLength(0);
        const lax = await generatorAsync(new FakeSamRuntime({ things: THINGS, outside: -0.9 }), { minStability: 0 });
        expect((await lax.generateAsync(PICTURE)).masks).toHaveLength(3);
    });

    it("sends prompts only inside the content, and none without content", async () => {
        const runtime = new FakeSamRuntime({ things: THINGS });
        const generator = await generatorAsync(runtime);
        const content = Uint8Array.from({ length: SIZE * SIZE }, (_, p) => (p % SIZE >= 32 ? 255 : 0));
        const { masks, pointCount } = await generator.generateAsync(PICTURE, content);
        expect(pointCount).toBe(128);
        expect(masks.map(({ region }) => region.bounds).sort()).toEqual([
            [32, 36, 24, 20],
            [4, 4, 44, 24],
        ]);
        const nothing = await generator.generateAsync(PICTURE, new Uint8Array(SIZE * SIZE));
        expect(nothing).toMatchObject({ masks: [], pointCount: 0 });
        expect(runtime.images).toHaveLength(1);
    });

    it("sends at most a batch at a time, and less when memory runs out", async () => {
        const runtime = new FakeSamRuntime({ things: THINGS });
        await (await generatorAsync(runtime, { batchSize: 10 })).generateAsync(PICTURE);
        expect(runtime.batches).toEqual([...new Array(25).fill(10), 6]);
        const small = new FakeSamRuntime({ things: THINGS, maxBatch: 3 });
        const { masks, pointCount } = await (await generatorAsync(small, { batchSize: 10 })).generateAsync(PICTURE);
        expect(Math.max(...small.batches)).toBe(2);
        expect([masks.length, pointCount]).toEqual([3, 256]);
        const none = await generatorAsync(new FakeSamRuntime({ things: THINGS, maxBatch: 0 }));
        await expect(none.generateAsync(PICTURE)).rejects.toMatchObject({ kind: "limits" });
    });

    it("skips points inside small masks that were already found, without losing masks", async () => {
        const runtime = new FakeSamRuntime({ things: THINGS });
        const found = { minPredictedIou: 0.9, minStability: 0.7, maxShare: 0.2 };
        const generator = await generatorAsync(runtime, { skipFound: found, minStability: 0.7 });
        const { masks, pointCount, skippedCount } = await generator.generateAsync(PICTURE);
        expect(masks).toHaveLength(3);
        expect(pointCount + skippedCount).toBe(256);
        // 16 + 30 points lie in the two small objects: 16 x 16 and 24 x 20 pixels with 4 x 4 per point.
        expect(skippedCount).toBeGreaterThan(20);
        expect(skippedCount).toBeLessThan(46);
        const large = await generatorAsync(runtime, { skipFound: { ...found, maxShare: 0.01 }, minStability: 0.7 });
        expect((await large.generateAsync(PICTURE)).skippedCount).toBe(0);
    });

    it("can be canceled between two batches", async () => {
        const controller = new AbortController();
        const runtime = new FakeSamRuntime({
            things: THINGS,
            onDecode: () => {
                if (runtime.batches.length === 4) {
                    controller.abort();
                }
            },
        });
        const generator = await generatorAsync(runtime);
        const error = await generator.generateAsync(PICTURE, null, { signal: controller.signal }).catch((e) => e);
        expect(error).toBeInstanceOf(UltrametricError);
        expect(error.kind).toBe("aborted");
        expect(runtime.batches).toHaveLength(5);
        expect((await generator.generateAsync(PICTURE)).masks).toHaveLength(3);
    });

    it("reports progress", async () => {
        const fractions: number[] = [];
        const generator = await generatorAsync(new FakeSamRuntime({ things: THINGS }), { batchSize: 100 });
        await generator.generateAsync(PICTURE, null, { onProgress: ({ fraction }) => fractions.push(fraction) });
        expect(fractions).toEqual([100 / 256, 200 / 256, 1]);
    });

    it("finds masks that only a crop shows, and skips masks that a crop cuts", async () => {
        // The fake scales every crop to the image's size, so an object is a fourth as large there.
        const runtime = new FakeSamRuntime({ things: [[20, 20, 44, 44]] });
        const generator = await generatorAsync(runtime, {
            cropLayers: 1,
            cropOverlap: 0,
            pointsPerSide: 8,
            minStability: 0.5,
        });
        const picture = { width: 256, height: 256, data: new Uint8Array(4 * 256 * 256).fill(255) };
        const { masks } = await generator.generateAsync(picture);
        expect(runtime.images).toHaveLength(5);
        expect(masks.map(({ region }) => region.bounds).sort((a, b) => a[0] - b[0] || a[1] - b[1])).toEqual([
            [40, 40, 48, 48],
            [40, 168, 48, 48],
            [80, 80, 96, 96],
            [168, 40, 48, 48],
            [168, 168, 48, 48],
        ]);
    });

    it("removes small pieces and holes on request", async () => {
        const things: FakeThing[] = [[8, 8, 12, 12]];
        const generator = await generatorAsync(new FakeSamRuntime({ things }), { minRegionArea: 9, minStability: 0 });
        // A single piece stays, however small.
        expect((await generator.generateAsync(PICTURE)).masks).toHaveLength(1);
    });

    it.each([
        ["pointsPerSide", 0],
        ["pointsPerSide", 2.5],
        ["batchSize", 0],
        ["minStability", 2],
        ["maxBoxIou", Number.NaN],
        ["stabilityOffset", 0],
        ["cropLayers", 9],
    ])("throws on %s = %s and names it", async (name, value) => {
        await expect(generatorAsync(new FakeSamRuntime(), { [name]: value })).rejects.toThrow(name);
    });
});
