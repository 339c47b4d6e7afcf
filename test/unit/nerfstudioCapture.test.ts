import { encode } from "fast-png";
import { describe, expect, it } from "vitest";
import { UltrametricError } from "../../src/compute/base/ultrametricError";
import type { CaptureFileOptions } from "../../src/plugin/formats/captures/captureFileOptions";
import { LoadNerfCaptureAsync } from "../../src/plugin/formats/captures/nerfCapture";
import { DepthFile, MemoryFileSource, POSE } from "../support/memoryFileSource";
import { NpyFile } from "../support/npyFile";

const WIDTH = 48;
const HEIGHT = 36;

/** Encodes an image whose red grows with the column and green with the row, by 5 per pixel. */
function ImageFile(width = WIDTH, height = HEIGHT): Uint8Array {
    const data = new Uint8Array(4 * width * height);
    for (let p = 0; p < width * height; p++) {
        data.set([5 * (p % width), 5 * Math.floor(p / width), 0, 255], 4 * p);
    }
    return encode({ width, height, data, channels: 4, depth: 8 });
}

const CAMERA = { camera_model: "OPENCV", fl_x: 40, fl_y: 41, cx: 24.5, cy: 18.25, w: WIDTH, h: HEIGHT };

/** Creates a nerfstudio capture of `count` frames. */
function Files(
    camera: Record<string, unknown>,
    count = 3,
    frameFields: Record<string, unknown> = {},
): MemoryFileSource {
    const source = new MemoryFileSource();
    const frames = Array.from({ length: count }, (_, i) => ({
        file_path: `images/frame_${i}.png`,
        transform_matrix: POSE,
        ...frameFields,
    }));
    source.files.set("transforms.json", JSON.stringify({ ...camera, frames }));
    for (let i = 0; i < count; i++) {
        source.files.set(`images/frame_${i}.png`, ImageFile());
    }
    return source;
}

async function ExpectErrorAsync(
    source: MemoryFileSource,
    message: RegExp,
    options: Partial<CaptureFileOptions> = {},
): Promise<void> {
    const error = await LoadNerfCaptureAsync(source, options).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UltrametricError);
    expect((error as UltrametricError).message).toMatch(message);
    expect((error as UltrametricError).kind).toBe("input");
}

/** Encodes a gray 16-bit PNG with 1000 at the left and 100 more in each column; 0 in the first row. */
function DepthPng(width: number, height: number): Uint8Array {
    const data = Uint16Array.from({ length: width * height }, (_, p) => (p < width ? 0 : 1000 + 100 * (p % width)));
    return encode({ width, height, data, channels: 1, depth: 16 });
}

/** Creates a capture whose frames have depth images of a quarter of the images' size. */
function DepthFiles(camera: Record<string, unknown>, name: string, content: Uint8Array): MemoryFileSource {
    const source = Files(camera, 2, { depth_file_path: `./depths/${name}` });
    source.files.set(`depths/${name}`, content);
    return source;
}

