import type { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { GuiControlAsync, MessageAsync, UseViewer, type ViewerWindow, WaitForPartsAsync } from "./viewerPage";

/** Largest number of tab stops. */
const MOST_STOPS = 40;
/** Largest layout shift, see ViewerWindow; 0.1 counts as good. */
const MOST_SHIFT = 0.01;

const openAsync = UseViewer();

interface Focus {
    /** Name of the page's element, or of the control in the scene. */
    readonly name: string;
    readonly isVisible: boolean;
}

/** Returns what has the focus, and whether the focus is visible. */
function focusAsync(page: Page): Promise<Focus> {
    return page.evaluate(() => {
        const element = document.activeElement as HTMLElement;
        const { engineStore } = globalThis as unknown as ViewerWindow;
        const textures = (engineStore.LastCreatedScene?.textures ?? []) as {
            focusedControl?: { name: string } | null;
        }[];
        const control = textures.find((texture) => texture.focusedControl)?.focusedControl;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        const { mode } = element.dataset;
        const own = element.id || (mode ? `colors ${mode}` : (element as HTMLInputElement).value || element.tagName);
        const name = own === "canvas" && control ? control.name : own;
        return { name, isVisible: outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 1 };
    });
}

/** Presses Tab until an element has the focus. @returns the tab stops before it */
async function tabToAsync(page: Page, name: string): Promise<string[]> {
    const stops: string[] = [];
    for (let i = 0; i < MOST_STOPS; i++) {
        await page.keyboard.press("Tab");
        const focus = await focusAsync(page);
        if (focus.name !== "BODY") {
            expect(focus.isVisible, `the focus at ${focus.name} is to be seen`).toBe(true);
        }
        if (focus.name === name) {
            return stops;
        }
        stops.push(focus.name);
    }
    throw new Error(`The tabulator does not lead to ${name}, only to ${stops.join(", ")}.`);
}

async function partCountAsync(page: Page): Promise<number> {
    return Number((await GuiControlAsync(page, "partCount")).text);
}

describe("the viewer with the keyboard", () => {
    it("segments, picks a part and moves the granularity, without layout shifts", async () => {
        const page = await openAsync();
        await WaitForPartsAsync(page);

        await tabToAsync(page, "segment");
        await page.keyboard.press("Enter");
        await tabToAsync(page, "given");
        await page.keyboard.press("ArrowDown");
        expect((await focusAsync(page)).name).toBe("images");
        await page.keyboard.press("ArrowUp");
        await tabToAsync(page, "segmentStart");
        await page.keyboard.press("Enter");
        await page.waitForSelector("#segment:disabled");
        await page.waitForSelector("#segment:enabled");
        expect(await MessageAsync(page)).toBeNull();

        const before = await partCountAsync(page);
        await tabToAsync(page, "granularity");
        for (let i = 0; i < 3; i++) {
            await page.keyboard.press("ArrowRight");
        }
        expect(await partCountAsync(page)).toBeGreaterThan(before);

        // The list handles keys after a key has opened it.
        await tabToAsync(page, "parts");
        await page.keyboard.press("Enter");
        expect((await focusAsync(page)).name).toBe("partsList");
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("Enter");
        expect(await page.getAttribute("#part", "hidden")).toBeNull();
        const picked = await page.textContent("#partTitle");
        expect(picked).toMatch(/^[\d,]+ points$/);
        // Outside the list, the arrows select parents and change the cut.
        await page.keyboard.press("Escape");
        await page.keyboard.press("ArrowUp");
        expect(await page.textContent("#partTitle")).not.toBe(picked);
        const count = await partCountAsync(page);
        await page.keyboard.press("ArrowLeft");
        expect(await partCountAsync(page)).toBeLessThan(count);

        // The number pad and the home key turn the camera; the digits above the letters do not.
        const anglesAsync = (): Promise<number[]> =>
            page.evaluate(() => {
                const { engineStore } = globalThis as unknown as ViewerWindow;
                const { alpha, beta, fov } = engineStore.LastCreatedScene!.activeCamera as ArcRotateCamera;
                return [alpha, beta, fov].map((value) => Math.round(100 * value) / 100);
            });
        for (const [key, isOpposite, angles] of [
            ["1", false, [1.57, 1.57, 0.8]],
            ["3", false, [3.14, 1.57, 0.8]],
            ["3", true, [6.28, 1.57, 0.8]],
            ["7", false, [1.57, 0.01, 0.8]],
            ["9", false, [1.57, 3.13, 0.8]],
            ["5", false, [1.57, 3.13, 0.05]],
            ["5", false, [1.57, 3.13, 0.8]],
        ] as const) {
            // Playwright has no NumLock.
            await page.evaluate((init) => window.dispatchEvent(new KeyboardEvent("keydown", init)), {
                key,
                code: `Numpad${key}`,
                ctrlKey: isOpposite,
            });
            expect(await anglesAsync(), `${key} ${isOpposite}`).toEqual(angles);
        }
        await page.keyboard.press("Home");
        expect(await anglesAsync()).toEqual([0.9, 1.15, 0.8]);

        const shift = await page.evaluate(() => (globalThis as unknown as ViewerWindow).layoutShift);
        expect(shift).toBeLessThan(MOST_SHIFT);
    });
});
