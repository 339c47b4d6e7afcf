// Makes docs/images/panels.png: the panels of demo/panels after some edits.
//   node scripts/panelScreenshots.mjs [output folder]
import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { WaitForFramesAsync, WithViewerAsync } from "./viewerPage.mjs";

const repositoryFolder = join(dirname(fileURLToPath(import.meta.url)), "..");
const outputFolder = resolve(process.argv[2] ?? join(repositoryFolder, "docs", "images"));
const SIZE = { width: 1100, height: 700 };

await WithViewerAsync(
    SIZE,
    async (page, address) => {
        mkdirSync(outputFolder, { recursive: true });
        await page.goto(address);
        await page.waitForSelector("html[data-ready]");
        await WaitForFramesAsync(page);
        // Hides a part, names and locks another, and selects a third.
        await page.mouse.click(520, 280);
        await page.keyboard.press("h");
        await page.mouse.click(640, 240);
        await WaitForFramesAsync(page);
        await page.mouse.click(900, 180);
        await page.keyboard.press("F2");
        await page.keyboard.type("front");
        await page.keyboard.press("Enter");
        await page.keyboard.press("l");
        await page.mouse.click(370, 260);
        await WaitForFramesAsync(page);
        await page.screenshot({ path: join(outputFolder, "panels.png") });
        console.log("panels.png");
    },
    [],
    "panels",
);
