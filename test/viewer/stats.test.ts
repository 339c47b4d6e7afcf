import { describe, expect, it } from "vitest";
import { UseViewer, WaitForPartsAsync } from "./viewerPage";

const openAsync = UseViewer();

describe("the developer's statistics", () => {
    it("show the times of the page and of each GPU pass while they are enabled", async () => {
        const page = await openAsync("?stats");
        await WaitForPartsAsync(page);
        const textAsync = (): Promise<string | null> => page.textContent("#stats");
        const hasTimestamps = await page.evaluate(async () =>
            Boolean((await navigator.gpu.requestAdapter())?.features.has("timestamp-query")),
        );
        if (!hasTimestamps) {
            await expect.poll(textAsync).toContain("GPU: this browser or device has no timestamps");
            return;
        }
        await expect.poll(textAsync, { timeout: 30_000 }).toMatch(/^GPU, drawing: (?!0\.00)\d+\.\d\d ms$/m);
        // A new cut runs the kernels of cut and colors.
        const cutAndReadAsync = async (): Promise<string | null> => {
            await page.keyboard.press("ArrowRight");
            return textAsync();
        };
        await expect
            .poll(cutAndReadAsync, { timeout: 60_000, interval: 400 })
            .toMatch(/^GPU, partColors: (?!0\.00)\d+\.\d\d ms$/m);
        await page.keyboard.press("f");
        expect(await page.isVisible("#stats")).toBe(false);
    });
});
