import { describe, expect, it } from "vitest";
import { LoadCaptureAsync } from "../../src/plugin/captures/loadCapture";
import { ColmapFiles, SmallModel, TextModel } from "../support/colmapFiles";
import { MemoryFileSource, SmallCaptureFiles } from "../support/memoryFileSource";
import { NpyFile } from "../support/npyFile";

describe("LoadCaptureAsync", () => {
    it("recognises each layout, NeRF's before COLMAP's before LLFF's", async () => {
        const model = SmallModel();
        const source = ColmapFiles(TextModel(model), model);
        source.files.set("poses_bounds.npy", NpyFile([1, 3], [1, 2, 3]));
        const colmap = await LoadCaptureAsync(source, { name: "mine" });
        expect([colmap.name, colmap.views.length, colmap.sparsePoints?.positions.length]).toEqual(["mine", 4, 9]);
        for (const [path, content] of SmallCaptureFiles().files) {
            source.files.set(path, content);
        }
        expect((await LoadCaptureAsync(source)).views[0].name).toBe("train/r_0");
        for (const path of [...source.files.keys()].filter((p) => /^(transforms|sparse)/.test(p))) {
            source.files.delete(path);
        }
        await expect(LoadCaptureAsync(source)).rejects.toThrow(/poses_bounds.npy holds an array of the shape \(1, 3\)/);
    });

    it("lists what was looked for", async () => {
        const source = new MemoryFileSource();
        source.files.set("capture/transforms.json", "{}");
        await expect(LoadCaptureAsync(source)).rejects.toMatchObject({
            kind: "input",
            message: expect.stringMatching(
                /^memory is no capture .*transforms_train.json or transforms.json .*cameras.bin or cameras.txt .*sparse\/0, .*poses_bounds.npy/,
            ),
        });
    });

    it("stops when aborted", async () => {
        const load = LoadCaptureAsync(SmallCaptureFiles(), { signal: AbortSignal.abort() });
        await expect(load).rejects.toMatchObject({ kind: "aborted" });
    });
});
