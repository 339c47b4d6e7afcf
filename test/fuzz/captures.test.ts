import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Capture } from "../../src/compute/views/capture";
import { ReadNpy } from "../../src/plugin/formats/base/npyArray";
import { LoadCaptureAsync } from "../../src/plugin/formats/captures/loadCapture";
import { LoadMaskFilesAsync } from "../../src/plugin/formats/masks/maskFiles";
import { BinaryModel, ColmapFiles, SmallModel, TextModel } from "../support/colmapFiles";
import { MemoryFileSource as Files, type MemoryFileSource, POSE, SmallCaptureFiles } from "../support/memoryFileSource";
import { NpyFile } from "../support/npyFile";
import { PlainImage, TestPoses } from "../support/posedFiles";
import { DescribeBytes, DescribeJson, FuzzAsync } from "./fuzz";

/** Reads a file that was found to fail. */
function corpus(name: string): Uint8Array {
    return new Uint8Array(readFileSync(join(import.meta.dirname, "corpus", name)));
}

/** Checks the promises of a capture that was read. */
function check({ views, heldOutViews, sparsePoints }: Capture): void {
    for (const { camera, image, depth } of [...views, ...heldOutViews]) {
        const pixels = camera.width * camera.height;
        expect(pixels).toBeGreaterThan(0);
        expect(image.length).toBe(4 * pixels);
        const numbers = [camera.focalX, camera.focalY, camera.centerX, camera.centerY, ...camera.cameraToWorld];
        expect(numbers.filter((value) => !Number.isFinite(value))).toEqual([]);
        expect(Math.min(camera.focalX, camera.focalY)).toBeGreaterThan(0);
        expect(depth?.every((value) => value >= 0 && Number.isFinite(value)) ?? true).toBe(true);
    }
    expect(sparsePoints?.positions.every(Number.isFinite) ?? true).toBe(true);
}

/** Returns a source of the same files, one of them changed. */
function withFile(source: MemoryFileSource, name: string, content: Uint8Array | string): MemoryFileSource {
    const changed = new Files();
    for (const [path, bytes] of source.files) {
        changed.files.set(path, path === name ? content : bytes);
    }
    return changed;
}

describe("captures", () => {
    it("of transforms are read or refused with a reason, whatever is changed", async () => {
        const source = SmallCaptureFiles(({ train }) => {
            Object.assign(train, { w: 6, h: 4, fl_x: 5, fl_y: 5, cx: 3, cy: 2, applied_transform: POSE });
        });
        check(await LoadCaptureAsync(source));
        const name = "transforms_train.json";
        const root: unknown = JSON.parse(String(source.files.get(name)));
        await FuzzAsync<unknown>({
            createAsync: (mutations) => mutations.json(root),
            readAsync: async (changed) =>
                check(await LoadCaptureAsync(withFile(source, name, JSON.stringify(changed) ?? ""))),
            describe: DescribeJson,
        });
    });

    it.each([
        ["text", TextModel(SmallModel())],
        ["binary", BinaryModel(SmallModel())],
    ])("of COLMAP are read or refused with a reason, whatever is changed: %s", async (_, files) => {
        const model = SmallModel();
        const source = ColmapFiles(files, model);
        check(await LoadCaptureAsync(source));
        const names = Object.keys(files);
        await FuzzAsync<readonly [string, Uint8Array]>({
            createAsync: (mutations) => {
                const name = mutations.pick(names);
                const content = files[name];
                const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
                return [name, mutations.bytes(bytes)];
            },
            readAsync: async ([name, bytes]) =>
                check(await LoadCaptureAsync(withFile(source, `sparse/0/${name}`, bytes))),
            describe: ([name, bytes]) => `${name}, ${DescribeBytes(bytes)}`,
        });
    });

    it("of COLMAP are refused with points beyond the range of floats", async () => {
        const model = SmallModel();
        const source = withFile(
            ColmapFiles(TextModel(model), model),
            "sparse/0/points3D.txt",
            corpus("13-points3D.txt"),
        );
        await expect(LoadCaptureAsync(source)).rejects.toMatchObject({
            kind: "input",
            message: expect.stringMatching(/points3D.txt, line 2: "1e300" is not a number in the range/),
        });
    });

    it("of LLFF are read or refused with a reason, whatever is changed in the poses", async () => {
        const rows = TestPoses(3, 5).map(({ right, up, back, position }) => [
            ...[0, 1, 2].flatMap((r) => [-up[r], right[r], back[r], position[r], [12, 16, 14][r]]),
            1.5,
            9,
        ]);
        const poses = NpyFile([3, 17], rows.flat());
        const source = new Files();
        source.files.set("poses_bounds.npy", poses);
        for (let i = 0; i < 3; i++) {
            source.files.set(`images/${i}.png`, PlainImage(16, 12, 10 * i));
        }
        check(await LoadCaptureAsync(source));
        await FuzzAsync<Uint8Array>({
            createAsync: (mutations) => mutations.bytes(poses),
            readAsync: async (bytes) => check(await LoadCaptureAsync(withFile(source, "poses_bounds.npy", bytes))),
            describe: DescribeBytes,
        });
    });
});

