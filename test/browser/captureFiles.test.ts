import { afterAll, describe, expect, it } from "vitest";
import { DecodeImageAsync } from "../../src/plugin/formats/base/imageDecoder";
import { LoadCaptureAsync } from "../../src/plugin/formats/captures/loadCapture";
import { PickedFileSource } from "../../src/plugin/sources/pickedFileSource";

const SIZE = { width: 40, height: 24 };
const FOLDER = "picked-capture";
const POSE = [
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 1, 4],
    [0, 0, 0, 1],
];

/** A smooth picture as a file of the kind, by the browser's own encoder; red grows to the right, green downwards. */
async function EncodeAsync(type: string): Promise<Uint8Array> {
    const canvas = new OffscreenCanvas(SIZE.width, SIZE.height);
    const context = canvas.getContext("2d")!;
    const picture = context.createImageData(SIZE.width, SIZE.height);
    for (let p = 0; p < SIZE.width * SIZE.height; p++) {
        const [x, y] = [p % SIZE.width, Math.floor(p / SIZE.width)];
        picture.data.set([40 + 4 * x, 30 + 6 * y, 100, 255], 4 * p);
    }
    context.putImageData(picture, 0, 0);
    const blob = await canvas.convertToBlob({ type, quality: 0.95 });
    expect(blob.type).toBe(type);
    return new Uint8Array(await blob.arrayBuffer());
}

/** The JPEG file with EXIF data that asks viewers to turn the picture by 90 degrees (orientation 6). */
function WithOrientation(jpeg: Uint8Array): Uint8Array {
    // "Exif", big-endian TIFF, one entry: 0x0112, a short, 6.
    const head = [0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8];
    const exif = [...head, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
    return Uint8Array.from([...jpeg.subarray(0, 2), 0xff, 0xe1, 0, exif.length + 2, ...exif, ...jpeg.subarray(2)]);
}

afterAll(async () => {
    await (await navigator.storage.getDirectory()).removeEntry(FOLDER, { recursive: true });
});

describe("captures from a picked folder", () => {
    it("reads PNG, JPEG and WebP without color conversion", async () => {
        const jpeg = await EncodeAsync("image/jpeg");
        const files: Record<string, Uint8Array> = {
            "a.png": await EncodeAsync("image/png"),
            "b.jpg": jpeg,
            "c.webp": await EncodeAsync("image/webp"),
            "d.jpeg": WithOrientation(jpeg),
        };
        // That the browser would turn it shows that the test's file is right.
        const turned = await createImageBitmap(new Blob([new Uint8Array(files["d.jpeg"])]));
        expect([turned.width, turned.height]).toEqual([SIZE.height, SIZE.width]);

        const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
        const writeAsync = async (name: string, content: Uint8Array | string, into = folder): Promise<void> => {
            const stream = await (await into.getFileHandle(name, { create: true })).createWritable();
            await stream.write(typeof content === "string" ? content : new Uint8Array(content));
            await stream.close();
        };
        const images = await folder.getDirectoryHandle("images", { create: true });
        for (const [name, content] of Object.entries(files)) {
            await writeAsync(name, content, images);
        }
        const frames = Object.keys(files).map((name) => ({ file_path: `images/${name}`, transform_matrix: POSE }));
        await writeAsync("transforms.json", JSON.stringify({ fl_x: 50, w: SIZE.width, h: SIZE.height, frames }));

        const source = await PickedFileSource.FromDirectoryAsync(folder);
        expect(source.name).toBe(FOLDER);
        expect(await source.listAsync("images")).toEqual(Object.keys(files));
        const { views } = await LoadCaptureAsync(source);
        expect(views.map(({ name }) => name)).toEqual(["images/a", "images/b", "images/c", "images/d"]);
        for (const { name, image, camera } of views) {
            expect([camera.width, camera.height]).toEqual([SIZE.width, SIZE.height]);
            for (const p of [0, 19, 40 * 12 + 20, 40 * 24 - 1]) {
                const expected = [40 + 4 * (p % 40), 30 + 6 * Math.floor(p / 40), 100, 255];
                const worst = expected.map((v, k) => Math.abs(image[4 * p + k] - v)).reduce((a, b) => Math.max(a, b));
                // Both encoders quantize, and halve the size of the colors, at the rim too.
                expect(worst, `${name}, pixel ${p}`).toBeLessThan(name === "images/a" ? 1 : 12);
            }
        }
    });

    it("throws on truncated and invalid images and names them", async () => {
        const jpeg = await EncodeAsync("image/jpeg");
        await expect(DecodeImageAsync(jpeg.slice(0, -20), "a.jpg")).rejects.toThrow(/a.jpg is truncated or corrupt/);
        await expect(DecodeImageAsync(new Uint8Array(99), "a.jpg")).rejects.toThrow(/a.jpg is corrupt or in a format/);
    });
});
