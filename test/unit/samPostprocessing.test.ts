import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { MaskIou, SharedPixels } from "../../src/compute/masks/maskIou";
import { ResizeMask } from "../../src/compute/masks/resizeMask";
import { RunLengthMask } from "../../src/compute/masks/runLengthMask";
import { BoxNms } from "../../src/plugin/sam/boxNms";
import { CreateCropBoxes, IsCutByCrop } from "../../src/plugin/sam/cropBoxes";
import { MaskUpsampler } from "../../src/plugin/sam/maskUpsampler";
import { CreatePointGrid } from "../../src/plugin/sam/pointGrid";
import { ResizeOnWhite } from "../../src/plugin/sam/resizeImage";
import { RemoveSmallRegions } from "../../src/plugin/sam/smallRegions";

/** Creates a mask from rows of text, with "#" for 1. */
function Bitmap(...rows: string[]): Uint8Array {
    return Uint8Array.from(rows.join(""), (c) => (c === "#" ? 1 : 0));
}

/** Resizes one line bilinearly, with pixel centers at halves. */
function Interpolated(line: readonly number[], size: number): number[] {
    return Array.from({ length: size }, (_, i) => {
        const at = Math.max(0, ((i + 0.5) * line.length) / size - 0.5);
        const k = Math.min(Math.floor(at), line.length - 1);
        return line[k] + (line[Math.min(k + 1, line.length - 1)] - line[k]) * (at - k);
    });
}

function Transposed(rows: readonly (readonly number[])[]): number[][] {
    return rows[0].map((_, x) => rows.map((row) => row[x]));
}

function Resized(rows: readonly (readonly number[])[], width: number, height: number): number[][] {
    const wide = rows.map((row) => Interpolated(row, width));
    return Transposed(Transposed(wide).map((column) => Interpolated(column, height)));
}

describe("BoxNms", () => {
    it("keeps the best of boxes that overlap too much", () => {
        // As distances between first and last pixels: 10 x 10 each. The first two share 9 x 10 of 110; the third is
        // separate.
        const boxes = [
            [0, 0, 11, 11],
            [1, 0, 11, 11],
            [30, 30, 11, 11],
        ] as const;
        expect(BoxNms(boxes, [0.8, 0.9, 0.7], 0.7)).toEqual([1, 2]);
        expect(BoxNms(boxes, [0.8, 0.9, 0.7], 0.82)).toEqual([1, 0, 2]);
    });

    it("measures sides from the first pixel to the last", () => {
        // 90 / 110 = 0.818 by distances; by pixel counts it would be 110 / 132 = 0.833.
        const boxes = [
            [0, 0, 11, 11],
            [1, 0, 11, 11],
        ] as const;
        expect(BoxNms(boxes, [1, 1], 0.825)).toEqual([0, 1]);
        expect(BoxNms(boxes, [1, 1], 0.815)).toEqual([0]);
    });

    it("handles boxes of one pixel, equal scores and no boxes", () => {
        expect(
            BoxNms(
                [
                    [3, 3, 1, 1],
                    [3, 3, 1, 1],
                ],
                [1, 1],
                0.5,
            ),
        ).toEqual([0, 1]);
        expect(BoxNms([], [], 0.7)).toEqual([]);
    });
});