describe("arrays of NumPy", () => {
    it("are read or refused with a reason, whatever is changed", async () => {
        const bytes = NpyFile([2, 3], [1, 2, 3, 4, 5, 6]);
        await FuzzAsync<Uint8Array>({
            createAsync: (mutations) => mutations.bytes(bytes),
            readAsync: (changed) => ReadNpy(changed, "a.npy"),
            describe: DescribeBytes,
        });
        const name = "13-descr-constructor.npy";
        expect(() => ReadNpy(corpus(name), name)).toThrow(/constructor.npy is not a readable .npy file of numbers: /);
    });
});

describe("files of masks", () => {
    const square = [1, 0, 4, 0, 4, 3, 1, 3];
    const files = {
        "runs and polygons": [
            { segmentation: { size: [4, 6], counts: [4, 8, 12] }, predicted_iou: 0.9, stability_score: 0.8 },
            { segmentation: { size: [4, 6], counts: "48<" }, area: 8, bbox: [1, 0, 2, 4] },
            { segmentation: [square], bbox: [1, 0, 3, 3] },
        ],
        labelme: {
            imagePath: "r_0.png",
            imageWidth: 6,
            imageHeight: 4,
            shapes: [
                {
                    label: "a",
                    shape_type: "polygon",
                    points: [
                        [1, 0],
                        [4, 0],
                        [4, 3],
                    ],
                },
                {
                    label: "b",
                    shape_type: "rectangle",
                    points: [
                        [0, 0],
                        [3, 2],
                    ],
                },
                {
                    label: "c",
                    shape_type: "circle",
                    points: [
                        [3, 2],
                        [4, 3],
                    ],
                },
            ],
        },
    };

    it("are refused with lists so deep, or objects so odd, that they cannot be written", async () => {
        const capture = await LoadCaptureAsync(SmallCaptureFiles());
        const deep = "deep";
        const shape = { points: square.slice(0, 6).map((x) => [x, x]), group_id: deep, label: "a" };
        for (const content of [
            corpus("15-deep-run-mask.json"),
            [{ segmentation: { size: [4, 6], counts: [{ toString: 1 }] } }],
            [{ segmentation: [[0, 1, 2, { toString: 1 }, 3, 3]] }],
            { shapes: [shape] },
            { images: [{ id: 1, file_name: "r_0.png" }, {}], annotations: [{ image_id: deep }] },
        ]) {
            const source = new Files();
            const text =
                content instanceof Uint8Array
                    ? content
                    : JSON.stringify(content).replace(`"${deep}"`, "[".repeat(20_000) + "]".repeat(20_000));
            source.files.set("masks/r_0.json", text);
            await expect(LoadMaskFilesAsync(source, capture)).rejects.toMatchObject({
                kind: "input",
                message: expect.stringMatching(/^memory\/masks\/r_0.json: .{0,300}$/),
            });
        }
    });

    it.each(Object.entries(files))("are read or refused with a reason, whatever is changed: %s", async (_, root) => {
        const source = SmallCaptureFiles();
        const capture = await LoadCaptureAsync(source);
        const readAsync = async (changed: unknown): Promise<void> => {
            source.files.set("masks/r_0.json", JSON.stringify(changed) ?? "");
            const { views } = await LoadMaskFilesAsync(source, capture);
            for (const { region, predictedIou, stability } of views.flatMap(({ masks }) => masks)) {
                expect([region.width, region.height]).toEqual([6, 4]);
                expect(Number.isFinite(predictedIou) && Number.isFinite(stability)).toBe(true);
            }
        };
        await readAsync(root);
        await FuzzAsync<unknown>({
            createAsync: (mutations) => mutations.json(root),
            readAsync,
            describe: DescribeJson,
        });
    });
});
