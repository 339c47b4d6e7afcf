import { UltrametricError } from "../../../compute/base/ultrametricError";
import { DecodeImageAsync } from "../base/imageDecoder";
import type { RgbaImage } from "../base/pngImage";

/** The most pixels of an image: 16384 x 16384. */
const MAX_PIXELS = 2 ** 28;

/**
 * Decodes an image whose bytes are data: exactly, where an alpha below 255 must not change the colors. A 2D canvas
 * multiplies colors by alpha; WebGL does not.
 *
 * @param file name of the file, for messages
 * @throws UltrametricError as DecodeImageAsync; "input" for an image with more pixels than any browser draws
 */
export async function DecodeDataImageAsync(bytes: Uint8Array, file: string): Promise<RgbaImage> {
    const size = imageSize(bytes);
    if (size && size[0] * size[1] > MAX_PIXELS) {
        throw new UltrametricError(
            "input",
            `${file} states ${size[0]} x ${size[1]} pixels, more than can be decoded. Write the file again.`,
        );
    }
    const isPng = bytes[0] === 0x89;
    const context =
        isPng || typeof OffscreenCanvas === "undefined" ? null : new OffscreenCanvas(1, 1).getContext("webgl2");
    if (!context) {
        return DecodeImageAsync(bytes, file);
    }
    try {
        const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]), {
            premultiplyAlpha: "none",
            colorSpaceConversion: "none",
        });
        try {
            return readPixels(context, bitmap) ?? (await DecodeImageAsync(bytes, file));
        } finally {
            bitmap.close();
        }
    } catch (error) {
        throw new UltrametricError("input", `${file} is corrupt: it cannot be decoded. Write the file again.`, {
            cause: error,
        });
    } finally {
        context.getExtension("WEBGL_lose_context")?.loseContext();
    }
}

/** Returns the pixels of a bitmap; null if it is too large for a texture. */
function readPixels(gl: WebGL2RenderingContext, bitmap: ImageBitmap): RgbaImage | null {
    const { width, height } = bitmap;
    if (Math.max(width, height) > gl.getParameter(gl.MAX_TEXTURE_SIZE)) {
        return null;
    }
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
    gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, gl.RGBA, gl.UNSIGNED_BYTE, bitmap);
    gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
    gl.framebufferTexture2D(
        gl.FRAMEBUFFER,
        gl.COLOR_ATTACHMENT0,
        gl.TEXTURE_2D,
        gl.getParameter(gl.TEXTURE_BINDING_2D),
        0,
    );
    const data = new Uint8Array(4 * width * height);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, data);
    return gl.getError() === gl.NO_ERROR ? { width, height, data } : null;
}

/** Returns width and height of a WebP file by its header, before anything is decoded; null for other files. */
function imageSize(bytes: Uint8Array): [number, number] | null {
    const text = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
    if (bytes.length < 30 || text(0) !== "RIFF" || text(8) !== "WEBP") {
        return null;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    switch (text(12)) {
        case "VP8L": {
            const bits = view.getUint32(21, true);
            return [(bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1];
        }
        case "VP8X":
            return [(view.getUint32(24, true) & 0xffffff) + 1, (view.getUint32(26, true) >>> 8) + 1];
        default:
            return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
    }
}
