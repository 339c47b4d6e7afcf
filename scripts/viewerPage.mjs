// Opens the built pages of demo/ in a headless browser, for the scripts that take pictures and for the viewer's tests.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build, preview } from "vite";
import { ChromiumLaunchOptions } from "../test/support/chromium.mjs";

/** The timeout in milliseconds. A software renderer draws a frame in a second, or more on a busy machine. */
export const PAGE_TIMEOUT = 120_000;

/**
 * Builds a page of demo/ and serves it. (The development server may reload a page when it finds another dependency.)
 * @param {"viewer" | "panels"} demo
 * @param {import("vite").Plugin[]} plugins
 * @returns {Promise<{ address: string, closeAsync: () => Promise<void> }>} address with a slash at the end
 */
export async function ServeDemoAsync(demo, plugins = []) {
    const configFile = fileURLToPath(new URL(`../demo/${demo}/vite.config.ts`, import.meta.url));
    const pageFolder = mkdtempSync(join(tmpdir(), `${demo}-`));
    const remove = () => rmSync(pageFolder, { recursive: true, force: true });
    const config = { configFile, plugins, logLevel: /** @type {const} */ ("error"), build: { outDir: pageFolder } };
    try {
        await build(config);
        const server = await preview({ ...config, preview: { port: 0 } });
        return {
            address: server.resolvedUrls?.local[0] ?? "",
            closeAsync: async () => {
                await server.close();
                remove();
            },
        };
    } catch (error) {
        remove();
        throw error;
    }
}

/**
 * Collects the errors and warnings on a page's console, and its uncaught errors, from now on.
 * @param {import("playwright-core").Page} page
 */
export function WatchConsole(page) {
    /** @type {string[]} */
    const messages = [];
    page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) {
            messages.push(message.text());
        }
    });
    page.on("pageerror", (error) => messages.push(String(error)));
    return messages;
}

/**
 * Makes the scene of a demo page accessible: `globalThis.engineStore.LastCreatedScene`.
 * @returns {import("vite").Plugin}
 */
export function SceneHandle() {
    return {
        name: "scene-handle",
        transform(code, id) {
            return /\/demo\/\w+\/main\.ts$/.test(id)
                ? `import { EngineStore as StoreOfHandle } from "@babylonjs/core/Engines/engineStore";
                    Object.assign(globalThis, { engineStore: StoreOfHandle });\n${code}`
                : undefined;
        },
    };
}

/**
 * Opens a page of demo/, calls a function with it, and closes browser and server.
 * @param {{ width: number, height: number }} size of the page
 * @param {(page: import("playwright-core").Page, address: string) => Promise<void>} useAsync
 * @param {import("vite").Plugin[]} plugins
 * @param {"viewer" | "panels"} demo
 * @throws Error if the page writes an error or a warning to its console
 */
export async function WithViewerAsync(size, useAsync, plugins = [], demo = "viewer") {
    const server = await ServeDemoAsync(demo, plugins);
    try {
        const browser = await chromium.launch(ChromiumLaunchOptions());
        try {
            const page = await (await browser.newContext({ viewport: size, colorScheme: "dark" })).newPage();
            page.setDefaultTimeout(PAGE_TIMEOUT);
            const messages = WatchConsole(page);
            const problem = await useAsync(page, server.address).catch((error) => error);
            if (messages.length > 0) {
                throw new Error(`The page's console has errors or warnings:\n${messages.join("\n")}`, {
                    cause: problem,
                });
            }
            if (problem) {
                throw problem;
            }
        } finally {
            await browser.close();
        }
    } finally {
        await server.closeAsync();
    }
}

/**
 * Waits until a few frames have been drawn.
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
