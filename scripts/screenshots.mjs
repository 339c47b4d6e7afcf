// Makes docs/images/viewer-*.png: the viewer with its bundled capture at three granularities, with a picked part, and with its views and masks.
//   node scripts/screenshots.mjs [folder for the images [names: coarse, middle, fine, picked, views]]
import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { WaitForFramesAsync, WithViewerAsync } from "./viewerPage.mjs";

const repositoryFolder = join(dirname(fileURLToPath(import.meta.url)), "..");
const outputFolder = resolve(process.argv[2] ?? join(repositoryFolder, "docs", "images"));
const wanted = process.argv.slice(3);
const SIZE = { width: 1280, height: 800 };

await WithViewerAsync(SIZE, async (page, address) => {
    mkdirSync(outputFolder, { recursive: true });
    await page.emulateMedia({ reducedMotion: "reduce" }); // nothing turns
    await page.addInitScript(() => localStorage.setItem("babylon-ultrametric.welcomed", "yes"));

    /**
     * Opens the viewer, does something, and keeps what is seen, unless other pictures are wanted.
     * @param {string} name
     * @param {number} parts
     * @param {(() => Promise<void>) | null} act
     */
    const shootAsync = async (name, parts, act = null) => {
        if (wanted.length > 0 && !wanted.includes(name)) {
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
    await shootAsync("coarse", 6);
    await shootAsync("middle", 28);
    await shootAsync("fine", 160);
    await shootAsync("picked", 28, async () => {
        await page.mouse.click(SIZE.width / 2, SIZE.height / 2);
        await page.waitForSelector("#part:visible");
    });
    await shootAsync("views", 28, async () => {
        // Masks from the pictures alone have scores, as those of a model.
        await page.click("#segment");
        await page.check("input[name=origin][value=pictures]");
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
