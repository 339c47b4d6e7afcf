import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { UltrametricError } from "../../src/compute/base/ultrametricError";
import { RunLengthMask } from "../../src/compute/masks/runLengthMask";

interface Golden {
    width: number;
    height: number;
    rows: string[] | null;
    compressed: string;
    area: number;
    bbox: number[];
}

const goldens = JSON.parse(readFileSync(new URL("../golden/rle.json", import.meta.url), "utf8")) as Golden[];

function BitmapOf(golden: Golden): Uint8Array {
    return golden.rows === null
        ? new Uint8Array(golden.width * golden.height).fill(1)
        : Uint8Array.from(golden.rows.join(""), Number);
}

describe("RunLengthMask", () => {
    it("reads and writes column-major runs that begin with background", () => {
        // . X .
        // X X .
        const mask = RunLengthMask.FromCounts([1, 3, 2], 3, 2);
        expect([...mask.toBitmap()]).toEqual([0, 1, 0, 1, 1, 0]);
        expect(mask.area).toBe(3);
        expect(mask.bounds).toEqual([0, 0, 2, 2]);
        const topLeft = RunLengthMask.FromBitmap([1, 0, 0, 0, 0, 0], 3, 2);
        expect([...topLeft.counts]).toEqual([0, 1, 5]);
        expect(topLeft.bounds).toEqual([0, 0, 1, 1]);
    });

    it("has no pixels in an empty mask", () => {
        const mask = RunLengthMask.FromCounts([6], 3, 2);
        expect(mask.area).toBe(0);
        expect(mask.bounds).toEqual([0, 0, 0, 0]);
        expect([...mask.toBitmap()]).toEqual([0, 0, 0, 0, 0, 0]);
    });

    it("allows runs of length 0 in the middle", () => {
        expect([...RunLengthMask.FromCounts([1, 1, 0, 2, 2], 3, 2).toBitmap()]).toEqual([0, 1, 0, 1, 1, 0]);
    });

    it.each(goldens.map((golden, i) => ({ i, golden })))("agrees with pycocotools on golden mask $i", ({ golden }) => {
        const { width, height } = golden;
        const bitmap = BitmapOf(golden);
        const drawn = RunLengthMask.FromBitmap(bitmap, width, height);
        expect(drawn.toCompressed()).toBe(golden.compressed);
        const read = RunLengthMask.FromCompressed(golden.compressed, width, height);
        expect(read.counts).toEqual(drawn.counts);
        expect(read.toBitmap()).toEqual(bitmap);
        expect(read.area).toBe(golden.area);
        // pycocotools gives the box of an empty mask as zeros too.
        expect(read.bounds).toEqual(golden.bbox);
    });

    it("survives the round trip through bitmap, counts and string", () => {
        for (let seed = 1; seed <= 40; seed++) {
            const random = CreateRandom(seed);
            const width = 1 + Math.floor(random() * 40);
            const height = 1 + Math.floor(random() * 40);
            const share = random();
            const bitmap = Uint8Array.from({ length: width * height }, () => (random() < share ? 1 : 0));
            const mask = RunLengthMask.FromBitmap(bitmap, width, height);
            const where = `seed ${seed}, ${width} x ${height}`;
            expect(mask.area, where).toBe(bitmap.reduce((a, b) => a + b, 0));
            expect(mask.toBitmap(new Uint8Array(width * height).fill(7)), where).toEqual(bitmap);
            expect(RunLengthMask.FromCounts(mask.counts, width, height).toBitmap(), where).toEqual(bitmap);
            expect(RunLengthMask.FromCompressed(mask.toCompressed(), width, height).counts, where).toEqual(mask.counts);
        }
    });

    it("copies the given counts", () => {
        const counts = new Uint32Array([1, 3, 2]);
        const mask = RunLengthMask.FromCounts(counts, 3, 2);
        counts[0] = 9;
        expect(mask.counts[0]).toBe(1);
    });

    it("throws with the difference when counts do not fill the image", () => {
        expect(() => RunLengthMask.FromCounts([1, 3, 1], 3, 2)).toThrow(/hold 5 pixels.*3 x 2 = 6/);
        expect(() => RunLengthMask.FromCounts([1, 3, 3], 3, 2)).toThrow(/hold 7 pixels/);
        expect(() => RunLengthMask.FromCounts([], 3, 2)).toThrow(UltrametricError);
    });

    it.each([-1, Number.NaN, 1.5, Number.POSITIVE_INFINITY])("throws on the count %s", (count) => {
        expect(() => RunLengthMask.FromCounts([1, count, 2], 3, 2)).toThrow(`Run 1 of a run-length mask is ${count}`);
    });

    it("throws on text that is not a compressed mask", () => {
        expect(() => RunLengthMask.FromCompressed("1 2", 3, 2)).toThrow(/Character 1 .*" "/);
        expect(() => RunLengthMask.FromCompressed("1~2", 3, 2)).toThrow(/Character 1 /);
        expect(() => RunLengthMask.FromCompressed("12o", 3, 2)).toThrow(/ends inside run 2, after 3 characters/);
        expect(() => RunLengthMask.FromCompressed("oooooooooo", 3, 2)).toThrow(/Character 7 /);
        expect(() => RunLengthMask.FromCompressed("132", 4, 2)).toThrow(/hold 6 pixels.*= 8/);
        // A difference that leads below 0.
        expect(() => RunLengthMask.FromCompressed("132L", 3, 2)).toThrow(/Run 3 .* is -1/);
    });

    it("throws on invalid image sizes", () => {
        expect(() => RunLengthMask.FromCounts([0], 0, 2)).toThrow(/size is 0 x 2/);
        expect(() => RunLengthMask.FromBitmap([0, 0], 1.5, 2)).toThrow(/size is 1.5 x 2/);
        expect(() => RunLengthMask.FromBitmap([0, 0], 2, 2)).toThrow(/bitmap of 2 pixels/);
    });
});
