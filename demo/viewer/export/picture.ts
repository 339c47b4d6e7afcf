import { RenderTargetTexture } from "@babylonjs/core/Materials/Textures/renderTargetTexture";
import { Color4 } from "@babylonjs/core/Maths/math.color";
import type { ViewerScene } from "../viewerScene";
import { SeparateOpacityAsync } from "./separateOpacity";

/** The largest side of a picture in pixels. */
const MAX_SIDE = 8192;
/** Samples per pixel. */
const SAMPLES = 4;
/** The longest wait for shaders, in milliseconds. */
const LONGEST_WAIT = 10_000;

/** Draws the scene as it is seen, without panels and with a transparent background, as a PNG of the canvas's size. */
export async function TakePictureAsync({ scene, camera, engine }: ViewerScene): Promise<Uint8Array<ArrayBuffer>> {
    const width = Math.min(engine.getRenderWidth(), MAX_SIDE);
    const height = Math.min(engine.getRenderHeight(), MAX_SIDE);
    const target = new RenderTargetTexture("picture", { width, height }, scene, false, false);
    try {
        target.renderList = null; // everything that the camera sees
        target.activeCamera = camera;
        target.samples = SAMPLES;
        for (let start = performance.now(); !target.isReadyForRendering(); ) {
            if (performance.now() - start > LONGEST_WAIT) {
                break; // what is not ready is not drawn
            }
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
        const drawAsync = async (background: Color4): Promise<Uint8Array> => {
            target.clearColor = background;
            target.render(true);
            const pixels = (await target.readPixels())!;
            return new Uint8Array(pixels.buffer, pixels.byteOffset, 4 * width * height);
        };
        const onBlack = await drawAsync(new Color4(0, 0, 0, 1));
        const onWhite = await drawAsync(new Color4(1, 1, 1, 1));
        const image = new ImageData(width, height);
        await SeparateOpacityAsync(onBlack, onWhite, width, image.data);
        const canvas = new OffscreenCanvas(width, height);
        canvas.getContext("2d")!.putImageData(image, 0, 0);
        return new Uint8Array(await (await canvas.convertToBlob({ type: "image/png" })).arrayBuffer());
    } finally {
        target.dispose();
    }
}
