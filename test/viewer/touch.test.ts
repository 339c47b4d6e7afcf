import type { CDPSession, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { WaitForFramesAsync } from "../../scripts/viewerPage.mjs";
import { type GuiControl, GuiControlAsync, GuiControlsAsync, UseViewer, WaitForPartsAsync } from "./viewerPage";

/** Milliseconds after which a touch is a long press. */
const HOLD = 700;

const openAsync = UseViewer();

async function rowsAsync(page: Page): Promise<GuiControl[]> {
    await WaitForFramesAsync(page);
    return (await GuiControlsAsync(page)).filter(({ type, text }) => type === "RowControl" && text !== null);
}

/** Sends a touch that starts, moves or, without a position, ends. */
async function touchAsync(devTools: CDPSession, type: "touchStart" | "touchMove" | "touchEnd", at?: readonly number[]) {
    const touchPoints = at ? [{ x: at[0], y: at[1] }] : [];
    await devTools.send("Input.dispatchTouchEvent", { type, touchPoints });
}

describe("the viewer at a phone's width, by touch", () => {
    it("merges parts by a long press on a row and a drop", async () => {
        const page = await openAsync("", { viewport: { width: 420, height: 800 }, hasTouch: true });
        await WaitForPartsAsync(page);
        await page.tap("#welcomeClose");
        await page.tap("#parts");
        await WaitForFramesAsync(page);
        const closeAll = await GuiControlAsync(page, "partsCloseAll");
        await page.touchscreen.tap(closeAll.x, closeAll.y);
        // Open the root, and then one of its two sides.
        for (let row = 0; row < 2; row++) {
            const { x, y, width } = (await rowsAsync(page))[row];
            await page.touchscreen.tap(x - width / 2 + 16 + 12 * row, y);
        }
        const rows = await rowsAsync(page);
        expect(rows.length).toBeGreaterThanOrEqual(4);
        const [from, to] = rows.slice(2, 4);
        const devTools = await page.context().newCDPSession(page);
        await touchAsync(devTools, "touchStart", [from.x - 40, from.y]);
        await page.waitForTimeout(HOLD);
        for (const share of [0.2, 0.6, 1]) {
            await touchAsync(devTools, "touchMove", [from.x - 40, from.y + share * (to.y - from.y)]);
        }
        await touchAsync(devTools, "touchEnd");
        expect((await rowsAsync(page))[0].text).toBe(`${to.text} + ${from.text}`);
    });
});
