import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import type { Mask } from "../../src/compute/masks/maskSet";
import { RunLengthMask } from "../../src/compute/masks/runLengthMask";
import type { Capture, View } from "../../src/compute/views/capture";
import { MaskOverlay } from "../../src/plugin/masks/maskOverlay";
import { SelectMasks } from "../../src/plugin/masks/maskQuality";
import { MaskSetFilter } from "../../src/plugin/masks/maskSetFilter";
import { CreateCamera } from "../support/cameras";
import { RandomMasks } from "../support/randomMasks";

const SIZE = 20;
const CAMERA = CreateCamera(SIZE);

/** Creates a gray view with a transparent last column. */
function grayView(name = "gray"): View {
    const image = new Uint8Array(4 * SIZE * SIZE).fill(100);
    for (let p = 0; p < SIZE * SIZE; p++) {
        image[4 * p + 3] = p % SIZE < SIZE - 1 ? 255 : 0;
    }
    return { name, camera: CAMERA, image, depth: null };
}

/** Creates a mask of a box. */
function box(left: number, top: number, width: number, height: number, predictedIou = 1, stability = 1): Mask {
    const bitmap = Uint8Array.from({ length: SIZE * SIZE }, (_, p) => {
        const [x, y] = [p % SIZE, Math.floor(p / SIZE)];
        return x >= left && x < left + width && y >= top && y < top + height ? 1 : 0;
    });
    return { region: RunLengthMask.FromBitmap(bitmap, SIZE, SIZE), predictedIou, stability };
}

/** A mask, a mask inside it, one inside that, and one that crosses the second. */
const MASKS = [box(1, 1, 16, 16), box(3, 3, 8, 8), box(4, 4, 3, 3), box(6, 6, 10, 4)];

describe("MaskOverlay", () => {
    const overlay = new MaskOverlay(grayView(), { masks: MASKS });
    const at = (pixels: Uint8ClampedArray, x: number, y: number): number[] => [
        ...pixels.subarray(4 * (y * SIZE + x), 4 * (y * SIZE + x) + 4),
    ];
    const mixed = (color: readonly number[], share: number): number[] => [
        ...color.map((c) => Math.round(share * c + (1 - share) * 100)),
        255,
    ];

    it("returns the masks at a pixel: the path up the mask tree, and masks that cross it", () => {
        expect(overlay.masksAt(4.9, 4.2)).toEqual({ chain: [2, 1, 0], across: [] });
        expect(overlay.masksAt(6, 6)).toEqual({ chain: [2, 1, 0], across: [3] });
        expect(overlay.masksAt(13, 7)).toEqual({ chain: [3, 0], across: [] });
        expect(overlay.masksAt(0, 0)).toEqual({ chain: [], across: [] });
        for (const [x, y] of [
            [-0.1, 5],
            [SIZE, 5],
            [5, Number.NaN],
        ]) {
            expect(overlay.masksAt(x, y)).toEqual({ chain: [], across: [] });
        }
    });

    it("leaves a parent out of the path at pixels outside it", () => {
        // 0 contains 96 of the 100 pixels of 1, which is its child nevertheless.
        const whole = box(0, 0, 20, 20).region.toBitmap();
        whole.fill(0, 0, 4);
        const masks = [{ ...box(0, 0, 1, 1), region: RunLengthMask.FromBitmap(whole, SIZE, SIZE) }, box(0, 0, 10, 10)];
        const lacking = new MaskOverlay(grayView(), { masks });
        expect(lacking.masksAt(5, 5).chain).toEqual([1, 0]);
        expect(lacking.masksAt(2, 0).chain).toEqual([1]);
    });

    it("paints each pixel in the color of the smallest mask, over the image", () => {
        const pixels = overlay.paint({ opacity: 0.4 });
        expect(at(pixels, 0, 0)).toEqual([100, 100, 100, 255]);
        expect(at(pixels, 14, 13)).toEqual(mixed(MaskOverlay.ColorOf(0), 0.4));
        expect(at(pixels, 5, 5)).toEqual(mixed(MaskOverlay.ColorOf(2), 0.4));
        expect(at(pixels, 3, 3)).toEqual(mixed(MaskOverlay.ColorOf(1), 0.7)); // a line
        expect(at(pixels, SIZE - 1, 5)).toEqual([0, 0, 0, 0]);
    });

    it("fills and outlines the highlighted mask, and fades the others", () => {
        const pixels = overlay.paint({ highlighted: 1 });
        expect(at(pixels, 3, 3)).toEqual([255, 255, 255, 255]);
        expect(at(pixels, 5, 5)).toEqual(mixed(MaskOverlay.ColorOf(1), 0.6)); // though a smaller mask covers the pixel
        expect(at(pixels, 14, 13)).toEqual(mixed(MaskOverlay.ColorOf(0), 0.15));
        expect(at(pixels, 0, 0)).toEqual([100, 100, 100, 255]);
    });

    it("keeps the color of a mask when other masks change", () => {
        const few = new MaskOverlay(grayView(), { masks: [MASKS[1], MASKS[2]] }, [1, 2]);
        expect(at(few.paint(), 5, 5)).toEqual(at(overlay.paint(), 5, 5));
        const ids = Array.from({ length: 30 }, (_, i) => String(MaskOverlay.ColorOf(i)));
        expect(new Set(ids).size).toBe(30);
    });

    it("shows masks on transparent pixels, and images without masks", () => {
        const edge = new MaskOverlay(grayView(), { masks: [box(10, 0, 10, 20)] });
        expect(at(edge.paint({ opacity: 0.5 }), SIZE - 2, 10)[3]).toBe(255);
        expect(at(edge.paint({ opacity: 0.5 }), SIZE - 1, 10)).toEqual([...MaskOverlay.ColorOf(0), 191]); // a line
        const bare = new MaskOverlay(grayView(), { masks: [] });
        expect(at(bare.paint(), 3, 3)).toEqual([100, 100, 100, 255]);
        expect(bare.masksAt(3, 3).chain).toEqual([]);
    });
});

