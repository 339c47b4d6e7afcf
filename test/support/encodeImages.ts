import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import encodeJpegAsync, { init as initJpegAsync } from "@jsquash/jpeg/encode.js";
import encodeWebpAsync, { init as initWebpAsync } from "@jsquash/webp/encode.js";
import type { RgbaImage } from "../../src/plugin/formats/base/pngImage";

/** Loads the encoders' WebAssembly, which Node does not find by itself. */
async function CompileAsync(file: string): Promise<WebAssembly.Module> {
    return WebAssembly.compile(await readFile(createRequire(import.meta.url).resolve(file)));
}

type Init = (module: WebAssembly.Module) => Promise<unknown>;

function AsImageData({ width, height, data }: RgbaImage): ImageData {
    return { width, height, data: new Uint8ClampedArray(data), colorSpace: "srgb" } as unknown as ImageData;
}

/** Encodes an image as JPEG of quality 95, without alpha. */
export async function EncodeJpegAsync(image: RgbaImage): Promise<Uint8Array> {
    await (initJpegAsync as Init)(await CompileAsync("@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm"));
    return new Uint8Array(await encodeJpegAsync(AsImageData(image), { quality: 95 }));
}

/** Encodes an image as lossless WebP, with alpha. */
export async function EncodeWebpAsync(image: RgbaImage): Promise<Uint8Array> {
    await (initWebpAsync as Init)(await CompileAsync("@jsquash/webp/codec/enc/webp_enc_simd.wasm"));
    return new Uint8Array(await encodeWebpAsync(AsImageData(image), { lossless: 1, exact: 1 }));
}
