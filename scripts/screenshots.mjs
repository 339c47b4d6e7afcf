// Makes docs/images/viewer-*.png: the viewer with its bundled capture at three granularities, with a picked part, and with its views and masks.
//   node scripts/screenshots.mjs [folder for the images [names: coarse, middle, fine, picked, views]]
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build, preview } from "vite";
import { ChromiumLaunchOptions } from "../test/support/chromium.mjs";

const repositoryFolder = join(dirname(fileURLToPath(import.meta.url)), "..");
const outputFolder = resolve(process.argv[2] ?? join(repositoryFolder, "docs", "images"));
const wanted = process.argv.slice(3);
const SIZE = { width: 1280, height: 800 };
/** Software renderers draw a frame in a second or so, and more when the machine is busy. */
const PATIENCE = 180_000;

/**
 * Waits until frames have been drawn after what was done last.
 * @param {import("playwright-core").Page} page
 */
async function waitForFramesAsync(page) {
    await page.evaluate(
        () =>
            new Promise((done) => {
                let frames = 0;
                const count = () => {
                    if (++frames === 4) {
                        done(undefined);
                    } else {
                        requestAnimationFrame(count);
                    }
                };
                requestAnimationFrame(count);
            }),
    );
}

// The built page: the development server may reload a page when it finds another dependency.
const viewer = {
    configFile: join(repositoryFolder, "demo", "viewer", "vite.config.ts"),
    logLevel: /** @type {const} */ ("warn"),
};
const pageFolder = mkdtempSync(join(tmpdir(), "viewer-"));
await build({ ...viewer, build: { outDir: pageFolder } });
const server = await preview({ ...viewer, build: { outDir: pageFolder }, preview: { port: 0 } });
const address = server.resolvedUrls?.local[0];
const browser = await chromium.launch(ChromiumLaunchOptions());
try {
    mkdirSync(outputFolder, { recursive: true });
    const page = await browser.newPage({ viewport: SIZE, colorScheme: "dark" });
    page.setDefaultTimeout(PATIENCE);
    /** @type {string[]} */
    const complaints = [];
    page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) {
            complaints.push(message.text());
        }
    });
    page.on("pageerror", (error) => complaints.push(String(error)));

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
        await page.goto(`${address}?parts=${parts}`);
        await page.waitForSelector("#hints:visible");
        await waitForFramesAsync(page);
        await act?.();
        await waitForFramesAsync(page);
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
        await waitForFramesAsync(page);
        const [left, top] = [SIZE.width - 620, 96]; // of the panel
        await page.mouse.click(left + 300, top + 120); // a thumbnail
        await waitForFramesAsync(page);
        await page.mouse.click(left + 60, top + 538); // on the first slider
        await waitForFramesAsync(page);
        await page.mouse.move(left + 190, top + 300); // on the picture
        await waitForFramesAsync(page);
    });
    if (complaints.length > 0) {
        throw new Error(`The page complained:\n${complaints.join("\n")}`);
    }
} finally {
    await browser.close();
    await server.close();
    rmSync(pageFolder, { recursive: true, force: true });
}
