// The built viewer in a headless browser, for the scripts that take its pictures.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build, preview } from "vite";
import { ChromiumLaunchOptions } from "../test/support/chromium.mjs";

/** Software renderers draw a frame in a second or so, and more when the machine is busy. */
const PATIENCE = 120_000;

/**
 * Opens the viewer, gives its page to a function, and takes everything down again. The page is built first: the development
 * server may reload a page when it finds another dependency.
 * @param {{ width: number, height: number }} size of the page
 * @param {(page: import("playwright-core").Page, address: string) => Promise<void>} useAsync
 * @param {import("vite").Plugin[]} plugins
 * @param {"viewer" | "panels"} demo which page of demo/
 * @throws Error where the page writes an error or a warning to its console
 */
export async function WithViewerAsync(size, useAsync, plugins = [], demo = "viewer") {
    const configFile = fileURLToPath(new URL(`../demo/${demo}/vite.config.ts`, import.meta.url));
    const pageFolder = mkdtempSync(join(tmpdir(), "viewer-"));
    const viewer = { configFile, plugins, logLevel: /** @type {const} */ ("error"), build: { outDir: pageFolder } };
    /** @type {(() => Promise<void>)[]} */
    const closings = [];
    try {
        await build(viewer);
        const server = await preview({ ...viewer, preview: { port: 0 } });
        closings.unshift(() => server.close());
        const browser = await chromium.launch(ChromiumLaunchOptions());
        closings.unshift(() => browser.close());
        const page = await (await browser.newContext({ viewport: size, colorScheme: "dark" })).newPage();
        page.setDefaultTimeout(PATIENCE);
        /** @type {string[]} */
        const complaints = [];
        page.on("console", (message) => {
            if (["error", "warning"].includes(message.type())) {
                complaints.push(message.text());
            }
        });
        page.on("pageerror", (error) => complaints.push(String(error)));
        const problem = await useAsync(page, server.resolvedUrls?.local[0] ?? "").catch((error) => error);
        if (complaints.length > 0) {
            throw new Error(`The page complained:\n${complaints.join("\n")}`, { cause: problem });
        }
        if (problem) {
            throw problem;
        }
    } finally {
        for (const closeAsync of closings) {
            await closeAsync();
        }
        rmSync(pageFolder, { recursive: true, force: true });
    }
}

/**
 * Waits until frames have been drawn after what was done last.
 * @param {import("playwright-core").Page} page
 */
export async function WaitForFramesAsync(page) {
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
