// Makes docs/images/viewer.webp: the viewer turns its bundled capture once, while the slider goes from few parts to
// many and back.
//   node scripts/movingPicture.mjs [file]
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { WriteAnimatedWebp } from "./animatedWebp.mjs";
import { SceneHandle, WaitForFramesAsync, WithViewerAsync } from "./viewerPage.mjs";

const outputFile = resolve(process.argv[2] ?? fileURLToPath(new URL("../docs/images/viewer.webp", import.meta.url)));
/** The size of the page; the picture is smaller. */
const SIZE = { width: 1024, height: 640 };
const PICTURE = { width: 720, height: 450, milliseconds: 110 };
const QUALITY = 0.75;
const FRAMES = 64;
/** The range of the slider: 0 is one part, 1 a thousand. */
const COARSEST = 0.2;
const FINEST = 0.74;
const MAX_BYTES = 2_000_000;

/**
 * Takes a picture of the page, scaled and encoded by the browser.
 * @param {import("playwright-core").Page} page
 */
async function takeFrameAsync(page) {
    const png = (await page.screenshot()).toString("base64");
    const address = await page.evaluate(
        async ({ png, width, height, quality }) => {
            const blob = await (await fetch(`data:image/png;base64,${png}`)).blob();
            const bitmap = await createImageBitmap(blob, {
                resizeWidth: width,
                resizeHeight: height,
                resizeQuality: "high",
            });
            const canvas = document.createElement("canvas");
            Object.assign(canvas, { width, height });
            canvas.getContext("2d", { alpha: false })?.drawImage(bitmap, 0, 0);
            return canvas.toDataURL("image/webp", quality);
        },
        { png, quality: QUALITY, width: PICTURE.width, height: PICTURE.height },
    );
    return Buffer.from(address.slice(address.indexOf(",") + 1), "base64");
}

await WithViewerAsync(
    SIZE,
    async (page, address) => {
        await page.goto(`${address}?smooth`);
        await page.waitForSelector("#save:enabled");
        await page.click("#welcomeClose");
        await WaitForFramesAsync(page);
        /** @type {Buffer[]} */
        const frames = [];
        for (let frame = 0; frame < FRAMES; frame++) {
            const phase = (2 * Math.PI * frame) / FRAMES;
            await page.evaluate(
                ({ turn, granularity }) => {
                    const shared = /** @type {any} */ (globalThis);
                    const { activeCamera, textures } = shared.engineStore.LastCreatedScene;
                    if (shared.firstAlpha === undefined) {
                        shared.firstAlpha = activeCamera.alpha;
                        // The picture is low: this keeps the model clear of toolbar and panel.
                        activeCamera.radius *= 1.2;
                        activeCamera.target.y -= 0.02 * activeCamera.radius;
                    }
                    activeCamera.alpha = shared.firstAlpha + turn;
                    for (const texture of textures) {
                        for (const control of texture.getDescendants?.() ?? []) {
                            if (control.getClassName() === "Slider" && control.maximum === 1) {
                                control.value = granularity;
                            }
                        }
                    }
                },
                { turn: phase, granularity: COARSEST + ((FINEST - COARSEST) * (1 - Math.cos(phase))) / 2 },
            );
            // The page draws on input.
            await page.mouse.move(1 + (frame % 2), 1);
            await WaitForFramesAsync(page);
            frames.push(await takeFrameAsync(page));
            process.stdout.write(".");
        }
        const picture = WriteAnimatedWebp(frames, PICTURE);
        if (picture.length > MAX_BYTES) {
            throw new Error(`The picture has ${picture.length} bytes, more than ${MAX_BYTES}. Lower QUALITY.`);
        }
        mkdirSync(dirname(outputFile), { recursive: true });
        writeFileSync(outputFile, picture);
        console.log(`\n${outputFile}: ${picture.length} bytes`);
    },
    [SceneHandle()],
);
