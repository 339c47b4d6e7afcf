import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { SmallCaptureFolder } from "./smallCapture";
import {
    CountHuesAsync,
    GuiControlAsync,
    MessageAsync,
    UseViewer,
    type ViewerWindow,
    WaitForPartsAsync,
} from "./viewerPage";

const openAsync = UseViewer();

/** Records the texts of progress panels from now on, in `globalThis.stages`. */
async function watchStagesAsync(page: Page): Promise<void> {
    await page.evaluate(() => {
        const shared = globalThis as unknown as ViewerWindow & { stages: string[]; watch: number };
        shared.stages = [];
        clearInterval(shared.watch);
        let watched: unknown = null;
        shared.watch = window.setInterval(() => {
            for (const texture of shared.engineStore.LastCreatedScene?.textures ?? []) {
                const { rootContainer } =
                    texture as import("@babylonjs/gui/2D/advancedDynamicTexture").AdvancedDynamicTexture;
                const [stage] = rootContainer?.getDescendants(false, ({ name }) => name === "stage") ?? [];
                if (stage && stage !== watched) {
                    watched = stage;
                    (stage as import("@babylonjs/gui/2D/controls/textBlock").TextBlock).onTextChangedObservable.add(
                        ({ text }) => shared.stages.push(text),
                    );
                }
            }
        }, 1);
    });
}

function stagesAsync(page: Page): Promise<string[]> {
    return page.evaluate(() => [...new Set((globalThis as unknown as { stages: string[] }).stages)]);
}

async function startAsync(page: Page): Promise<void> {
    await watchStagesAsync(page);
    await page.click("#segment");
    await page.check("input[name=origin][value=model]");
    await page.click("#segmentStart");
}

function waitForStageAsync(page: Page, stage: string): Promise<unknown> {
    return page.waitForFunction(
        (wanted) => (globalThis as unknown as { stages: string[] }).stages.includes(wanted),
        stage,
    );
}

describe("Segment Anything in the viewer", () => {
    it("reports progress, can be canceled, and continues with the finished masks", async () => {
        const page = await openAsync();
        await WaitForPartsAsync(page);
        await page.setInputFiles("#folder", SmallCaptureFolder([0, 12, 24], true));
        await page.waitForSelector("#save:disabled");
        await WaitForPartsAsync(page); // from the images alone

        await startAsync(page);
        await waitForStageAsync(page, "Making masks, view 2 of 3");
        const { x, y } = await GuiControlAsync(page, "cancel");
        await page.mouse.click(x, y);
        await page.waitForSelector("#segment:enabled");
        const first = await stagesAsync(page);
        // "so far" when the server compresses its responses.
        expect(first.join("\n")).toMatch(/^Downloading the model, 2.0 MB( so far)?$/m);
        expect(first.filter((stage) => !stage.startsWith("Downloading"))).toEqual([
            "Making masks, view 1 of 3",
            "Starting the model",
            "Making masks, view 2 of 3",
        ]);
        expect(await MessageAsync(page)).toBeNull();

        await page.click("#segment");
        expect(await page.textContent("#modelNote")).toBe("resumes: 1 of 3 views are done");
        await page.keyboard.press("Escape");

        await startAsync(page);
        await page.waitForSelector("#segment:enabled");
        const stages = await stagesAsync(page);
        expect(stages.some((stage) => stage.startsWith("Downloading"))).toBe(false); // the browser has cached it
        expect(stages).toContain("Making masks, view 3 of 3");
        expect(stages.indexOf("Starting the model")).toBeGreaterThan(stages.indexOf("Making masks, view 1 of 3"));
        expect(await MessageAsync(page)).toBeNull();
        expect(await CountHuesAsync(page)).toBeGreaterThanOrEqual(4);
    });
});
