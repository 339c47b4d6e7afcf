// Makes docs/images/viewer-*.png: the viewer with its bundled capture at three granularities, with a picked part, and
// with its views and masks.
//   node scripts/screenshots.mjs [output folder [names: coarse, middle, fine, picked, views]]
import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { WaitForFramesAsync, WithViewerAsync } from "./viewerPage.mjs";

const repositoryFolder = join(dirname(fileURLToPath(import.meta.url)), "..");
const outputFolder = resolve(process.argv[2] ?? join(repositoryFolder, "docs", "images"));
const requested = process.argv.slice(3);
const SIZE = { width: 1280, height: 800 };

await WithViewerAsync(SIZE, async (page, address) => {
    mkdirSync(outputFolder, { recursive: true });
    await page.emulateMedia({ reducedMotion: "reduce" }); // no turning camera
    await page.addInitScript(() => localStorage.setItem("babylon-ultrametric.welcomed", "yes"));

    /**
     * Opens the viewer, acts, and takes a screenshot, unless only others are requested.
     * @param {string} name
     * @param {number} parts
     * @param {(() => Promise<void>) | null} act
     */
    const takeScreenshotAsync = async (name, parts, act = null) => {
        if (requested.length > 0 && !requested.includes(name)) {
            return;
        }
        await page.goto(`${address}?parts=${parts}&smooth`);
        await page.waitForSelector("#hints:visible");
        await WaitForFramesAsync(page);
        await act?.();
        await WaitForFramesAsync(page);
        await page.screenshot({ path: join(outputFolder, `viewer-${name}.png`) });
        console.log(`viewer-${name}.png`);
    };
    await takeScreenshotAsync("coarse", 6);
    await takeScreenshotAsync("middle", 28);
    await takeScreenshotAsync("fine", 160);
    await takeScreenshotAsync("picked", 28, async () => {
        await page.mouse.click(SIZE.width / 2, SIZE.height / 2);
        await page.waitForSelector("#part:visible");
    });
    await takeScreenshotAsync("views", 28, async () => {
        // Image masks have scores, like those of a model.
        await page.click("#segment");
        await page.check("input[name=origin][value=images]");
        await page.keyboard.press("Escape");
        await page.click("#views");
        await page.waitForSelector("#views[aria-pressed=true]");
        await WaitForFramesAsync(page);
        const [left, top] = [SIZE.width - 620, 96]; // of the panel
        await page.mouse.click(left + 300, top + 120); // a thumbnail
        await WaitForFramesAsync(page);
        await page.mouse.click(left + 60, top + 538); // on the first slider
        await WaitForFramesAsync(page);
        await page.mouse.move(left + 190, top + 300); // on the picture
        await WaitForFramesAsync(page);
    });
});
