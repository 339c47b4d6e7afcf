import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject } from "vitest";
import { PAGE_TIMEOUT, WatchConsole } from "../../scripts/viewerPage.mjs";
import { DecodePngToRgba } from "../../src/plugin/formats/base/pngImage";
import { ChromiumLaunchOptions } from "../support/chromium.mjs";

/** The variables that the tests' scripts store in the page. */
export interface ViewerWindow {
    /** See SceneHandle. */
    readonly engineStore: typeof import("@babylonjs/core/Engines/engineStore").EngineStore;
    /** The cumulative layout shift; 1 is the whole page by its height. */
    layoutShift: number;
}

/** A control of the panels in the scene. */
export interface GuiControl {
    readonly name: string;
    readonly type: string;
    /** The text, also of a row of a list; null without text. */
    readonly text: string | null;
    readonly isEnabled: boolean;
    /** Center and size in pixels of the page. */
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
}

/**
 * Creates one browser for the tests of a file. Pages are closed after each test, which fails if one of them wrote an
 * error or a warning to its console.
 * @returns a function that opens the viewer with a query, in a new profile with reduced motion
 */
export function UseViewer(): (query?: string, options?: BrowserContextOptions) => Promise<Page> {
    let browser: Browser;
    let complaints: string[][] = [];
    beforeAll(async () => {
        browser = await chromium.launch(ChromiumLaunchOptions());
    });
    afterAll(() => browser?.close());
    afterEach(async () => {
        const found = complaints.flat();
        complaints = [];
        for (const context of browser.contexts()) {
            await context.close();
        }
        expect(found).toEqual([]);
    });
    return async (query = "", options = {}) => {
        const context = await browser.newContext({
            viewport: { width: 1100, height: 700 },
            colorScheme: "dark",
            reducedMotion: "reduce",
            ...options,
        });
        const page = await context.newPage();
        page.setDefaultTimeout(PAGE_TIMEOUT);
        complaints.push(WatchConsole(page));
        await page.addInitScript(() => {
            const shared = globalThis as unknown as ViewerWindow;
            shared.layoutShift = 0;
            new PerformanceObserver((list) => {
                for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[]) {
                    shared.layoutShift += entry.value;
                }
            }).observe({ type: "layout-shift", buffered: true });
        });
        await page.goto(inject("viewerAddress") + query);
        return page;
    };
}

/** Waits until the bundled capture, or the content of the query, is shown in parts. */
export async function WaitForPartsAsync(page: Page): Promise<void> {
    await page.waitForSelector("#save:enabled");
}

/** Returns the visible controls of the panels. */
export function GuiControlsAsync(page: Page): Promise<GuiControl[]> {
    return page.evaluate(() => {
        const { engineStore } = globalThis as unknown as ViewerWindow;
        const textures = (engineStore.LastCreatedScene?.textures ?? []) as unknown as {
            getDescendants?: () => import("@babylonjs/gui/2D/controls/control").Control[];
        }[];
        const isShown = (control?: import("@babylonjs/gui/2D/controls/control").Control | null): boolean =>
            !control || (control.isVisible && !control.notRenderable && isShown(control.parent));
        return textures
            .flatMap((texture) => texture.getDescendants?.() ?? [])
            .filter(isShown)
            .map((control) => ({
                name: control.name ?? "",
                type: control.getClassName(),
                text:
                    "text" in control
                        ? String(control.text)
                        : ((control as { content?: { text: string } | null }).content?.text ?? null),
                isEnabled: control.isEnabled,
                x: control.centerX / devicePixelRatio,
                y: control.centerY / devicePixelRatio,
                width: control.widthInPixels / devicePixelRatio,
                height: control.heightInPixels / devicePixelRatio,
            }));
    });
}

/** Returns the first visible control of a name. @throws Error when there is none */
export async function GuiControlAsync(page: Page, name: string): Promise<GuiControl> {
    const controls = await GuiControlsAsync(page);
    const control = controls.find((one) => one.name === name);
    if (!control) {
        throw new Error(`No control "${name}" is to be seen, only ${controls.map((one) => one.name).join(", ")}.`);
    }
    return control;
}

/** Counts the clearly different hues that each cover at least a thousandth of the image, about one per large part. */
export async function CountHuesAsync(page: Page): Promise<number> {
    const { width, height, data } = DecodePngToRgba(await page.screenshot(), "screenshot");
    const counts = new Array<number>(24).fill(0);
    for (let i = 0; i < data.length; i += 4) {
        const [red, green, blue] = [data[i], data[i + 1], data[i + 2]];
        const high = Math.max(red, green, blue);
        const range = high - Math.min(red, green, blue);
        if (high > 60 && range > 0.35 * high) {
            const sixth =
                high === red
                    ? (green - blue) / range + 6
                    : high === green
                      ? (blue - red) / range + 2
                      : (red - green) / range + 4;
            counts[Math.floor(sixth * 4) % 24]++;
        }
    }
    return counts.filter((count) => count > (width * height) / 1000).length;
}

/** Returns the error message of the page, or null. */
export async function MessageAsync(page: Page): Promise<string | null> {
    return (await page.isVisible("#message")) ? page.textContent("#messageText") : null;
}
