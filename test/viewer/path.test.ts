import { describe, expect, it } from "vitest";
import { DropAsync } from "./dropFile";
import { CreateExcavatorGlbAsync } from "./excavatorGlb";
import { MadeFile } from "./temporaryFiles";
import { CountHuesAsync, MessageAsync, UseViewer, WaitForPartsAsync } from "./viewerPage";

const openAsync = UseViewer();

describe("a visit to the viewer", () => {
    it("leads from the address to colored parts, and from a dropped model to its parts", async () => {
        const page = await openAsync();
        await WaitForPartsAsync(page);
        await expect.poll(() => CountHuesAsync(page), { timeout: 60_000 }).toBeGreaterThanOrEqual(4);

        const file = MadeFile("excavator.glb", await CreateExcavatorGlbAsync());
        await DropAsync(page, file);
        await page.waitForSelector("#save:disabled");
        await Promise.race([WaitForPartsAsync(page), page.waitForSelector("#message:visible")]);
        expect(await MessageAsync(page)).toBeNull();
        expect(await page.textContent("#title")).toBe("excavator");
        await expect.poll(() => CountHuesAsync(page), { timeout: 60_000 }).toBeGreaterThanOrEqual(4);
    });
});