describe("MaskSetFilter", () => {
    const seed = 7;
    const masks = { views: [0, 1, 2].map((i) => ({ masks: RandomMasks(CreateRandom(seed + i), 30, SIZE, SIZE) })) };
    const capture: Capture = { name: "gray", views: ["a", "b", "c"].map(grayView), heldOutViews: [] };

    it("returns the same as SelectMasks when thresholds change repeatedly", async () => {
        const filter = new MaskSetFilter(capture, masks, { minArea: 1 });
        for (const quality of [{ minPredictedIou: 0.7 }, { minStability: 0.9 }, { minArea: 60, duplicateIou: 1 }, {}]) {
            filter.quality = { ...filter.quality, minPredictedIou: 0, minStability: 0, minArea: 1, ...quality };
            const expected = capture.views.map((view, i) => SelectMasks(view, masks.views[i], filter.quality));
            const { masks: kept, report } = await filter.applyAsync();
            expect(kept.views, `seed ${seed}`).toEqual(expected.map(({ viewMasks }) => viewMasks));
            expect(report.kept).toBe(kept.views.reduce((sum, view) => sum + view.masks.length, 0));
            expect(report.total).toBe(90);
            expect(report.weak + report.tiny + report.background + report.duplicates + report.kept).toBe(90);
            expect(report.coverage).toBeCloseTo(expected.reduce((sum, e) => sum + e.report.coverage, 0) / 3, 12);
            for (const [i, view] of masks.views.entries()) {
                expect(filter.view(i).indices.map((place) => view.masks[place])).toEqual(kept.views[i].masks);
            }
        }
    });

    it("filters a view once for the same thresholds", () => {
        const filter = new MaskSetFilter(capture, masks);
        const first = filter.view(1);
        expect(filter.view(1)).toBe(first);
        filter.quality = { ...filter.quality, minPredictedIou: 0.9 };
        expect(filter.view(1).viewMasks.masks.length).toBeLessThan(first.viewMasks.masks.length);
    });

    it("can be canceled, and throws on masks of another number of views", async () => {
        const controller = new AbortController();
        controller.abort();
        await expect(new MaskSetFilter(capture, masks).applyAsync(controller.signal)).rejects.toMatchObject({
            kind: "aborted",
        });
        expect(() => new MaskSetFilter(capture, { views: [] })).toThrow(/have 0 views.*has 3/);
    });
});
