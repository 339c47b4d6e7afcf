import { describe, expect, it } from "vitest";
import { CreateExcavatorGlbAsync } from "./madeFiles";
import { MadeFile } from "./temporaryFiles";
import { CountHuesAsync, DropAsync, MessageAsync, SecondsDrawnAsync, UseViewer, WaitForPartsAsync } from "./viewerPage";

/** Limits in seconds for a busy machine with two cores and no GPU; an idle one takes 3 and 15. */
const OPEN_LIMIT = 20;
const DROP_LIMIT = 90;

const openAsync = UseViewer();

describe("a visit to the viewer", () => {
    it("leads from the address to colored parts, and from a dropped model to its parts", async () => {
        const page = await openAsync();
        await WaitForPartsAsync(page);
        const opened = await SecondsDrawnAsync(page);
        expect(await CountHuesAsync(page)).toBeGreaterThanOrEqual(4);

        const file = MadeFile("excavator.glb", await CreateExcavatorGlbAsync());
        const dropTime = await SecondsDrawnAsync(page);
        await DropAsync(page, file);
        await page.waitForSelector("#save:disabled");
        await Promise.race([WaitForPartsAsync(page), page.waitForSelector("#message:visible")]);
        const dropped = (await SecondsDrawnAsync(page)) - dropTime;
        expect(await MessageAsync(page)).toBeNull();
        expect(await page.textContent("#title")).toBe("excavator");
        expect(await CountHuesAsync(page)).toBeGreaterThanOrEqual(4);

        console.log(
            `Colored parts ${opened.toFixed(1)} s after the page was opened, those of a dropped model after ${dropped.toFixed(1)} s.`,
        );
        expect(opened).toBeLessThan(OPEN_LIMIT);
        expect(dropped).toBeLessThan(DROP_LIMIT);
    });
});
