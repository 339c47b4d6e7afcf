import { beforeEach, describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import type { Capture } from "../../src/compute/views/capture";
import { LoadNerfCaptureAsync } from "../../src/plugin/formats/captures/nerfCapture";
import { LoadMaskFilesAsync, WriteMaskFile } from "../../src/plugin/formats/masks/maskFiles";
import { type MemoryFileSource, SmallCaptureFiles } from "../support/memoryFileSource";
import { RandomMasks } from "../support/randomMasks";

/** Returns a mask in the format of files: columns first..end-1 of 6 x 4 pixels. */
function Columns(first: number, end: number, more: Record<string, unknown> = {}): Record<string, unknown> {
    return { segmentation: { size: [4, 6], counts: [4 * first, 4 * (end - first), 4 * (6 - end)] }, ...more };
}

describe("LoadMaskFilesAsync", () => {
    let source: MemoryFileSource;
    let capture: Capture;
    const put = (content: unknown, file = "masks/r_0.json"): void => {
        source.files.set(file, JSON.stringify(content));
    };

    beforeEach(async () => {
        source = SmallCaptureFiles();
        capture = await LoadNerfCaptureAsync(source);
    });

    it.each([
        ["masks", { masks: [Columns(1, 3)] }],
        ["annotations", { image: "r_0.png", annotations: [Columns(1, 3)] }],
        ["a bare array", [Columns(1, 3)]],
    ])("reads %s, and returns no masks for a view without a file", async (_, content) => {
        put(content);
        const set = await LoadMaskFilesAsync(source, capture);
        expect(set.views.map(({ masks }) => masks.length)).toEqual([1, 0]);
        const [mask] = set.views[0].masks;
        expect(mask.region.bounds).toEqual([1, 0, 2, 4]);
        expect([mask.predictedIou, mask.stability]).toEqual([1, 1]);
    });

    it("reads compressed strings and scores", async () => {
        // Runs 4, 8, 12: as characters of the format "4", "8", "<".
        put(
            [{ segmentation: { size: [4, 6], counts: "48<" }, predicted_iou: 0.9, stability_score: 0.8 }],
            "sam/r_1.json",
        );
        const set = await LoadMaskFilesAsync(source, capture, { folder: "sam" });
        const [mask] = set.views[1].masks;
        expect([...mask.region.counts]).toEqual([4, 8, 12]);
        expect([mask.predictedIou, mask.stability]).toEqual([0.9, 0.8]);
    });

    it("skips masks below the thresholds, empty masks and near duplicates", async () => {
        put([
            Columns(1, 4, { predicted_iou: 0.9, stability_score: 0.9 }),
            Columns(1, 4, { predicted_iou: 0.9, stability_score: 0.95 }),
            Columns(1, 2, { predicted_iou: 0.5, stability_score: 0.9 }),
            Columns(2, 3, { predicted_iou: 0.9, stability_score: 0.5 }),
            Columns(2, 2),
            // Differs from the last one in column 0 only, where no pixel has depth.
            Columns(0, 6, { stability_score: 0.9 }),
            Columns(1, 6),
        ]);
        const load = async (options: Parameters<typeof LoadMaskFilesAsync>[2]): Promise<(readonly number[])[]> =>
            (await LoadMaskFilesAsync(source, capture, options)).views[0].masks.map(({ region }) =>
                region.bounds.slice(0, 3),
            );
        expect(await load({ removeDuplicates: false })).toEqual([
            [1, 0, 3],
            [1, 0, 3],
            [1, 0, 1],
            [2, 0, 1],
            [0, 0, 6],
            [1, 0, 5],
        ]);
        expect(await load({ minPredictedIou: 0.6, minStability: 0.6 })).toEqual([
            [1, 0, 3],
            [1, 0, 5],
        ]);
    });

    it("tells missing files from masks that were all skipped", async () => {
        await expect(LoadMaskFilesAsync(source, capture)).rejects.toThrow(
            /folder "masks" has no mask file for any of the 2 training views/,
        );
        put([Columns(1, 2, { predicted_iou: 0.5 })]);
        await expect(LoadMaskFilesAsync(source, capture, { minPredictedIou: 0.6 })).rejects.toThrow(
            /none of the 1 masks in the 1 files is left \(minPredictedIou 0.6/,
        );
    });

    it.each([
        [
            "of another size",
            [Columns(0, 1), { segmentation: { size: [6, 4], counts: [24] } }],
            /masks\/r_0.json: mask 1 has 4 x 6 pixels, but the image of its view train\/r_0 has 6 x 4, which is turned/,
        ],
        [
            "that does not fill the image",
            [Columns(0, 1), { segmentation: { size: [4, 6], counts: [4, 8, 11] } }],
            /masks\/r_0.json: mask 1: The 3 runs of a run-length mask hold 23 pixels/,
        ],
        [
            "of text that is no mask",
            [{ segmentation: { size: [4, 6], counts: "4 8" } }],
            /r_0.json: mask 0: Character 1/,
        ],
        [
            "with a run that is no number",
            [{ segmentation: { size: [4, 6], counts: ["4", 20] } }],
            /mask 0: Run 0 .* is "4";/,
        ],
        ["without counts", [{ segmentation: { size: [4, 6] } }], /r_0.json: \[0\].segmentation.counts is missing/],
        [
            "with half a corner",
            { annotations: [{ segmentation: [[1, 2, 3]] }] },
            /annotations\[0\].segmentation has a polygon 0 of 3 numbers/,
        ],
        ["whose score is text", [Columns(0, 1, { predicted_iou: "high" })], /\[0\].predicted_iou is "high"/],
        [
            "with a corner that is no number",
            [Columns(0, 1), { segmentation: [[1, 2, "3", 4, 5, 6]] }],
            /masks\/r_0.json: mask 1: Coordinate 2 of a polygon is "3"; it must be a number/,
        ],
        [
            "of a size that no memory holds",
            [{ segmentation: { size: [4e9, 6e9], counts: [24e18] } }],
            /mask 0: A mask's size is 6000000000 x 4000000000, more than/,
        ],
        ["in a file of another kind", { forms: [] }, /has neither "masks", "annotations" nor "shapes"/],
    ])("throws on a mask %s", async (_, content, message) => {
        put(content);
        await expect(LoadMaskFilesAsync(source, capture)).rejects.toMatchObject({
            kind: "input",
            message: expect.stringMatching(message),
        });
    });

    it("throws on a malformed file with the position", async () => {
        source.files.set("masks/r_1.json", '{"masks": [\n{"segmentation": }]}');
        await expect(LoadMaskFilesAsync(source, capture)).rejects.toThrow(/masks\/r_1.json is not valid JSON: .+/);
    });

    it("throws on views that would share a mask file", async () => {
        const twins = { ...capture, views: [capture.views[0], { ...capture.views[1], name: "other/r_0" }] };
        put([Columns(1, 2)]);
        await expect(LoadMaskFilesAsync(source, twins)).rejects.toThrow(/train\/r_0 and other\/r_0 would share/);
    });

    it("stops when aborted", async () => {
        put([Columns(1, 2)]);
        await expect(LoadMaskFilesAsync(source, capture, { signal: AbortSignal.abort() })).rejects.toMatchObject({
            kind: "aborted",
        });
    });

    it("reads what WriteMaskFile writes", async () => {
        for (const seed of [1, 2, 3]) {
            const masks = RandomMasks(CreateRandom(seed), 6, 6, 4).filter(({ region }) => region.area > 0);
            const text = WriteMaskFile(capture.views[0], { masks });
            source.files.set("masks/r_0.json", text);
            const set = await LoadMaskFilesAsync(source, capture, { removeDuplicates: false });
            expect(set.views[0].masks, `seed ${seed}`).toEqual(masks);
        }
        source.files.set("masks/r_1.json", WriteMaskFile(capture.views[1], { masks: [] }));
        expect((await LoadMaskFilesAsync(source, capture)).views[1].masks).toEqual([]);
    });
});
