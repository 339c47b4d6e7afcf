import { describe, expect, it } from "vitest";
import type { Progress } from "../../src/compute/base/progress";
import { CreateRandom } from "../../src/compute/base/random";
import type { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { CreateImageMasks, DEFAULT_IMAGE_MASK_OPTIONS } from "../../src/compute/masks/imageMasks";
import { MaskConfidence } from "../../src/compute/masks/maskSet";
import type { View } from "../../src/compute/views/capture";
import { AddImageMasksAsync } from "../../src/plugin/masks/addImageMasks";
import { CreateImageMasksAsync } from "../../src/plugin/masks/createImageMasks";
import { DefaultImageMaskShare } from "../../src/plugin/masks/imageMaskShare";
import { SegmentCaptureAsync } from "../../src/plugin/pipeline/segmentCapture";
import { CreateCamera } from "../support/cameras";

type Color = readonly [number, number, number];
const RED: Color = [200, 30, 30];
const BLUE: Color = [30, 30, 200];
const GREY: Color = [128, 128, 128];

/**
 * Draws a view from a function of column and row, which returns a color and optional depth, or null for a transparent
 * pixel.
 */
function DrawView(
    width: number,
    height: number,
    pixel: (x: number, y: number) => { color: Color; depth?: number } | null,
): View {
    const image = new Uint8Array(4 * width * height);
    const depth = new Float32Array(width * height);
    let hasDepth = false;
    for (let y = 0, p = 0; y < height; y++) {
        for (let x = 0; x < width; x++, p++) {
            const drawn = pixel(x, y);
            if (drawn) {
                image.set([...drawn.color, 255], 4 * p);
                depth[p] = drawn.depth ?? 0;
                hasDepth ||= drawn.depth !== undefined;
            }
        }
    }
    const camera = CreateCamera(width, { height, position: [0, 0, 0] });
    return { name: "drawn", camera, image, depth: hasDepth ? depth : null };
}

/** Returns true if one of the masks is exactly the pixels for which `inside` holds. */
function HasMask(view: View, inside: (x: number, y: number) => boolean, options = {}): boolean {
    const { width, height } = view.camera;
    const wanted = Uint8Array.from({ length: width * height }, (_, p) =>
        inside(p % width, Math.floor(p / width)) ? 1 : 0,
    );
    return CreateImageMasks(view, options).masks.some(({ region }) =>
        region.toBitmap().every((value, p) => value === wanted[p]),
    );
}

describe("CreateImageMasks", () => {
    it("separates colors when there is no depth, and leaves out transparent pixels", () => {
        const view = DrawView(24, 16, (x, y) => (y < 2 ? null : { color: x < 10 ? RED : BLUE }));
        expect(view.depth).toBeNull();
        const { masks } = CreateImageMasks(view);
        expect(masks).toHaveLength(3);
        expect(HasMask(view, (_, y) => y >= 2)).toBe(true);
        expect(HasMask(view, (x, y) => y >= 2 && x < 10)).toBe(true);
        expect(HasMask(view, (x, y) => y >= 2 && x >= 10)).toBe(true);
    });

    it("returns nested masks: shades within a color, the color, all of it", () => {
        const dark: Color = [150, 20, 20];
        const view = DrawView(30, 20, (x, y) => ({ color: x >= 15 ? BLUE : y < 10 ? RED : dark }));
        expect(HasMask(view, () => true)).toBe(true);
        expect(HasMask(view, (x) => x < 15)).toBe(true);
        expect(HasMask(view, (x) => x >= 15)).toBe(true);
        expect(HasMask(view, (x, y) => x < 15 && y < 10)).toBe(true);
        expect(HasMask(view, (x, y) => x < 15 && y >= 10)).toBe(true);
        expect(CreateImageMasks(view).masks).toHaveLength(5);
    });

    it("separates a step in depth of one color, but not a slanted plane", () => {
        // 1 / depth of a plane is linear in the image.
        const slanted = (x: number): number => 1 / (0.2 + 0.01 * x);
        const plane = DrawView(32, 32, (x) => ({ color: GREY, depth: slanted(x) }));
        expect(CreateImageMasks(plane).masks).toHaveLength(1);
        const step = DrawView(32, 32, (x, y) => ({ color: GREY, depth: slanted(x) - (y < 12 ? 0.4 : 0) }));
        expect(HasMask(step, (_, y) => y < 12)).toBe(true);
        expect(HasMask(step, (_, y) => y >= 12)).toBe(true);
    });

    it("separates a concave crease with more confidence than a convex one", () => {
        // Two planes that meet in the middle column, toward the camera (convex) or away from it (concave).
        const fold = (sign: number): View =>
            DrawView(40, 30, (x) => ({ color: GREY, depth: 1 / (0.25 - sign * 0.004 * Math.abs(x - 19.5)) }));
        const parting = (view: View): number => {
            const parts = CreateImageMasks(view, { minConfidence: 0 }).masks.filter(
                ({ region }) => region.area === 600,
            );
            expect(parts).toHaveLength(2);
            // The dissimilarity at which the planes merge, in units of the noise.
            return Math.min(...parts.map(({ predictedIou }) => predictedIou / (1 - predictedIou)));
        };
        expect(parting(fold(-1))).toBeGreaterThan(1.3 * parting(fold(1)));
    });

    it("gives strong borders a higher confidence, and sorts masks by confidence", () => {
        const shade: Color = [134, 134, 134];
        const view = DrawView(30, 30, (x, y) => ({ color: x >= 20 ? RED : y < 15 ? GREY : shade }));
        const { masks } = CreateImageMasks(view, { minConfidence: 0 });
        const trust = (area: number, pixel: number): number => {
            const found = masks.filter(({ region }) => region.area === area && region.toBitmap()[pixel] === 1);
            expect(found, `masks of ${area} pixels that hold pixel ${pixel}`).toHaveLength(1);
            return MaskConfidence(found[0]);
        };
        const red = trust(300, 29);
        const bothGrays = trust(600, 0);
        const oneGray = trust(300, 0);
        expect(trust(900, 0)).toBe(1);
        expect(red).toBeGreaterThan(bothGrays);
        expect(bothGrays).toBeGreaterThan(oneGray + 0.1);
        const all = masks.map(MaskConfidence);
        expect(all).toEqual([...all].sort((a, b) => b - a));
        expect(CreateImageMasks(view, { minConfidence: oneGray + 0.01 }).masks).toHaveLength(3);
        expect(CreateImageMasks(view, { maxMasks: 2 }).masks).toEqual(masks.slice(0, 2));
    });

    it.each([1, 2, 3, 4, 5])("returns nested masks within its limits on noise (seed %d)", (seed) => {
        const random = CreateRandom(seed);
        const view = DrawView(37, 29, () =>
            random() < 0.1
                ? null
                : { color: [255 * random(), 255 * random(), 255 * random()], depth: 2 + 0.3 * random() },
        );
        const { masks } = CreateImageMasks(view, { maxMasks: 20, minConfidence: 0 });
        const where = `seed ${seed}`;
        expect(masks.length, where).toBeGreaterThan(3);
        expect(masks.length, where).toBeLessThanOrEqual(20);
        const bitmaps = masks.map(({ region }) => region.toBitmap());
        masks.forEach((a, i) => {
            expect(a.region.area, where).toBeGreaterThanOrEqual(6);
            expect(a.predictedIou >= 0 && a.predictedIou <= 1 && a.stability >= 0 && a.stability <= 1, where).toBe(
                true,
            );
            expect(
                bitmaps[i].every((value, p) => value === 0 || view.depth![p] > 0),
                where,
            ).toBe(true);
            for (let j = 0; j < i; j++) {
                let both = 0;
                bitmaps[i].forEach((value, p) => {
                    both += value & bitmaps[j][p];
                });
                expect([0, a.region.area, masks[j].region.area], `${where}, masks ${i} and ${j}`).toContain(both);
                expect(both === a.region.area && both === masks[j].region.area, `${where}: ${i} equals ${j}`).toBe(
                    false,
                );
            }
        });
        expect(CreateImageMasks(view, { maxMasks: 20, minConfidence: 0 }).masks).toEqual(masks);
    });

    it("returns no masks of an empty view, and one for each piece that touches no other", () => {
        expect(CreateImageMasks(DrawView(5, 4, () => null)).masks).toEqual([]);
        const nothing: View = { ...DrawView(5, 4, () => ({ color: RED })), depth: new Float32Array(20) };
        expect(CreateImageMasks(nothing).masks).toEqual([]);
        const one = DrawView(1, 1, () => ({ color: RED }));
        expect(CreateImageMasks(one).masks.map(({ region }) => region.area)).toEqual([1]);
        const pieces = DrawView(20, 10, (x) => (x === 10 ? null : { color: RED }));
        expect(CreateImageMasks(pieces).masks.map(({ region }) => region.area)).toEqual([100, 90]);
    });

    it("throws on images and depth of the wrong size", () => {
        const view = DrawView(6, 5, () => ({ color: RED, depth: 2 }));
        expect(() => CreateImageMasks({ ...view, image: new Uint8Array(4) })).toThrow(
            "View drawn: the image has 4 bytes",
        );
        expect(() => CreateImageMasks({ ...view, depth: new Float32Array(7) })).toThrow("the depth has 7 pixels");
    });
});

describe("CreateImageMasksAsync", () => {
    const view = DrawView(24, 16, (x) => ({ color: x < 10 ? RED : BLUE }));
    const capture = { name: "drawn", views: [view, DrawView(4, 4, () => null), view], heldOutViews: [] };

    it("creates the masks of every view, and reports progress", async () => {
        const reports: Progress[] = [];
        const masks = await CreateImageMasksAsync(capture, { onProgress: (progress) => reports.push(progress) });
        expect(masks.views.map(({ masks: list }) => list.length)).toEqual([3, 0, 3]);
        expect(masks.views[0]).toEqual(CreateImageMasks(view, DEFAULT_IMAGE_MASK_OPTIONS));
        expect(reports.map(({ fraction }) => fraction)).toEqual([0, 1 / 3, 2 / 3, 1]);
    });

    it("counts beside masks with scores by default, and not beside others or itself", async () => {
        const { masks } = CreateImageMasks(view);
        const scored = [{ ...masks[0], predictedIou: 0.9, stability: 0.8 }];
        expect(DefaultImageMaskShare({ views: [{ masks: [] }, { masks: scored }] })).toBe(0.5);
        expect(DefaultImageMaskShare({ views: [{ masks: scored }], isFromImages: true })).toBe(0);
        expect(DefaultImageMaskShare(await CreateImageMasksAsync(capture))).toBe(0);
        const complete = [{ ...masks[0], predictedIou: 1, stability: 1 }];
        expect(DefaultImageMaskShare({ views: [{ masks: complete }, { masks: [] }] })).toBe(0);
        expect(DefaultImageMaskShare({ views: [] })).toBe(0);
    });

    it("adds its masks to given ones, at a share of their confidence", async () => {
        const given = { views: [{ masks: [] }, { masks: [] }, { masks: CreateImageMasks(view).masks.slice(0, 1) }] };
        const { views } = await AddImageMasksAsync(capture, given, 0.25);
        const own = CreateImageMasks(view).masks;
        const weaker = own.map((mask) => ({ ...mask, predictedIou: 0.25 * mask.predictedIou }));
        expect(views.map(({ masks }) => masks)).toEqual([weaker, [], [own[0], ...weaker]]);
        const deep = DrawView(24, 16, (x, y) => ({ color: x < 10 ? RED : BLUE, depth: 2 + 0.01 * y }));
        const seen = { ...capture, views: [deep, deep, deep] };
        const together = await SegmentCaptureAsync(null, seen, given, { imageMasks: 0.25 });
        const added = await AddImageMasksAsync(seen, given, 0.25);
        const alone = await SegmentCaptureAsync(null, seen, given, { imageMasks: 0 });
        const heightsOf = (h: SegmentationHierarchy): Float32Array => h.dendrogram("consensus").height;
        const sum = await SegmentCaptureAsync(null, seen, added, { imageMasks: 0 });
        expect(heightsOf(together)).toEqual(heightsOf(sum));
        expect(heightsOf(together)).not.toEqual(heightsOf(alone));
        await expect(SegmentCaptureAsync(null, seen, given, { imageMasks: 2 })).rejects.toMatchObject({
            kind: "input",
            message: "imageMasks must lie between 0 and 1, not 2.",
        });
    });

    it("stops when canceled before or during the run", async () => {
        await expect(CreateImageMasksAsync(capture, { signal: AbortSignal.abort() })).rejects.toMatchObject({
            kind: "aborted",
        });
        const controller = new AbortController();
        const seen: number[] = [];
        const run = CreateImageMasksAsync(capture, {
            signal: controller.signal,
            onProgress: ({ fraction }) => {
                seen.push(fraction);
                if (fraction > 0) {
                    setTimeout(() => controller.abort(), 0);
                }
            },
        });
        await expect(run).rejects.toMatchObject({ kind: "aborted" });
        expect(seen.at(-1)).toBeLessThan(1);
    });
});
