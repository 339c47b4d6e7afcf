/** The first try fails while the shader is not compiled yet; it is tried again after so many milliseconds, at most so often. */
const PAUSE = 20;
const MOST_TRIES = 100;

/**
 * Gets ready what Babylon encodes pictures with: an engine of its own (WebGL), whose vertex shader no module of it imports, and for whose
 * first shader it does not wait. Without this, the first textures that are written in a page make the writer fail. Where pictures cannot be encoded at all,
 * the writer says so.
 */
export async function PrepareImageEncoderAsync(): Promise<void> {
    if (typeof document === "undefined" && typeof OffscreenCanvas === "undefined") {
        return;
    }
    await import("@babylonjs/core/Shaders/postprocess.vertex");
    const { EncodeImageAsync } = await import("@babylonjs/core/Misc/dumpTools");
    for (let tries = 0; tries < MOST_TRIES; tries++) {
        try {
            await EncodeImageAsync(new Uint8Array(4), 1, 1, "image/png");
            return;
        } catch {
            await new Promise((resolve) => setTimeout(resolve, PAUSE));
        }
    }
}
