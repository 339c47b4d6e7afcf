/** Milliseconds between attempts, which fail until the encoder's shader is compiled. */
const RETRY_INTERVAL = 20;
const MAX_ATTEMPTS = 100;

/**
 * Prepares Babylon's image encoder, a WebGL engine whose vertex shader no Babylon module imports and whose first shader
 * it does not wait for. Without this the first export with textures in a page fails. Where images cannot be encoded at
 * all, the exporter reports it.
 */
export async function PrepareImageEncoderAsync(): Promise<void> {
    if (typeof document === "undefined" && typeof OffscreenCanvas === "undefined") {
        return;
    }
    await import("@babylonjs/core/Shaders/postprocess.vertex");
    const { EncodeImageAsync } = await import("@babylonjs/core/Misc/dumpTools");
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        try {
            await EncodeImageAsync(new Uint8Array(4), 1, 1, "image/png");
            return;
        } catch {
            await new Promise((resolve) => setTimeout(resolve, RETRY_INTERVAL));
        }
    }
}
