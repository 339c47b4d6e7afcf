import { encode } from "fast-png";
import { describe, expect, it } from "vitest";
import { CreateNodeImageDecoder } from "../../demo/headless/nodeImageDecoder";
import { DetectImageFormat, PrepareImageBytes } from "../../src/plugin/formats/base/imageBytes";
import type { RgbaImage } from "../../src/plugin/formats/base/pngImage";
import { EncodeJpegAsync, EncodeWebpAsync } from "../support/encodeImages";

const decodeAsync = CreateNodeImageDecoder();

/** Creates a smooth image, which JPEG preserves well. */
function Picture(alpha: (x: number) => number): RgbaImage {
    const [width, height] = [40, 24];
    const data = new Uint8Array(4 * width * height);
    for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
            data.set([40 + 4 * x, 30 + 6 * y, 200 - 2 * x - 2 * y, alpha(x)], 4 * (y * width + x));
        }
    }
    return { width, height, data };
}

/** Adds EXIF data with a rotation by 90 degrees (orientation 6) to a file. */
function WithOrientation(jpeg: Uint8Array): Uint8Array {
    const exif = [
        0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0,
    ];
    const length = exif.length + 6;
    return Uint8Array.from([...jpeg.subarray(0, 2), 0xff, 0xe1, 0, length, ...exif, 0, 0, 0, 0, ...jpeg.subarray(2)]);
}

describe("CreateNodeImageDecoder", () => {
    it("decodes JPEG to nearly the same colors, all opaque", async () => {
        const picture = Picture(() => 255);
        const jpeg = await EncodeJpegAsync(picture);
        expect(DetectImageFormat(jpeg)).toBe("jpeg");
        const { width, height, data } = await decodeAsync(jpeg, "a.jpg");
        expect([width, height]).toEqual([40, 24]);
        const worst = data.reduce((most, value, i) => Math.max(most, Math.abs(value - picture.data[i])), 0);
        // Quality 95 quantizes a smooth image's frequencies in steps of 1 to 5; chroma is halved in size.
        expect(worst).toBeLessThan(8);
    });

    it("decodes WebP with alpha, exactly when it is lossless", async () => {
        const picture = Picture((x) => (x < 20 ? 255 : 6 * (40 - x)));
        const webp = await EncodeWebpAsync(picture);
        expect(DetectImageFormat(webp)).toBe("webp");
        expect(await decodeAsync(webp, "a.webp")).toEqual(picture);
    });

    it("decodes PNG with any file name", async () => {
        const png = encode({ width: 1, height: 1, data: Uint8Array.from([1, 2, 3, 4]), channels: 4, depth: 8 });
        expect((await decodeAsync(png, "a.jpg")).data).toEqual(Uint8Array.from([1, 2, 3, 4]));
    });

    it("ignores the rotation of EXIF data", async () => {
        const jpeg = await EncodeJpegAsync(Picture(() => 255));
        const turned = WithOrientation(jpeg);
        expect(PrepareImageBytes(turned, "jpeg", "a.jpg")).toEqual(PrepareImageBytes(jpeg, "jpeg", "a.jpg"));
        expect(await decodeAsync(turned, "a.jpg")).toEqual(await decodeAsync(jpeg, "a.jpg"));
    });

    it("throws on truncated, broken and other files, and continues after them", async () => {
        const jpeg = await EncodeJpegAsync(Picture(() => 255));
        const webp = await EncodeWebpAsync(Picture(() => 255));
        await expect(decodeAsync(jpeg.slice(0, jpeg.length - 40), "a.jpg")).rejects.toThrow(
            /a.jpg is truncated or corrupt/,
        );
        await expect(decodeAsync(jpeg.slice(0, 30), "a.jpg")).rejects.toThrow(/a.jpg is truncated or corrupt/);
        await expect(decodeAsync(webp.slice(0, webp.length - 40), "a.webp")).rejects.toThrow(
            /a.webp is truncated .* bytes/,
        );
        const broken = webp.slice();
        broken.fill(0x55, 12);
        await expect(decodeAsync(broken, "a.webp")).rejects.toThrow(/a.webp is a damaged WEBP file/);
        await expect(decodeAsync(new Uint8Array(50), "a.gif")).rejects.toMatchObject({ kind: "unsupported" });
        expect((await decodeAsync(webp, "b.webp")).width).toBe(40);
        expect((await decodeAsync(jpeg, "b.jpg")).width).toBe(40);
    });

    it("refuses what a few bytes cannot show above 16 megapixels, and takes large photos", () => {
        const lossless = (width: number, height: number, length: number): Uint8Array => {
            const bytes = Buffer.alloc(length);
            bytes.write("RIFF", "latin1");
            bytes.writeUInt32LE(length - 8, 4);
            bytes.write("WEBPVP8L", 8, "latin1");
            bytes[20] = 0x2f;
            bytes.writeUInt32LE(((height - 1) * 2 ** 14 + width - 1) >>> 0, 21);
            return bytes;
        };
        const prepare = (bytes: Uint8Array) => (): Uint8Array => PrepareImageBytes(bytes, "webp", "a.webp");
        expect(prepare(lossless(8000, 5500, 50))).toThrow(/a.webp states 8000 x 5500 pixels in 50 bytes; .* 1032 per/);
        expect(prepare(lossless(4096, 4096, 50))).not.toThrow(); // a blank image
        expect(prepare(lossless(11648, 8736, 98_000))).toThrow(/states 11648 x 8736/);
        expect(prepare(lossless(11648, 8736, 99_000))).not.toThrow(); // of 102 megapixels
        expect(prepare(lossless(16384, 16384, 300_000))).toThrow(/at most 134217728/);
        const jpeg = [0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0xff, 0xff, 2, 1, 1, 1, 0x11, 0, 0xff, 0xda, 0, 2, 0xff, 0xd9];
        expect(() => PrepareImageBytes(Uint8Array.from(jpeg), "jpeg", "a.jpg")).toThrow(/513 x 65535 pixels in 21/);
    });
});
