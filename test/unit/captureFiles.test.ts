import { gunzipSync, gzipSync } from "node:zlib";
import { encode } from "fast-png";
import { describe, expect, it } from "vitest";
import { MapConcurrentlyAsync } from "../../src/compute/base/mapConcurrently";
import type { Progress } from "../../src/compute/base/progress";
import { UltrametricError } from "../../src/compute/base/ultrametricError";
import { DecodeHalf } from "../../src/plugin/formats/base/halfFloat";
import { LoadGroundTruthAsync } from "../../src/plugin/formats/captures/groundTruth";
import { LoadNerfCaptureAsync } from "../../src/plugin/formats/captures/nerfCapture";
import type { FileSource } from "../../src/plugin/sources/fileSource";
import { HalfBits } from "../support/halfBits";
import { DepthFile, type MemoryFileSource, POSE, SmallCaptureFiles } from "../support/memoryFileSource";

/** Returns the pose with one element changed. */
function PoseWith(row: number, column: number, value: number | null): (number | null)[][] {
    return POSE.map((r, i) => r.map((v, j) => (i === row && j === column ? value : v)));
}

/** Expects loading to fail with a matching input error. */
async function ExpectErrorAsync(source: MemoryFileSource, message: RegExp): Promise<void> {
    const error = await LoadNerfCaptureAsync(source).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UltrametricError);
    expect((error as UltrametricError).kind).toBe("input");
    expect((error as UltrametricError).message).toMatch(message);
}