describe("LoadNerfCaptureAsync with depth_file_path", () => {
    const [columns, rows] = [WIDTH / 4, HEIGHT / 4];

    it("reads depth of any size in millimeters, from PNG and NumPy files", async () => {
        const values = Array.from({ length: columns * rows }, (_, p) =>
            p < columns ? Number.NaN : 1000 + 100 * (p % columns),
        );
        const npy = NpyFile([rows, columns, 1], values, { descr: "<f4" });
        for (const source of [DepthFiles(CAMERA, "a.png", DepthPng(columns, rows)), DepthFiles(CAMERA, "a.npy", npy)]) {
            const { views } = await LoadNerfCaptureAsync(source);
            const depth = views[1].depth!;
            expect(depth.length).toBe(WIDTH * HEIGHT);
            expect(depth[0]).toBe(0); // no measurement
            expect(depth[3 * WIDTH + 20]).toBe(0);
            expect(depth[4 * WIDTH + 3]).toBeCloseTo(1, 6);
            expect(depth[4 * WIDTH + 4]).toBeCloseTo(1.1, 6);
            expect(depth[35 * WIDTH + 47]).toBeCloseTo(2.1, 6);
            const inMeters = await LoadNerfCaptureAsync(source, { depthUnit: 1, maxImageSize: WIDTH / 2 });
            expect(inMeters.views[0].camera.width).toBe(WIDTH / 2);
            expect(inMeters.views[0].depth![2 * (WIDTH / 2) + 2]).toBeCloseTo(1100, 2);
            expect((await LoadNerfCaptureAsync(source, { readDepth: false })).views[0].depth).toBeNull();
        }
    });

    it("undistorts depth like the image", async () => {
        const { views } = await LoadNerfCaptureAsync(
            DepthFiles({ ...CAMERA, k1: 0.3 }, "a.png", DepthPng(WIDTH, HEIGHT)),
        );
        const { camera, depth, image } = views[0];
        expect(camera.focalX).not.toBe(40);
        // Red encodes the column of the file, by 5 per column, and depth by 0.1.
        for (const pixel of [20 * WIDTH + 2, 8 * WIDTH + 30, 30 * WIDTH + 46]) {
            expect(Math.abs(depth![pixel] - 1 - (0.1 * image[4 * pixel]) / 5)).toBeLessThan(0.12);
        }
    });

    it("throws on invalid depth with a reason", async () => {
        const png = DepthPng(columns, rows);
        const some = DepthFiles(CAMERA, "a.png", png);
        const text = JSON.parse(some.files.get("transforms.json") as string);
        delete text.frames[1].depth_file_path;
        some.files.set("transforms.json", JSON.stringify(text));
        await ExpectErrorAsync(some, /frames\[1\].* has no depth_file_path, but other frames have/);
        const missing = DepthFiles(CAMERA, "a.png", png);
        missing.files.delete("depths/a.png");
        await ExpectErrorAsync(missing, /depths\/a.png does not exist/);
        await ExpectErrorAsync(DepthFiles(CAMERA, "a.png", ImageFile()), /depths\/a.png has colors/);
        await ExpectErrorAsync(
            DepthFiles(CAMERA, "a.npy", NpyFile([4], [1, 2, 3, 4])),
            /shape \(4\); .* \(height, width\)/,
        );
        await ExpectErrorAsync(DepthFiles(CAMERA, "a.npy", NpyFile([1, 2], [1, -2])), /a.npy has negative depth/);
        await ExpectErrorAsync(DepthFiles(CAMERA, "a.png", png), /depthUnit is 0/, { depthUnit: 0 });
    });
});

