import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { CreateDepthRuns } from "../../src/compute/fields/radiance/depthRuns";
import type { Mask } from "../../src/compute/masks/maskSet";
import { ReferenceMaskParents } from "../reference/maskTree";
import { RandomMasks } from "../support/randomMasks";

const width = 40;
const height = 30;

/**
 * Returns the finest mask of every pixel by a search of all masks; -1 for none. The image may be smaller than the
 * masks.
 */
function FinestMasks(masks: readonly Mask[], columns: number, rows: number): number[] {
    const bitmaps = masks.map(({ region }) => region.toBitmap());
    const parents = ReferenceMaskParents(masks, null, 0.95, 0.85);
    const areas = bitmaps.map((bitmap) => bitmap.reduce((sum, held) => sum + held, 0));
    return Array.from({ length: columns * rows }, (_, p) => {
        const x = Math.floor((((p % columns) + 0.5) * width) / columns);
        const y = Math.floor(((Math.floor(p / columns) + 0.5) * height) / rows);
        const holding = masks.map((_, m) => m).filter((m) => bitmaps[m][y * width + x] === 1);
        const finest = holding.reduce((best, m) => (best < 0 || areas[m] < areas[best] ? m : best), -1);
        return parents.includes(finest) ? -1 : finest;
    });
}

describe("CreateDepthRuns", () => {
    it.each([
        { columns: 40, rows: 30 },
        { columns: 20, rows: 15 },
        { columns: 27, rows: 4 },
    ])("finds all runs of four pixels inside the finest masks, $columns x $rows pixels", ({ columns, rows }) => {
        const seed = 17;
        const random = CreateRandom(seed);
        const sets = [RandomMasks(random, 9, width, height), [], RandomMasks(random, 14, width, height)];
        const { masks, runs } = CreateDepthRuns(
            sets.map((set) => ({
                camera: { width: columns, height: rows },
                masks: { masks: set },
                maskWidth: width,
                maskHeight: height,
            })),
        );
        const found: string[] = [];
        let next = 0;
        for (let m = 0; m < masks.length; m += 3) {
            const [view, first, count] = masks.subarray(m, m + 3);
            expect(first).toBe(next);
            expect(count).toBeGreaterThan(0);
            next += count;
            for (const run of runs.subarray(first, next)) {
                found.push(`${view} ${(run >>> 16) & 0x7fff} ${run & 0xffff} ${run >>> 31}`);
            }
        }
        expect(next).toBe(runs.length);
        const wanted: string[] = [];
        sets.forEach((set, view) => {
            const finest = FinestMasks(set, columns, rows);
            for (let row = 0; row < rows; row++) {
                for (let column = 0; column < columns; column++) {
                    const mask = finest[row * columns + column];
                    const along = [1, 2, 3].every(
                        (k) => column + k < columns && finest[row * columns + column + k] === mask,
                    );
                    const down = [1, 2, 3].every(
                        (k) => row + k < rows && finest[(row + k) * columns + column] === mask,
                    );
                    if (mask >= 0 && along) {
                        wanted.push(`${view} ${row} ${column} 0`);
                    }
                    if (mask >= 0 && down) {
                        wanted.push(`${view} ${row} ${column} 1`);
                    }
                }
            }
        });
        expect(wanted.length, `seed ${seed}`).toBeGreaterThan(10);
        expect(found.sort(), `seed ${seed}`).toEqual(wanted.sort());
    });
});