describe("LoadNerfCaptureAsync", () => {
    it("reads images, cameras and depth of both splits", async () => {
        const progress: Progress[] = [];
        const capture = await LoadNerfCaptureAsync(SmallCaptureFiles(), { onProgress: (p) => progress.push(p) });
        expect(capture.name).toBe("memory");
        expect(capture.views.map(({ name }) => name)).toEqual(["train/r_0", "train/r_1"]);
        expect(capture.heldOutViews.map(({ name }) => name)).toEqual(["val/r_0"]);
        const { camera, image, depth } = capture.views[0];
        expect([camera.width, camera.height, camera.centerX, camera.centerY]).toEqual([6, 4, 3, 2]);
        // 90 degrees across 6 pixels.
        expect(camera.focalX).toBeCloseTo(3, 12);
        expect(camera.focalY).toBeCloseTo(3, 12);
        expect(camera.position).toEqual([0, 0, 4]);
        expect([...image.subarray(0, 8)]).toEqual([0, 7, 14, 21, 28, 35, 42, 49]);
        expect([...(depth ?? []).slice(0, 7)]).toEqual([0, 2, 2, 2, 2, 2, 0]);
        expect(progress.map(({ fraction }) => fraction)).toEqual([1 / 3, 2 / 3, 1]);
    });

    it("has no depth and no held-out views when the files have none", async () => {
        const source = SmallCaptureFiles();
        for (const path of [...source.files.keys()].filter((p) => p.startsWith("depth/") || p.includes("val"))) {
            source.files.delete(path);
        }
        const capture = await LoadNerfCaptureAsync(source);
        expect(capture.views.map(({ depth }) => depth)).toEqual([null, null]);
        expect(capture.heldOutViews).toEqual([]);
    });

    it("reads the test split when there is no val split, and skips depth on request", async () => {
        const source = SmallCaptureFiles();
        source.files.set("transforms_test.json", source.files.get("transforms_val.json") ?? "");
        source.files.delete("transforms_val.json");
        const capture = await LoadNerfCaptureAsync(source, { readDepth: false });
        expect(capture.heldOutViews.length).toBe(1);
        expect(source.reads.some((path) => path.startsWith("depth"))).toBe(false);
    });

    it("reads nerfstudio's camera fields, and prefers those of a frame to those of the file", async () => {
        const source = SmallCaptureFiles(({ train, frames }) => {
            Object.assign(train, {
                fl_x: 10,
                fl_y: 11,
                cx: 2.5,
                cy: 1.5,
                w: 6,
                h: 4,
                camera_model: "OPENCV",
                k1: 0,
                p2: 0,
            });
            frames[1].fl_x = 12;
            frames[1].file_path = "train/r_1.png";
        });
        const [first, second] = (await LoadNerfCaptureAsync(source)).views;
        expect([first.camera.focalX, first.camera.focalY, first.camera.centerX, first.camera.centerY]).toEqual([
            10, 11, 2.5, 1.5,
        ]);
        expect(second.camera.focalX).toBe(12);
        expect(second.name).toBe("train/r_1");
    });

    it("keeps a view without depth values, but throws when no view has any", async () => {
        const source = SmallCaptureFiles();
        source.files.set("depth/train_001.f16.gz", DepthFile(new Float32Array(24)));
        expect((await LoadNerfCaptureAsync(source)).views[1].depth?.every((d) => d === 0)).toBe(true);
        source.files.set("depth/train_000.f16.gz", DepthFile(new Float32Array(24)));
        await ExpectErrorAsync(source, /no pixel of the 2 training views has depth/);
    });

    it.each([
        ["NaN or null", PoseWith(0, 1, null), /transforms_train.json: frames\[1\].transform_matrix\[0\]\[1\] is null/],
        ["singular", PoseWith(2, 2, 0), /frames\[1\].transform_matrix is not a camera pose: its rotation is singular/],
        [
            "scaled",
            POSE.map((row) => row.map((v, c) => (c < 3 ? 2 * v : v))),
            /lengths 2.0000, 2.0000, 2.0000 instead of 1/,
        ],
        [
            "sheared",
            [
                [1, 0.6, 0, 0],
                [0, 0.8, 0, 0],
                [0, 0, 1, 4],
                [0, 0, 0, 1],
            ],
            /columns 0 and 1 are not at right angles/,
        ],
        ["mirrored", PoseWith(0, 0, -1), /it mirrors/],
        ["projective", PoseWith(3, 0, 1), /last row is \[1, 0, 0, 1\]/],
        ["of 2 rows", POSE.slice(0, 2), /has 2 rows/],
        ["of 3 columns", POSE.map((row) => row.slice(1)), /transform_matrix\[0\] has 3 elements; it must have 4/],
    ])("throws on a pose that is %s", async (_, pose, message) => {
        await ExpectErrorAsync(
            SmallCaptureFiles(({ frames }) => {
                frames[1].transform_matrix = pose;
            }),
            message,
        );
    });

    it("throws on NaN in the JSON, as Python writes it", async () => {
        const source = SmallCaptureFiles();
        const text = JSON.stringify(
            { camera_angle_x: 1, frames: [{ file_path: "a", transform_matrix: POSE }] },
            null,
            1,
        );
        source.files.set("transforms_train.json", text.replace('"camera_angle_x": 1', '"camera_angle_x": NaN'));
        await ExpectErrorAsync(source, /memory\/transforms_train.json is not valid JSON: .+/);
    });

    it("throws on malformed JSON with its line and column", async () => {
        const source = SmallCaptureFiles();
        source.files.set("transforms_val.json", '{\n "frames": [1, 2\n');
        await ExpectErrorAsync(source, /transforms_val.json is not valid JSON: .+/);
    });

    it.each([
        ["no focal length", {}, /has neither camera_angle_x nor fl_x/],
        ["a focal length of 0", { fl_x: 0 }, /fl_x is 0; it must be a number of pixels from 0.001/],
        ["an angle in degrees", { camera_angle_x: 40 }, /camera_angle_x is 40; .*radians/],
        [
            "another size than the image",
            { fl_x: 3, w: 12 },
            /frames\[0\]: the camera belongs to an image of 12 x 4 pixels, but memory\/train\/r_0.png has 6 x 4, another aspect ratio/,
        ],
    ])("throws on a camera with %s", async (_, fields, message) => {
        await ExpectErrorAsync(
            SmallCaptureFiles((capture) => {
                capture.train = fields;
            }),
            message,
        );
    });

    it("throws on a capture without frames or without transforms", async () => {
        const empty = SmallCaptureFiles((capture) => {
            capture.frames = [];
        });
        await ExpectErrorAsync(empty, /transforms_train.json: the file has no frames/);
        empty.files.delete("transforms_train.json");
        await ExpectErrorAsync(empty, /transforms_train.json does not exist/);
    });

    it("throws on a missing image and names it", async () => {
        const source = SmallCaptureFiles();
        source.files.delete("train/r_1.png");
        await ExpectErrorAsync(source, /train\/r_1.png does not exist/);
    });

    it("throws on a broken image and names it", async () => {
        const source = SmallCaptureFiles();
        const png = source.files.get("train/r_1.png") as Uint8Array;
        source.files.set("train/r_1.png", png.slice(0, png.length - 30));
        await ExpectErrorAsync(source, /train\/r_1.png is a corrupt PNG file/);
        const damaged = png.slice();
        damaged[50] ^= 255;
        source.files.set("train/r_1.png", damaged);
        await ExpectErrorAsync(source, /train\/r_1.png is a corrupt PNG file/);
        source.files.set("train/r_1.png", "<html>");
        await ExpectErrorAsync(source, /train\/r_1.png is not a PNG file \(6 bytes/);
    });

    it("throws on images that need another decoder", async () => {
        const source = SmallCaptureFiles(({ frames }) => {
            frames[1].file_path = "train/r_1.jpg";
        });
        source.files.set("train/r_1.jpg", "JPEG");
        await expect(LoadNerfCaptureAsync(source)).rejects.toMatchObject({ kind: "unsupported" });
        const image = { width: 6, height: 4, data: new Uint8Array(96).fill(9) };
        const capture = await LoadNerfCaptureAsync(source, { decodeImageAsync: async () => image });
        expect(capture.views[1].image).toBe(image.data);
    });

    it("throws when only some views of a split have depth", async () => {
        const source = SmallCaptureFiles();
        source.files.delete("depth/train_001.f16.gz");
        await ExpectErrorAsync(source, /1 of 2 train views have no depth image, first depth\/train_001.f16.gz/);
    });

    it("throws on truncated depth, within the gzip stream or before it", async () => {
        const source = SmallCaptureFiles();
        const file = source.files.get("depth/train_001.f16.gz") as Uint8Array;
        source.files.set("depth/train_001.f16.gz", file.slice(0, file.length - 9));
        await ExpectErrorAsync(source, /train_001.f16.gz \(view train\/r_1\) is truncated or corrupt/);
        source.files.set("depth/train_001.f16.gz", gzipSync(Buffer.alloc(40)));
        await ExpectErrorAsync(
            source,
            /train_001.f16.gz .* has 40 bytes of depth, but a view of 6 x 4 pixels needs 48/,
        );
    });

    it("reads depth that the server has decompressed", async () => {
        const source = SmallCaptureFiles();
        const packed = source.files.get("depth/train_001.f16.gz") as Uint8Array;
        source.files.set("depth/train_001.f16.gz", gunzipSync(packed));
        const { views } = await LoadNerfCaptureAsync(source);
        expect(views[1].depth).toEqual(views[0].depth);
    });

    it.each([Number.NaN, Number.POSITIVE_INFINITY, -1])(
        "throws on the depth %s with the number of pixels",
        async (value) => {
            const source = SmallCaptureFiles();
            const depth = new Float32Array(24).fill(2);
            depth[8] = value;
            depth[20] = value;
            source.files.set("depth/train_001.f16.gz", DepthFile(depth));
            await ExpectErrorAsync(
                source,
                /view train\/r_1\) has 2 depths that are NaN, infinite or negative, the first at column 2, row 1/,
            );
        },
    );

    it("stops when aborted", async () => {
        const controller = new AbortController();
        const load = LoadNerfCaptureAsync(SmallCaptureFiles(), {
            signal: controller.signal,
            concurrency: 1,
            onProgress: () => controller.abort(),
        });
        await expect(load).rejects.toMatchObject({ name: "UltrametricError", kind: "aborted" });
    });
});