describe("LoadNerfCaptureAsync with transforms.json", () => {
    it("reads the camera of the file", async () => {
        const { views, heldOutViews } = await LoadNerfCaptureAsync(Files(CAMERA));
        expect(views.map(({ name }) => name)).toEqual(["images/frame_0", "images/frame_1", "images/frame_2"]);
        expect(heldOutViews).toEqual([]);
        const { camera } = views[0];
        expect([camera.focalX, camera.focalY, camera.centerX, camera.centerY]).toEqual([40, 41, 24.5, 18.25]);
        expect([camera.width, camera.height]).toEqual([WIDTH, HEIGHT]);
    });

    it("reads the camera of each frame", async () => {
        const source = Files({}, 2);
        const frames = [0, 1].map((i) => ({
            ...CAMERA,
            file_path: `./images/frame_${i}.png`,
            transform_matrix: POSE.slice(0, 3),
            fl_x: 40 + i,
            k1: -0.1 * i,
        }));
        source.files.set("transforms.json", JSON.stringify({ frames }));
        const [first, second] = (await LoadNerfCaptureAsync(source)).views;
        expect(first.camera.focalX).toBe(40);
        expect(second.camera.focalX).not.toBe(41);
        expect(second.camera.focalX / second.camera.focalY).toBeCloseTo(1, 12);
    });

    it.each([
        ["barrel", { k1: -0.15, k2: 0.02, p1: 0.001, p2: -0.002 }],
        ["pincushion", { k1: 0.1, k3: 0.01 }],
    ])("undistorts images: %s", async (_, fields) => {
        const { camera, image } = (await LoadNerfCaptureAsync(Files({ ...CAMERA, ...fields }))).views[1];
        const { k1, k2 = 0, k3 = 0, p1 = 0, p2 = 0 }: Record<string, number> = fields;
        for (let r = 0; r < HEIGHT; r++) {
            for (let c = 0; c < WIDTH; c++) {
                const x = (c + 0.5 - camera.centerX) / camera.focalX;
                const y = (r + 0.5 - camera.centerY) / camera.focalY;
                const r2 = x * x + y * y;
                const radial = 1 + k1 * r2 + k2 * r2 ** 2 + k3 * r2 ** 3;
                const u = CAMERA.fl_x * (x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x)) + CAMERA.cx;
                const v = CAMERA.fl_y * (y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y) + CAMERA.cy;
                const p = 4 * (r * WIDTH + c);
                // Colors are linear, so bilinear sampling is exact up to rounding and the half pixel at the border.
                expect(Math.abs(image[p] - 5 * Math.min(Math.max(u - 0.5, 0), WIDTH - 1))).toBeLessThanOrEqual(0.51);
                expect(Math.abs(image[p + 1] - 5 * Math.min(Math.max(v - 0.5, 0), HEIGHT - 1))).toBeLessThanOrEqual(
                    0.51,
                );
            }
        }
    });

    it("reads fisheyes of nerfstudio and instant-ngp, and rational distortion", async () => {
        const readAsync = async (fields: Record<string, unknown>) =>
            (await LoadNerfCaptureAsync(Files({ ...CAMERA, ...fields }))).views[0];
        const { camera, picture } = await readAsync({ camera_model: "OPENCV_FISHEYE", k1: 0.01, k4: 0.001 });
        expect(picture!.lens.distortion).toMatchObject({ projection: "fisheye", k1: 0.01, k4: 0.001 });
        expect(camera.focalX).not.toBe(40);
        expect((await readAsync({ is_fisheye: true, k1: 0.01 })).picture!.lens.distortion!.projection).toBe("fisheye");
        const rational = await readAsync({ k1: 0.1, k4: 0.02, k5: 0.003, k6: 0.0004 });
        expect(rational.picture!.lens.distortion).toMatchObject({ k1: 0.1, k4: 0, d1: 0.02, d2: 0.003, d3: 0.0004 });
    });

    it("scales the camera to smaller images, and shrinks large ones", async () => {
        const source = Files({ ...CAMERA, w: 2 * WIDTH, h: 2 * HEIGHT, fl_x: 80, cx: 50 });
        const fitted = (await LoadNerfCaptureAsync(source)).views[0].camera;
        expect([fitted.width, fitted.focalX, fitted.centerX]).toEqual([WIDTH, 40, 25]);
        const { camera, image } = (await LoadNerfCaptureAsync(source, { maxImageSize: 24 })).views[0];
        expect([camera.width, camera.height, camera.focalX, camera.centerX]).toEqual([24, 18, 20, 12.5]);
        // Each pixel the mean of four: columns 0 and 1, rows 0 and 1.
        expect([...image.subarray(0, 4)]).toEqual([3, 3, 0, 255]);
    });

    it("holds out every 8th view by default, or as requested", async () => {
        const source = Files(CAMERA, 17);
        const { views, heldOutViews } = await LoadNerfCaptureAsync(source);
        expect(heldOutViews.map(({ name }) => name)).toEqual([0, 8, 16].map((i) => `images/frame_${i}`));
        expect(views.length).toBe(14);
        expect((await LoadNerfCaptureAsync(source, { holdOutEvery: 0 })).heldOutViews).toEqual([]);
        expect((await LoadNerfCaptureAsync(source, { holdOutEvery: 5 })).heldOutViews.length).toBe(4);
        await ExpectErrorAsync(source, /holdOutEvery is 1; /, { holdOutEvery: 1 });
    });

    it("uses the file's lists of names", async () => {
        const lists = {
            train_filenames: ["./images/frame_2.png", "images/frame_0.png"],
            val_filenames: [],
            test_filenames: ["images/frame_1.png"],
        };
        const { views, heldOutViews } = await LoadNerfCaptureAsync(Files({ ...CAMERA, ...lists }));
        expect(views.map(({ name }) => name)).toEqual(["images/frame_2", "images/frame_0"]);
        expect(heldOutViews.map(({ name }) => name)).toEqual(["images/frame_1"]);
        await ExpectErrorAsync(
            Files({ ...CAMERA, ...lists, train_filenames: ["images/other.png"] }),
            /transforms.json: train_filenames\[0\] is "images\/other.png"; no frame has this file_path/,
        );
    });

    it("prefers the files of splits", async () => {
        const source = Files(CAMERA);
        const frames = [{ file_path: "images/frame_1", transform_matrix: POSE }];
        source.files.set("transforms_train.json", JSON.stringify({ ...CAMERA, frames }));
        expect((await LoadNerfCaptureAsync(source)).views.length).toBe(1);
    });

    it.each([
        ["a panorama", { camera_model: "EQUIRECTANGULAR" }, /camera_model stands for .*ns-process-data images/],
        ["an f-theta lens", { ftheta_p0: 0.1 }, /ftheta_p0 belongs to an f-theta lens/],
        [
            "an unknown lens",
            { camera_model: "FISHEYE624" },
            /camera_model is "FISHEYE624", which is not read .*undistort/,
        ],
        ["distortion that folds", { k1: -44.9 }, /transforms.json: frames\[\d\] has an impossible lens: with k1 -44.9/],
        ["distortion that is a text", { k1: "0" }, /k1 is "0"; it must be a number/],
        ["no focal length", { fl_x: null }, /has neither camera_angle_x nor fl_x/],
        ["a negative width", { w: -3 }, /w is -3; it must be a number of pixels from 1/],
        [
            "turned images",
            { w: HEIGHT, h: WIDTH },
            /36 x 48 pixels, but memory\/images\/frame_0.png has 48 x 36, which is rotated/,
        ],
    ])("throws on %s", async (_, fields, message) => {
        await ExpectErrorAsync(Files({ ...CAMERA, ...fields }), message);
    });

    it("throws on missing images and invalid poses with their frame", async () => {
        const source = Files(CAMERA);
        source.files.delete("images/frame_2.png");
        await ExpectErrorAsync(source, /images\/frame_2.png does not exist/);
        const singular = [POSE[0], POSE[0], POSE[2], POSE[3]];
        await ExpectErrorAsync(
            Files(CAMERA, 2, { transform_matrix: singular }),
            /transforms.json: frames\[0\].transform_matrix is not a camera pose: its rotation is singular/,
        );
        await ExpectErrorAsync(
            Files(CAMERA, 2, { transform_matrix: [[null, 0, 0, 0], ...POSE.slice(1)] }),
            /frames\[0\].transform_matrix\[0\]\[0\] is null/,
        );
        await ExpectErrorAsync(Files(CAMERA, 0), /transforms.json: the file has no frames/);
        await ExpectErrorAsync(Files(CAMERA), /maxImageSize is 0; /, { maxImageSize: 0 });
    });

    it("throws on depth of distorted images", async () => {
        const source = Files(CAMERA, 1);
        const frames = [{ file_path: "images/frame_0", transform_matrix: POSE }];
        source.files.set("transforms_train.json", JSON.stringify({ ...CAMERA, k1: 0.1, frames }));
        source.files.set("depth/train_000.f16.gz", DepthFile(new Float32Array(WIDTH * HEIGHT).fill(1)));
        await ExpectErrorAsync(
            source,
            /frames\[0\] has lens distortion and a depth image, depth\/train_000.f16.gz; undistort/,
        );
        expect((await LoadNerfCaptureAsync(source, { readDepth: false })).views[0].depth).toBeNull();
    });
});

