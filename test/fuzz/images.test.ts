import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { encode } from "fast-png";
import { describe, expect, it } from "vitest";
import { CreateNodeImageDecoder } from "../../demo/headless/nodeImageDecoder";
import { DecodePngToNumbers } from "../../src/plugin/formats/base/pngImage";
import { DecodeDepthAsync } from "../../src/plugin/formats/captures/depthFile";
import { EncodeJpegAsync, EncodeWebpAsync } from "../support/encodeImages";
import { DescribeBytes, FuzzAsync } from "./fuzz";

const CORPUS = join(import.meta.dirname, "corpus");
const [WIDTH, HEIGHT] = [12, 9];
/** 80 MB as RGBA, besides the decoder's own memory: one color of any size takes no bytes of a WebP. */
const decodeAsync = CreateNodeImageDecoder({ maxPixels: 20_000_000 });
const picture = {
    width: WIDTH,
    height: HEIGHT,
    data: Uint8Array.from({ length: 4 * WIDTH * HEIGHT }, (_, i) => (i % 4 === 3 ? 255 : (37 * i) & 255)),
};

describe("image files", () => {
    it.each([
        ["PNG", async () => encode({ ...picture, channels: 4, depth: 8 })],
        ["JPEG", () => EncodeJpegAsync(picture)],
        ["WebP", () => EncodeWebpAsync(picture)],
    ] as const)("are decoded or refused with a reason: %s", async (kind, createAsync) => {
        const bytes = await createAsync();
        const name = `a.${kind.toLowerCase()}`;
        const sound = await decodeAsync(bytes, name);
        await FuzzAsync<Uint8Array<ArrayBuffer>>({
            createAsync: (mutations) => mutations.bytes(bytes),
            readAsync: async (changed) => {
                const { width, height, data } = await decodeAsync(changed, name);
                expect(data.length).toBe(4 * width * height);
            },
            describe: DescribeBytes,
        });
        // Damaged files do not harm the decoder.
        expect(await decodeAsync(bytes, name)).toEqual(sound);
    });

    it("of a few bytes that state a huge size are refused before they take memory", async () => {
        const jpeg = await EncodeJpegAsync(picture);
        const frame = jpeg.findIndex((byte, i) => byte === 0xff && [0xc0, 0xc2].includes(jpeg[i + 1]));
        jpeg.fill(0xff, frame + 5, frame + 9);
        await expect(decodeAsync(jpeg, "a.jpg")).rejects.toThrow(/a.jpg has 65535 x 65535 pixels; at most/);
        const webp = await EncodeWebpAsync(picture);
        const view = new DataView(webp.buffer);
        expect(String.fromCharCode(...webp.subarray(12, 16))).toBe("VP8L");
        view.setUint32(21, view.getUint32(21, true) | 0x0fffffff, true); // 14 bits each
        await expect(decodeAsync(webp, "a.webp")).rejects.toThrow(/a.webp has \d{5,} x \d{5,} pixels; at most/);
        const png = encode({ ...picture, channels: 4, depth: 8 });
        new DataView(png.buffer).setUint32(16, 0x7fffffff);
        await expect(decodeAsync(png, "a.png")).rejects.toMatchObject({ kind: "input" });
    });

    it.each(readdirSync(CORPUS).filter((name) => /\.(png|jpg)$/.test(name)))("are refused: %s", async (name) => {
        const bytes = new Uint8Array(readFileSync(join(CORPUS, name)));
        await expect(decodeAsync(bytes, name)).rejects.toMatchObject({
            kind: "input",
            message: expect.stringContaining(name),
        });
    });

    it("of numbers are decoded or refused with a reason", async () => {
        const data = Uint16Array.from({ length: WIDTH * HEIGHT }, (_, i) => 700 * i);
        const bytes = encode({ width: WIDTH, height: HEIGHT, data, channels: 1, depth: 16 });
        await FuzzAsync<Uint8Array<ArrayBuffer>>({
            createAsync: (mutations) => mutations.bytes(bytes),
            readAsync: (changed) => DecodePngToNumbers(changed, "ids.png"),
            describe: DescribeBytes,
        });
    });
});

describe("depth files", () => {
    const bytes = new Uint8Array(gzipSync(new Uint8Array(2 * WIDTH * HEIGHT).fill(60)));

    it("are decoded or refused with a reason", async () => {
        await FuzzAsync<Uint8Array<ArrayBuffer>>({
            createAsync: (mutations) => mutations.bytes(bytes),
            readAsync: async (changed) => {
                const depth = await DecodeDepthAsync(changed, WIDTH, HEIGHT, "a.f16.gz");
                expect(depth.every((value) => value >= 0 && Number.isFinite(value))).toBe(true);
            },
            describe: DescribeBytes,
        });
    });

    it("that unpack to more than the view needs are refused after the bytes that it needs", async () => {
        const bomb = new Uint8Array(gzipSync(new Uint8Array(2 ** 28), { level: 1 }));
        const before = process.memoryUsage().arrayBuffers;
        await expect(DecodeDepthAsync(bomb, WIDTH, HEIGHT, "a.f16.gz")).rejects.toThrow(
            /a.f16.gz has more than 216 bytes of depth, but a view of 12 x 9 pixels needs 216/,
        );
        expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 26);
    });
});
