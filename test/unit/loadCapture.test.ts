import { describe, expect, it } from "vitest";
import { LoadCaptureAsync } from "../../src/plugin/formats/captures/loadCapture";
import { ColmapFiles, SmallModel, TextModel } from "../support/colmapFiles";
import { MemoryFileSource, SmallCaptureFiles } from "../support/memoryFileSource";
import { NpyFile } from "../support/npyFile";
import { MatrixOf, OrbitPoses } from "../support/posedFiles";

describe("LoadCaptureAsync", () => {
    it("recognizes each layout, NeRF's before COLMAP's before LLFF's", async () => {
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
        await expect(LoadCaptureAsync(source)).rejects.toThrow(/poses_bounds.npy has an array of shape \(1, 3\)/);
    });

    it("rotates worlds to z up when the layout has no up direction, by default", async () => {
        const poses = OrbitPoses(6, 1, { up: [0.2, -0.9, -0.1], pitch: 0.3 });
        const model = SmallModel(poses);
        const colmap = ColmapFiles(TextModel(model), model);
        const images = [...colmap.files.keys()].filter((path) => path.startsWith("images/"));
        const withImages = (file: string, content: string | Uint8Array): MemoryFileSource => {
            const source = new MemoryFileSource();
            source.files.set(file, content);
            for (const path of images) {
                source.files.set(path, colmap.files.get(path)!);
            }
            return source;
        };
        const transforms = (more: object = {}): string => {
            const frames = poses.map((pose, i) => ({
                file_path: images[i],
                transform_matrix: [0, 1, 2, 3].map((row) => MatrixOf(pose).slice(4 * row, 4 * row + 4)),
            }));
            return JSON.stringify({ fl_x: 20, frames, ...more });
        };
        const rows = poses.flatMap(({ right, up, back, position }) => [
            ...[0, 1, 2].flatMap((r) => [-up[r], right[r], back[r], position[r], [12, 20, 21][r]]),
            ...[1, 9],
        ]);
        /** Returns the sine of the angle by which each camera looks down, which is constant in a level world. */
        const pitchesAsync = async (source: MemoryFileSource, level: boolean | null = null): Promise<number[]> => {
            const { views } = await LoadCaptureAsync(source, { level });
            return views.map(({ camera }) => camera.cameraToWorld[10]);
        };
        const isLevel = (pitches: number[]): boolean => pitches.every((p) => Math.abs(p - Math.sin(0.3)) < 0.01);
        const llff = withImages("poses_bounds.npy", NpyFile([6, 17], rows));
        for (const source of [colmap, llff, withImages("transforms.json", transforms())]) {
            expect(isLevel(await pitchesAsync(source))).toBe(true);
            expect(isLevel(await pitchesAsync(source, false))).toBe(false);
        }
        const oriented = withImages("transforms.json", transforms({ orientation_override: "none" }));
        expect(isLevel(await pitchesAsync(oriented))).toBe(false);
        expect(isLevel(await pitchesAsync(withImages("transforms_train.json", transforms())))).toBe(true);
        const blender = withImages("transforms_train.json", transforms({ fl_x: undefined, camera_angle_x: 0.9 }));
        expect(isLevel(await pitchesAsync(blender))).toBe(false);
        expect(isLevel(await pitchesAsync(blender, true))).toBe(true);
    });

    it("throws with the files that it looked for", async () => {
        const source = new MemoryFileSource();
        source.files.set("capture/transforms.json", "{}");
        await expect(LoadCaptureAsync(source)).rejects.toMatchObject({
            kind: "input",
            message: expect.stringMatching(
                /^memory is not a capture .*transforms_train.json or transforms.json .*cameras.bin or cameras.txt .*sparse\/0, .*poses_bounds.npy/,
            ),
        });
    });

    it("stops when aborted", async () => {
        const load = LoadCaptureAsync(SmallCaptureFiles(), { signal: AbortSignal.abort() });
        await expect(load).rejects.toMatchObject({ kind: "aborted" });
    });
});