describe("sparse points of transforms.json", () => {
    const header = (format: string, count: number): string =>
        `ply\nformat ${format} 1.0\ncomment made by hand\nelement vertex ${count}\nproperty double x\nproperty float y\nproperty float z\n` +
        "property uchar red\nproperty uchar green\nproperty uchar blue\nelement face 0\nproperty list uchar int vertex_indices\nend_header\n";
    const points = [
        [1.5, -2, 3, 10, 20, 30],
        [0.25, 0, -1, 255, 0, 128],
    ];

    function BinaryPly(isLittle: boolean): Uint8Array {
        const start = new TextEncoder().encode(header(`binary_${isLittle ? "little" : "big"}_endian`, 2));
        const body = new DataView(new ArrayBuffer(2 * 19));
        points.forEach((point, i) => {
            body.setFloat64(19 * i, point[0], isLittle);
            body.setFloat32(19 * i + 8, point[1], isLittle);
            body.setFloat32(19 * i + 12, point[2], isLittle);
            [16, 17, 18].forEach((at, k) => {
                body.setUint8(19 * i + at, point[3 + k]);
            });
        });
        return Uint8Array.from([...start, ...new Uint8Array(body.buffer)]);
    }

    const ascii = `${header("ascii", 2)}${points.map((p) => p.join(" ")).join("\n")}\n`;

    it.each([
        ["ASCII", ascii],
        ["binary, little-endian", BinaryPly(true)],
        ["binary, big-endian", BinaryPly(false)],
    ])("reads %s", async (_, file) => {
        const source = Files({ ...CAMERA, ply_file_path: "./sparse/points.ply" });
        source.files.set("sparse/points.ply", file);
        const { sparsePoints } = await LoadNerfCaptureAsync(source, { level: false });
        expect([...sparsePoints!.positions]).toEqual([1.5, -2, 3, 0.25, 0, -1]);
        expect([...sparsePoints!.colors!]).toEqual([10, 20, 30, 255, 0, 128]);
    });

    it("finds points by their usual file names when files can be listed", async () => {
        const source = Files(CAMERA);
        expect((await LoadNerfCaptureAsync(source)).sparsePoints).toBeUndefined();
        source.files.set("points.ply", ascii);
        expect((await LoadNerfCaptureAsync(source)).sparsePoints?.positions.length).toBe(6);
    });

    it.each([
        ["cut off", BinaryPly(true).slice(0, -5), /a.ply .*its 2 elements "vertex" need 38 bytes, but 33 follow/],
        ["cut off as text", ascii.slice(0, -10), /a.ply .*line 15 ends before its value of "red"/],
        ["without z", ascii.replace("property float z", "property float w"), /no property z/],
    ])("throws on a file that is %s", async (_, file, message) => {
        const source = Files({ ...CAMERA, ply_file_path: "a.ply" });
        source.files.set("a.ply", file);
        await ExpectErrorAsync(source, message);
    });
});
