import { UltrametricError } from "../../../compute/base/ultrametricError";
import { DetectImageFormat, PrepareImageBytes } from "../base/imageBytes";
import { DecodeImageAsync } from "../base/imageDecoder";
import type { RgbaImage } from "../base/pngImage";

/**
 * Decodes an image whose bytes are data: exactly, where an alpha below 255 must not change the colors. A 2D canvas
 * multiplies colors by alpha; WebGL does not.
 *
 * @param file name of the file, for messages
 * @throws UltrametricError as DecodeImageAsync; "input" for a truncated or too large image
 */
export async function DecodeDataImageAsync(bytes: Uint8Array, file: string): Promise<RgbaImage> {
    const format = DetectImageFormat(bytes);
    if (format === "webp" || format === "jpeg") {
        PrepareImageBytes(bytes, format, file);
    }
    const context =
        format === "png" || typeof OffscreenCanvas === "undefined"
            ? null
            : new OffscreenCanvas(1, 1).getContext("webgl2");
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