describe("MaskUpsampler", () => {
    it.each([
        ["larger than the encoder's input", 16, 64, 64, 40, 90, 57],
        ["smaller", 16, 64, 64, 64, 50, 50],
        ["not cut", 32, 128, 128, 128, 128, 128],
        ["a high picture", 16, 64, 37, 64, 29, 50],
    ])("interpolates twice like the original: %s", (_, low, input, filledWidth, filledHeight, width, height) => {
        const random = CreateRandom(5);
        const logits = Array.from({ length: low }, () => Array.from({ length: low }, () => 6 * random() - 3));
        const inner = Resized(logits, input, input)
            .slice(0, filledHeight)
            .map((row) => row.slice(0, filledWidth));
        const expected = Resized(inner, width, height).flat();
        // The crop of the encoder lies within a larger image.
        const part = [3, 5, width, height] as const;
        const whole = { width: width + 10, height: height + 5 };
        const upsampler = new MaskUpsampler(
            low,
            low,
            input,
            filledWidth,
            filledHeight,
            part,
            whole.width,
            whole.height,
        );
        const flat = Float32Array.from([9, 9, ...logits.flat()]);
        const { region, stability } = upsampler.threshold(flat, 2, 1);
        const picture = region.toBitmap();
        const bitmap = Uint8Array.from(
            expected,
            (_, p) => picture[(5 + Math.floor(p / width)) * whole.width + 3 + (p % width)],
        );
        const { area } = region;
        expect(RunLengthMask.FromBitmap(picture, whole.width, whole.height).counts).toEqual(region.counts);
        // Rounding may flip a pixel whose logit is nearly 0.
        const wrong = expected.filter((logit, p) => Math.abs(logit) > 1e-5 && logit > 0 !== (bitmap[p] === 1));
        expect(wrong).toEqual([]);
        expect(Math.abs(area - expected.filter((logit) => logit > 0).length)).toBeLessThanOrEqual(1);
        const high = expected.filter((logit) => logit > 1).length;
        expect(stability).toBeCloseTo(high / expected.filter((logit) => logit > -1).length, 2);
    });

    it("processes only the mask's area", () => {
        const size = 32;
        const upsampler = new MaskUpsampler(size, size, 64, 64, 48, [0, 0, 120, 90], 120, 90);
        const random = CreateRandom(6);
        for (let round = 0; round < 50; round++) {
            const [x0, y0] = [size * random(), size * random()];
            const radius = 6 * random();
            const rows = Array.from({ length: size }, (_, y) =>
                Array.from({ length: size }, (_, x) => Math.fround(2 * (radius - Math.hypot(x - x0, y - y0)))),
            );
            const inner = Resized(rows, 64, 64).slice(0, 48);
            const expected = Resized(inner, 120, 90).flat();
            const { region } = upsampler.threshold(Float32Array.from(rows.flat()), 0, 1);
            const bitmap = region.toBitmap();
            expect(expected.filter((logit, p) => Math.abs(logit) > 1e-4 && logit > 0 !== (bitmap[p] === 1))).toEqual(
                [],
            );
        }
    });

    it("has stability 1 for hard edges, less for soft ones, 0 for nothing", () => {
        const upsampler = new MaskUpsampler(4, 4, 4, 4, 4, [0, 0, 4, 4], 4, 4);
        const left = RunLengthMask.FromCounts([0, 8, 8], 4, 4);
        const hard = Float32Array.from({ length: 16 }, (_, p) => (p % 4 < 2 ? 5 : -5));
        expect(upsampler.threshold(hard, 0, 1)).toEqual({ region: left, stability: 1 });
        const soft = Float32Array.from({ length: 16 }, (_, p) => [5, 0.5, -0.5, -5][p % 4]);
        expect(upsampler.threshold(soft, 0, 1)).toEqual({ region: left, stability: 1 / 3 });
        const none = RunLengthMask.FromCounts([16], 4, 4);
        expect(upsampler.threshold(new Float32Array(16).fill(-5), 0, 1)).toEqual({ region: none, stability: 0 });
        const all = RunLengthMask.FromCounts([0, 16], 4, 4);
        expect(upsampler.threshold(new Float32Array(16).fill(5), 0, 1)).toEqual({ region: all, stability: 1 });
    });
});

describe("RemoveSmallRegions", () => {
    it("fills small holes and removes small pieces, connected across corners", () => {
        const bitmap = Bitmap("####....", "#.##....", "####..#.", "#####..#", "........");
        expect(RemoveSmallRegions(bitmap, 8, 5, 3)).toBe(true);
        expect(bitmap).toEqual(Bitmap("####....", "####....", "####....", "#####...", "........"));
        expect(RemoveSmallRegions(bitmap, 8, 5, 3)).toBe(false);
    });

    it("keeps the largest piece when all are small", () => {
        const bitmap = Bitmap("#....", "...##");
        RemoveSmallRegions(bitmap, 5, 2, 4);
        expect(bitmap).toEqual(Bitmap(".....", "...##"));
    });

    it("leaves an empty mask empty", () => {
        const bitmap = new Uint8Array(100);
        expect(RemoveSmallRegions(bitmap, 10, 10, 5)).toBe(false);
        expect(bitmap.every((v) => v === 0)).toBe(true);
    });
});

describe("CreatePointGrid", () => {
    it("lies half a cell from the border, row by row", () => {
        const points = CreatePointGrid([10, 20, 8, 4], 2, null, 0, false);
        expect(points).toEqual([
            { x: 12, y: 21 },
            { x: 16, y: 21 },
            { x: 12, y: 23 },
            { x: 16, y: 23 },
        ]);
    });

    it("keeps the points on the content, and a sixteenth of those on the background", () => {
        const data = Uint8Array.from({ length: 64 * 64 }, (_, p) => (p % 64 < 32 ? 1 : 0));
        const content = { data, width: 64 };
        expect(CreatePointGrid([0, 0, 64, 64], 32, content, 0, false)).toHaveLength(512);
        const more = CreatePointGrid([0, 0, 64, 64], 32, content, 4, false);
        expect(more).toHaveLength(512 + 32);
        expect(more.filter(({ x }) => x > 32)[0]).toEqual({ x: 37, y: 5 });
        expect(CreatePointGrid([0, 0, 64, 64], 32, { data: new Uint8Array(4096), width: 64 }, 0, false)).toEqual([]);
    });

    it("starts with a coarse grid on request", () => {
        const points = CreatePointGrid([0, 0, 8, 8], 8, null, 0, true);
        expect(points.slice(0, 4)).toEqual([
            { x: 0.5, y: 0.5 },
            { x: 4.5, y: 0.5 },
            { x: 0.5, y: 4.5 },
            { x: 4.5, y: 4.5 },
        ]);
        expect(new Set(points.map(({ x, y }) => `${x} ${y}`)).size).toBe(64);
    });
});

