import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { DropAsync } from "./dropFile";
import { CreateTableFile } from "./madeFiles";
import { SmallCaptureFolder } from "./smallCapture";
import { MadeFile } from "./temporaryFiles";
import { CountHuesAsync, MessageAsync, UseViewer, WaitForPartsAsync } from "./viewerPage";

const SPLATS = 5000;

const openAsync = UseViewer();

/** Drops a file and expects its parts to appear. */
async function expectPartsAsync(page: Page, path: string, leaves: RegExp): Promise<void> {
    await DropAsync(page, path);
    await page.waitForSelector("#save:disabled");
    await Promise.race([WaitForPartsAsync(page), page.waitForSelector("#message:visible")]);
    expect(await MessageAsync(page)).toBeNull();
    expect(await page.textContent("#subtitle")).toMatch(leaves);
    await expect.poll(() => CountHuesAsync(page), { timeout: 60_000 }).toBeGreaterThanOrEqual(4);
}

describe("files dropped on the viewer", () => {
    it.each(["ply", "splat"] as const)("open as splats (.%s)", async (ending) => {
        const page = await openAsync();
        await WaitForPartsAsync(page);
        await expectPartsAsync(page, MadeFile(`table.${ending}`, CreateTableFile(ending, SPLATS)), /^4,\d{3} points$/);
        expect(await page.textContent("#title")).toBe("table");
    });

    it("open as a folder of posed images with depth, and the last of several drops stays", async () => {
        const page = await openAsync();
        const table = MadeFile("table.splat", CreateTableFile("splat", SPLATS));
        await DropAsync(page, table); // while the bundled capture is loading
        await DropAsync(page, SmallCaptureFolder([0, 6, 12, 18], true));
        await page.waitForFunction(() =>
            document.getElementById("subtitle")?.textContent?.match(/^\d\d,\d{3} points$/),
        );
        await WaitForPartsAsync(page);
        expect(await MessageAsync(page)).toBeNull();
        expect(await page.textContent("#title")).toMatch(/^viewer-test-/); // the folder's name
    });

    it("show an error when they cannot be opened, and keep the current content", async () => {
        const page = await openAsync();
        await WaitForPartsAsync(page);
        await DropAsync(page, MadeFile("notes.txt", new TextEncoder().encode("no parts")));
        await page.waitForSelector("#message:visible");
        expect(await MessageAsync(page)).toContain("notes.txt");
        expect(await page.textContent("#title")).toBe("Excavator");
        await expect.poll(() => CountHuesAsync(page), { timeout: 60_000 }).toBeGreaterThanOrEqual(4);
    });
});