describe("DecodeHalf", () => {
    it("decodes known half floats", () => {
        // Values from the format's definition: 1, -2, largest, smallest normal, smallest subnormal, largest subnormal,
        // infinity, -0.
        const halves = [0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x03ff, 0x7c00, 0x8000, 0xfc00];
        expect(halves.map(DecodeHalf)).toEqual([
            1,
            -2,
            65504,
            2 ** -14,
            2 ** -24,
            1023 * 2 ** -24,
            Number.POSITIVE_INFINITY,
            -0,
            Number.NEGATIVE_INFINITY,
        ]);
        expect(DecodeHalf(0x7e00)).toBeNaN();
    });

    it("decodes every normal number to what was encoded", () => {
        const halves = Uint16Array.from({ length: 0x7c00 - 0x0400 }, (_, i) => 0x0400 + i);
        expect(Uint16Array.from(halves, (half) => HalfBits(DecodeHalf(half)))).toEqual(halves);
    });
});

describe("LoadGroundTruthAsync", () => {
    const idFile = (value: number, width = 6): Uint8Array =>
        encode({ width, height: 4, data: new Uint16Array(width * 4).fill(value), channels: 1, depth: 16 });

    it("returns null when there is no ground truth", async () => {
        const source = SmallCaptureFiles();
        expect(await LoadGroundTruthAsync(source, await LoadNerfCaptureAsync(source))).toBeNull();
    });

    it("reads three levels of ids, also above 8 bits", async () => {
        const source = SmallCaptureFiles();
        const capture = await LoadNerfCaptureAsync(source);
        for (const level of [0, 1, 2]) {
            source.files.set(`gt/val_000_l${level}.png`, idFile(1000 + level));
            source.files.set(`gt/train_000_l${level}.png`, idFile(2000 + level));
            source.files.set(`gt/train_001_l${level}.png`, idFile(3000 + level));
        }
        const truth = await LoadGroundTruthAsync(source, capture);
        expect(truth?.levels.map(({ name, ids }) => [name, ids.length, ids[0].length, ids[0][5]])).toEqual([
            ["parts", 1, 24, 1002],
            ["groups", 1, 24, 1001],
            ["scene", 1, 24, 1000],
        ]);
        expect(truth?.levels[0].trainIds).toBeNull();
        const both = await LoadGroundTruthAsync(source, capture, { train: true });
        expect(both?.levels.map(({ trainIds }) => trainIds?.map((ids) => ids[0]))).toEqual([
            [2002, 3002],
            [2001, 3001],
            [2000, 3000],
        ]);
    });

    it("throws on a missing image and on one of another size", async () => {
        const source = SmallCaptureFiles();
        const capture = await LoadNerfCaptureAsync(source);
        source.files.set("gt/val_000_l2.png", idFile(1));
        await expect(LoadGroundTruthAsync(source, capture)).rejects.toThrow(/gt\/val_000_l1.png does not exist/);
        source.files.set("gt/val_000_l1.png", idFile(1, 5));
        source.files.set("gt/val_000_l0.png", idFile(1));
        await expect(LoadGroundTruthAsync(source, capture)).rejects.toThrow(
            /val_000_l1.png has 5 x 4 pixels, but its view val\/r_0 has 6 x 4/,
        );
    });

    it("throws where views were left out, whose ids would count for others", async () => {
        const source = SmallCaptureFiles();
        const capture = await LoadNerfCaptureAsync(source);
        for (const name of ["val_000", "val_001", "train_000", "train_001", "train_002"]) {
            for (const level of [0, 1, 2]) {
                source.files.set(`gt/${name}_l${level}.png`, idFile(1));
            }
        }
        await expect(LoadGroundTruthAsync(source, capture)).rejects.toThrow(/val_001_l2.png belongs to no view: .* 1 /);
        // An address cannot be asked for files that may not be there without errors in the page's console.
        const asked: string[] = [];
        const address: FileSource = {
            name: "https://example.com/scene",
            readBytesAsync: (path) => source.readBytesAsync(path),
            existsAsync: async (path) => {
                asked.push(path);
                return source.files.has(path);
            },
        };
        expect(await LoadGroundTruthAsync(address, capture)).not.toBeNull();
        expect(asked).toEqual(["gt/val_000_l2.png"]);
        await expect(LoadGroundTruthAsync(address, { ...capture, notes: ["1 of 4 images"] })).rejects.toThrow(
            /val_001/,
        );
        source.files.delete("gt/val_001_l2.png");
        expect(await LoadGroundTruthAsync(source, capture)).not.toBeNull();
        await expect(LoadGroundTruthAsync(source, capture, { train: true })).rejects.toThrow(
            /train_002_l2.png belongs/,
        );
    });
});

describe("MapConcurrentlyAsync", () => {
    it("keeps the order and the limit of concurrent calls", async () => {
        let running = 0;
        let most = 0;
        const results = await MapConcurrentlyAsync([5, 1, 4, 2, 3], 2, async (delay, i) => {
            most = Math.max(most, ++running);
            await new Promise((resolve) => setTimeout(resolve, delay));
            running--;
            return 10 * i + delay;
        });
        expect(results).toEqual([5, 11, 24, 32, 43]);
        expect(most).toBe(2);
    });

    it("starts no call after a failure", async () => {
        const begun: number[] = [];
        const work = MapConcurrentlyAsync([0, 1, 2, 3, 4], 2, async (item) => {
            begun.push(item);
            await Promise.resolve();
            if (item === 0) {
                throw new Error("item 0");
            }
            await new Promise((resolve) => setTimeout(resolve, 5));
        });
        await expect(work).rejects.toThrow("item 0");
        expect(begun).toEqual([0, 1]);
        expect(await MapConcurrentlyAsync([], 4, async () => 1)).toEqual([]);
    });
});
