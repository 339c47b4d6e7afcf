import { describe, expect, it } from "vitest";
import { UltrametricError } from "../../src/compute/base/ultrametricError";
import { WriteNpy } from "../../src/plugin/export/npyFile";
import { ReadNpy } from "../../src/plugin/formats/base/npyArray";
import type { CaptureFileOptions } from "../../src/plugin/formats/captures/captureFileOptions";
import { LoadLlffCaptureAsync } from "../../src/plugin/formats/captures/llffCapture";
import type { FileSource } from "../../src/plugin/sources/fileSource";
import { MemoryFileSource } from "../support/memoryFileSource";
import { NpyFile } from "../support/npyFile";
import { MatrixOf, PlainImage, type TestPose, TestPoses } from "../support/posedFiles";

const SEED = 3;
const [WIDTH, HEIGHT, FOCAL] = [80, 60, 70];

/** Returns LLFF's row of a camera: axes down, right and backward, position, sizes; bounds. */
function RowOf({ right, up, back, position }: TestPose, near = 1.5, far = 9): number[] {
    const sizes = [HEIGHT, WIDTH, FOCAL];
    return [...[0, 1, 2].flatMap((r) => [-up[r], right[r], back[r], position[r], sizes[r]]), near, far];
}

/** Creates a capture with images of 20 x 15 pixels, a quarter of the poses' size. */
function Files(rows: number[][], folder = "images_4"): MemoryFileSource {
    const source = new MemoryFileSource();
    source.files.set("poses_bounds.npy", NpyFile([rows.length, 17], rows.flat()));
    // Written in an order that differs from that of the names.
    for (let i = rows.length - 1; i >= 0; i--) {
        source.files.set(`${folder}/IMG_${20 + i}.PNG`, PlainImage(WIDTH / 4, HEIGHT / 4, 10 * i));
    }
    source.files.set(`${folder}/notes.txt`, "no image");
    return source;
}

async function ExpectErrorAsync(
    source: FileSource,
    message: RegExp,
    options: Partial<CaptureFileOptions> = {},
): Promise<void> {
    const error = await LoadLlffCaptureAsync(source, options).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UltrametricError);
    expect((error as UltrametricError).message).toMatch(message);
    expect((error as UltrametricError).kind).toBe("input");
}

