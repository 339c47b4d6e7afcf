import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import {
    CheckFeatureTrainingOptions,
    DEFAULT_FEATURE_TRAINING_OPTIONS,
} from "../../src/compute/fields/feature/featureFieldOptions";
import { CreateTrainingViews, MAX_MASK_WEIGHT, VIEW_WORDS } from "../../src/compute/fields/feature/trainingViews";
import { CreateMaskArrangement } from "../../src/compute/masks/maskArrangement";
import { CreateMaskTree } from "../../src/compute/masks/maskTree";
import { RandomMasks } from "../support/randomMasks";
import { BumpyView } from "../support/trainingFixtures";

describe("CreateTrainingViews", () => {
    it("collects pixels, mask bits and trees, and skips views without training data", () => {
        const seed = 91;
        const random = CreateRandom(seed);
        const [width, height] = [31, 23];
        const views = [0, 1, 2, 3].map(() => BumpyView(random, width, height));
        const masks = [7, 0, 50, 9].map((count) => RandomMasks(random, count, width, height));
        const blind = { ...views[3], depth: null };
        const data = CreateTrainingViews(
            { views: [...views.slice(0, 3), blind] },
            { views: masks.map((m) => ({ masks: m })) },
        );
        expect(data.viewCount).toBe(2);
        expect(data.imageSize).toBe(31);
        let pixel = 0;
        let mask = 0;
        for (const [row, v] of [0, 2].entries()) {
            const { depth } = views[v];
            const seen = [...depth!.keys()].filter((p) => depth![p] > 0);
            const words = Math.ceil(masks[v].length / 32);
            expect([...data.table.subarray(row * VIEW_WORDS, (row + 1) * VIEW_WORDS)], `seed ${seed}`).toEqual([
                pixel,
                seen.length,
                mask,
                masks[v].length,
                words,
            ]);
            const bitmaps = masks[v].map(({ region }) => region.toBitmap());
            for (const p of seen) {
                expect(data.pixelCoordinates[pixel]).toBe((Math.floor(p / width) << 16) | (p % width));
                const world = [0, 0, 0];
                views[v].camera.unproject((p % width) + 0.5, Math.floor(p / width) + 0.5, depth![p], world);
                const unit = data.cube.toUnit(Float32Array.from(world));
                expect(data.positions.slice(3 * pixel, 3 * pixel + 3)).toEqual(unit);
                bitmaps.forEach((bitmap, m) => {
                    const bit = (data.cellMasks[data.cells[pixel] + (m >> 5)] >>> (m & 31)) & 1;
                    expect(bit, `seed ${seed}, view ${v}, pixel ${p}, mask ${m}`).toBe(bitmap[p]);
                });
                pixel++;
            }
            const tree = CreateMaskTree(CreateMaskArrangement(masks[v], width, height), depth);
            expect(data.parents.slice(mask, mask + masks[v].length)).toEqual(tree.parents);
            masks[v].forEach(({ predictedIou, stability }, m) => {
                expect(Math.abs(data.weights[mask + m] - 256 * predictedIou * stability)).toBeLessThanOrEqual(0.5);
            });
            mask += masks[v].length;
        }
        expect([data.cells.length, data.parents.length]).toEqual([pixel, mask]);
    });

    it("weights masks without confidence values equally, and masks of low confidence a little", () => {
        const random = CreateRandom(93);
        const view = BumpyView(random, 20, 20);
        const masks = RandomMasks(random, 3, 20, 20).map(({ region }, m) => ({
            region,
            predictedIou: [1, 1.03, 0][m],
            stability: 1,
        }));
        const { weights } = CreateTrainingViews({ views: [view] }, { views: [{ masks }] });
        expect([...weights]).toEqual([MAX_MASK_WEIGHT, MAX_MASK_WEIGHT, 1]);
    });

    it("samples views with many pixels evenly", () => {
        const random = CreateRandom(92);
        const view = BumpyView(random, 40, 40, 0);
        const masks = { views: [{ masks: RandomMasks(random, 3, 40, 40) }] };
        const data = CreateTrainingViews({ views: [view] }, masks, { maxPixelsPerView: 400 });
        expect(data.pixelCoordinates).toEqual(
            Uint32Array.from({ length: 400 }, (_, j) => (Math.floor((4 * j) / 40) << 16) | ((4 * j) % 40)),
        );
    });

    it("throws on missing masks and when aborted", () => {
        const random = CreateRandom(93);
        const view = BumpyView(random, 8, 8);
        expect(() => CreateTrainingViews({ views: [view] }, { views: [] })).toThrow(
            /masks of 0 views for a capture of 1/,
        );
        expect(() => CreateTrainingViews({ views: [view] }, { views: [{ masks: [] }] })).toThrow(
            /1 of 1 views have depth, 0 have masks/,
        );
        const masks = { views: [{ masks: RandomMasks(random, 2, 8, 8) }] };
        expect(() => CreateTrainingViews({ views: [view] }, masks, { signal: AbortSignal.abort() })).toThrow(
            /canceled/,
        );
    });
});

describe("CheckFeatureTrainingOptions", () => {
    it.each([
        [{ samples: 2000 }, /samples is 2000; it must be a multiple of 32/],
        [{ steps: 0 }, /steps is 0/],
        [{ temperature: Number.NaN }, /temperature is NaN/],
        [{ alpha: 0, ultrametric: false }, /alpha is 0/],
        [{ seed: -1 }, /seed is -1/],
        [{ negativesPerPositive: 1.5 }, /negativesPerPositive is 1.5/],
    ])("throws on %o", (wrong, message) => {
        expect(() => CheckFeatureTrainingOptions({ ...DEFAULT_FEATURE_TRAINING_OPTIONS, ...wrong })).toThrow(message);
    });
});
