import { RenderTargetTexture } from "@babylonjs/core/Materials/Textures/renderTargetTexture";
import type { ViewerScene } from "../viewerScene";

/** The largest side of a picture in pixels. */
const MAX_SIDE = 8192;
/** Samples per pixel. */
const SAMPLES = 4;

/** Draws the scene as it is seen, without panels and with a transparent background, as a PNG of the canvas's size. */
export async function TakePictureAsync({ scene, camera, engine }: ViewerScene): Promise<Uint8Array<ArrayBuffer>> {
    const width = Math.min(engine.getRenderWidth(), MAX_SIDE);
    const height = Math.min(engine.getRenderHeight(), MAX_SIDE);
    const target = new RenderTargetTexture("picture", { width, height }, scene, false, false);
    try {
        target.renderList = null; // everything that the camera sees
        target.activeCamera = camera;
        target.clearColor = scene.clearColor;
        target.samples = SAMPLES;
        while (!target.isReadyForRendering()) {
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
        target.render(true);
        const pixels = (await target.readPixels())!;
        return await encodeAsync(new Uint8Array(pixels.buffer, pixels.byteOffset, 4 * width * height), width, height);
    } finally {
        target.dispose();
    }
}

/** @param pixels [height, width, 4] from the bottom row up, colors multiplied by their opacity */
async function encodeAsync(pixels: Uint8Array, width: number, height: number): Promise<Uint8Array<ArrayBuffer>> {
    const image = new ImageData(width, height);
    for (let row = 0; row < height; row++) {
        const from = 4 * width * (height - 1 - row);
        image.data.set(pixels.subarray(from, from + 4 * width), 4 * width * row);
    }
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext("2d")!.putImageData(image, 0, 0);
    return new Uint8Array(await (await canvas.convertToBlob({ type: "image/png" })).arrayBuffer());
}