describe("LoadLlffCaptureAsync", () => {
    it("reads poses in OpenGL axes, cameras for smaller images, and bounds", async () => {
        const poses = TestPoses(4, SEED);
        const rows = poses.map((pose, i) => RowOf(pose, 1 + i, 10 + i));
        const { views, heldOutViews } = await LoadLlffCaptureAsync(Files(rows), { level: false });
        expect(heldOutViews).toEqual([]);
        expect(views.map(({ name }) => name)).toEqual(["IMG_20", "IMG_21", "IMG_22", "IMG_23"]);
        views.forEach(({ camera, image, depthRange, depth }, i) => {
            expect([...camera.cameraToWorld], `seed ${SEED}, view ${i}`).toEqual(MatrixOf(poses[i]));
            expect([camera.width, camera.height, camera.focalX, camera.focalY]).toEqual([20, 15, FOCAL / 4, FOCAL / 4]);
            expect([camera.centerX, camera.centerY]).toEqual([10, 7.5]);
            expect(depthRange).toEqual([1 + i, 10 + i]);
            expect(depth).toBeNull();
            expect(image[0]).toBe(10 * i);
        });
    });

    it("holds out every 8th view, and reads given names when files cannot be listed", async () => {
        const source = Files(TestPoses(9, SEED).map((pose) => RowOf(pose)));
        const { views, heldOutViews } = await LoadLlffCaptureAsync(source);
        expect([views.length, heldOutViews.length]).toEqual([7, 2]);
        const address: FileSource = {
            name: "https://example.com/fern",
            readBytesAsync: (path) => source.readBytesAsync(path),
            existsAsync: (path) => source.existsAsync(path),
        };
        await ExpectErrorAsync(address, /files of https:\/\/example.com\/fern cannot be listed. .*imageNames/);
        const imageNames = Array.from({ length: 9 }, (_, i) => `IMG_${28 - i}.PNG`);
        const named = await LoadLlffCaptureAsync(address, { imageNames, holdOutEvery: 0 });
        expect(named.views[0].name).toBe("IMG_28");
        await ExpectErrorAsync(address, /has 9 poses, but the option imageNames has 8 images/, {
            imageNames: imageNames.slice(1),
        });
    });

    it("prefers the larger images by default", async () => {
        const source = Files(TestPoses(1, SEED).map((pose) => RowOf(pose)));
        source.files.set("images/a.png", PlainImage(WIDTH, HEIGHT, 1));
        expect((await LoadLlffCaptureAsync(source)).views[0].camera.width).toBe(WIDTH);
        const { views } = await LoadLlffCaptureAsync(source, { imageFolder: "images_4/" });
        expect(views[0].camera.width).toBe(WIDTH / 4);
    });

    it("throws on an invalid pose with its row", async () => {
        const [good, other] = TestPoses(2, SEED).map((pose) => RowOf(pose));
        const changed = (at: number, value: number): number[][] => [good, other.map((v, i) => (i === at ? value : v))];
        const singular = other.map((v, i) => (i % 5 === 1 && i < 15 ? other[i - 1] : v));
        const row = /poses_bounds.npy: row 1 /;
        for (const [rows, message] of [
            [changed(7, Number.NaN), /row 1 is not a camera pose: element \[1\]\[2\] is NaN/],
            [[good, singular], /row 1 is not a camera pose: its rotation is singular/],
            [changed(14, 0), /row 1 \(images_4\/IMG_21.PNG\) has height 60, width 80 and focal length 0/],
            [changed(4, Number.NaN), row],
            [changed(15, 20), /has the bounds 20 and 9/],
            [changed(16, Infinity), /has the bounds 1.5 and Infinity/],
        ] as const) {
            await ExpectErrorAsync(Files(rows as number[][]), message);
        }
    });

    it("throws on missing and invalid files and names them", async () => {
        const rows = TestPoses(3, SEED).map((pose) => RowOf(pose));
        const source = Files(rows);
        source.files.delete("images_4/IMG_21.PNG");
        await ExpectErrorAsync(source, /poses_bounds.npy has 3 poses, but memory\/images_4 has 2 images/);
        source.files.set("images_4/IMG_21.PNG", PlainImage(15, 20, 0));
        await ExpectErrorAsync(source, /row 1: .* 80 x 60 pixels, but .* has 15 x 20, which is rotated/);
        await ExpectErrorAsync(Files(rows, "photos"), /There are no images in memory\/images, memory\/images_2, /);
        source.files.set("poses_bounds.npy", NpyFile([3, 14], new Array(42).fill(0)));
        await ExpectErrorAsync(source, /an array of shape \(3, 14\); poses have \(n, 17\)/);
        source.files.set("poses_bounds.npy", NpyFile([0, 17], []));
        await ExpectErrorAsync(source, /shape \(0, 17\)/);
        const file = NpyFile([3, 17], rows.flat());
        source.files.set("poses_bounds.npy", file.slice(0, -9));
        await ExpectErrorAsync(source, /399 bytes follow its header, but \(3, 17\) numbers need 408/);
        source.files.delete("poses_bounds.npy");
        await ExpectErrorAsync(source, /poses_bounds.npy does not exist/);
    });
});

describe("ReadNpy", () => {
    it.each([
        ["float64", {}],
        ["float32", { descr: "<f4" }],
        ["float64, big-endian", { descr: ">f8" }],
        ["int32, version 2", { descr: "<i4", version: 2 }],
    ])("reads %s", (_, options) => {
        const { shape, data } = ReadNpy(NpyFile([2, 3], [1, -2, 3, 4, 5, 6], options), "a.npy");
        expect(shape).toEqual([2, 3]);
        expect([...data]).toEqual([1, -2, 3, 4, 5, 6]);
    });

    it("reads Fortran order, in which the first axis is the fastest", () => {
        const { data } = ReadNpy(NpyFile([2, 3], [1, 4, 2, 5, 3, 6], { fortran: true }), "a.npy");
        expect([...data]).toEqual([1, 2, 3, 4, 5, 6]);
    });

    it("reads files that the plugin wrote, and a single number", () => {
        expect([...ReadNpy(WriteNpy(Uint32Array.from([7, 4e9])), "a.npy").data]).toEqual([7, 4e9]);
        expect(ReadNpy(NpyFile([], [5]), "a.npy")).toEqual({ shape: [], data: Float64Array.from([5]) });
    });

    it("throws on other files", () => {
        expect(() => ReadNpy(new TextEncoder().encode("<html></html>"), "a.npy")).toThrow(/a.npy .*13 bytes/);
        expect(() => ReadNpy(NpyFile([2], [1, 2]).slice(0, 30), "a.npy")).toThrow(/ends within its header, at byte 30/);
        expect(() => ReadNpy(NpyFile([1], [1], { descr: "|O8" }), "a.npy")).toThrow(/its header is .*O8/);
    });
});