describe("CreateCropBoxes", () => {
    it("matches the crops of segment-anything", () => {
        // generate_crop_boxes((480, 640), 1, 512 / 1500): overlap int(512 / 1500 * 480) = 163
        expect(CreateCropBoxes(640, 480, 1, 512 / 1500).map(({ box }) => box)).toEqual([
            [0, 0, 640, 480],
            [0, 0, 402, 322],
            [0, 159, 402, 321],
            [239, 0, 401, 322],
            [239, 159, 401, 321],
        ]);
        expect(CreateCropBoxes(100, 100, 2, 0.3)).toHaveLength(1 + 4 + 16);
    });

    it("finds masks that a crop cuts, but not those that end with the image", () => {
        const crop = [0, 0, 402, 322] as const;
        expect(IsCutByCrop([0, 0, 100, 100], crop, 640, 480)).toBe(false);
        expect(IsCutByCrop([300, 50, 100, 100], crop, 640, 480)).toBe(true);
        expect(IsCutByCrop([300, 50, 100, 100], [0, 0, 402, 322], 402, 322)).toBe(false);
    });
});

describe("ResizeMask", () => {
    it("includes pixels of which at least half the area is inside", () => {
        const mask = RunLengthMask.FromBitmap(Bitmap("##..#...", "...#.#..", "########", "......##"), 8, 4);
        // Blocks of 2 x 2 with 2, 1, 2, 0 and 2, 2, 2, 4 pixels.
        expect(ResizeMask(mask, 4, 2).toBitmap()).toEqual(Bitmap("#.#.", "####"));
        expect(ResizeMask(mask, 8, 4)).toBe(mask);
    });

    it("uses shares of pixels when the sizes do not divide", () => {
        const mask = RunLengthMask.FromBitmap(Bitmap("#....", "#....", "#...."), 5, 3);
        // The first of two pixels covers 2.5 pixels, of which one is inside: 0.4.
        expect(ResizeMask(mask, 2, 1).area).toBe(0);
        const more = RunLengthMask.FromBitmap(Bitmap("#.#..", "#.#..", "#.#.."), 5, 3);
        // 1.5 of 2.5.
        expect(ResizeMask(more, 2, 1).toBitmap()).toEqual(Bitmap("#."));
    });

    it("enlarges", () => {
        const mask = RunLengthMask.FromBitmap(Bitmap("#.", ".#"), 2, 2);
        expect(ResizeMask(mask, 4, 4).toBitmap()).toEqual(Bitmap("##..", "##..", "..##", "..##"));
    });
});

describe("MaskIou", () => {
    it("agrees with counting pixels", () => {
        for (let seed = 1; seed <= 30; seed++) {
            const random = CreateRandom(seed);
            const [width, height] = [1 + Math.floor(9 * random()), 1 + Math.floor(9 * random())];
            const share = random();
            const draw = () => Uint8Array.from({ length: width * height }, () => (random() < share ? 1 : 0));
            const [a, b] = [draw(), draw()];
            const shared = a.filter((v, p) => v === 1 && b[p] === 1).length;
            const union = a.filter((v, p) => v === 1 || b[p] === 1).length;
            const [first, second] = [a, b].map((bitmap) => RunLengthMask.FromBitmap(bitmap, width, height));
            expect(SharedPixels(first, second), `seed ${seed}`).toBe(shared);
            expect(MaskIou(first, second), `seed ${seed}`).toBe(union === 0 ? 1 : shared / union);
        }
    });
});

describe("ResizeOnWhite", () => {
    it("composites on white with the bytes of Pillow", () => {
        const gray = (...values: number[]) => Uint8Array.from(values.flatMap((v) => [v, v, v, 255]));
        const first = (bytes: Uint8Array) => [...bytes.filter((_, i) => i % 3 === 0)];
        // Image.fromarray([[0, 100, 200, 50]]).resize((8, 1), BILINEAR), and ((2, 1), BILINEAR)
        const line = { width: 4, height: 1, data: gray(0, 100, 200, 50) };
        expect(first(ResizeOnWhite(line, [0, 0, 4, 1], 8, 1))).toEqual([0, 25, 75, 125, 175, 163, 88, 50]);
        expect(first(ResizeOnWhite(line, [0, 0, 4, 1], 2, 1))).toEqual([71, 121]);
        const half = { width: 1, height: 1, data: Uint8Array.of(10, 20, 30, 128) };
        expect([...ResizeOnWhite(half, [0, 0, 1, 1], 1, 1)]).toEqual([132, 137, 142]);
    });

    it("resizes a crop", () => {
        const data = Uint8Array.from({ length: 4 * 12 }, (_, i) => (i % 4 === 3 ? 255 : Math.floor(i / 4)));
        const part = ResizeOnWhite({ width: 4, height: 3, data }, [1, 1, 2, 2], 2, 2);
        expect([...part.filter((_, i) => i % 3 === 0)]).toEqual([5, 6, 9, 10]);
    });
});
