import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import decodeJpegAsync, { init as initJpegAsync } from "@jsquash/jpeg/decode.js";
import decodeWebpAsync, { init as initWebpAsync } from "@jsquash/webp/decode.js";
import { UltrametricError } from "../../src/compute/base/ultrametricError";
import { DetectImageFormat, PrepareImageBytes, UndecodableImage } from "../../src/plugin/formats/base/imageBytes";
import type { ImageDecoder, ImageDecoderOptions } from "../../src/plugin/formats/base/imageDecoder";
import { DecodePngToRgba, type RgbaImage } from "../../src/plugin/formats/base/pngImage";

/** The decoders' WebAssembly files. A page fetches them; in Node they are passed in. */
const MODULES = {
    jpeg: { file: "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm", init: initJpegAsync, decode: decodeJpegAsync },
    webp: { file: "@jsquash/webp/codec/dec/webp_dec.wasm", init: initWebpAsync, decode: decodeWebpAsync },
};

type Decode = (bytes: ArrayBuffer) => Promise<ImageData>;

/**
 * Creates a decoder of PNG, JPEG and WebP files for Node. Like DecodeImageAsync it returns the stored pixels; those of
 * a JPEG may differ from a browser's by rounding.
 */
export function CreateNodeImageDecoder({ maxPixels }: ImageDecoderOptions = {}): ImageDecoder {
    const ready = new Map<keyof typeof MODULES, Promise<Decode>>();
    return async (bytes, file): Promise<RgbaImage> => {
        const kind = DetectImageFormat(bytes);
        if (kind === "png") {
            return DecodePngToRgba(bytes, file, maxPixels);
        }
        if (kind === null) {
            throw UndecodableImage(bytes, file, "this program (PNG, JPEG, WebP)");
        }
        const checked = new Uint8Array(PrepareImageBytes(bytes, kind, file, maxPixels));
        let decode = ready.get(kind);
        if (decode === undefined) {
            decode = startAsync(kind);
            ready.set(kind, decode);
        }
        const decodeAsync = await decode;
        try {
            const { width, height, data } = await decodeAsync(checked.buffer);
            return { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
        } catch (error) {
            ready.delete(kind); // a decoder does not free what it took for a damaged file
            throw new UltrametricError(
                "input",
                `${file} is a damaged ${kind.toUpperCase()} file; copy or write it again.`,
                {
                    cause: error,
                },
            );
        }
    };
}

const compiledModules = new Map<string, Promise<WebAssembly.Module>>();

async function compileAsync(file: string): Promise<WebAssembly.Module> {
    return WebAssembly.compile(await readFile(createRequire(import.meta.url).resolve(file)));
}

/** Starts a fresh instance of a decoder. */
async function startAsync(kind: keyof typeof MODULES): Promise<Decode> {
    const { file, init, decode } = MODULES[kind];
    const compiling = compiledModules.get(file) ?? compileAsync(file);
    compiledModules.set(file, compiling);
    const compiled = await compiling;
    // The declarations lack the arguments for Node.
    const initAsync = init as (module: WebAssembly.Module, options: { printErr: () => void }) => Promise<void>;
    await initAsync(compiled, { printErr: () => {} });
    return decode;
}
