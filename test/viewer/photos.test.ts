import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { SphereCapture } from "../support/sphereViews";
import { TrainingFile } from "../support/trainingFile";
import { DropAsync } from "./dropFile";
import { SmallCaptureFolder } from "./smallCapture";
import { TemporaryFolder } from "./temporaryFiles";
import {
    CountHuesAsync,
    GuiControlAsync,
    GuiControlsAsync,
    MessageAsync,
    UseViewer,
    type ViewerWindow,
    WaitForPartsAsync,
} from "./viewerPage";

/** Training 40 steps and rendering the depth of 3 views takes minutes on a busy machine without a GPU. */
const LONG = 600_000;

const openAsync = UseViewer();

/** Returns the names of the meshes in the scene. */
function meshesAsync(page: Page): Promise<string[]> {
    return page.evaluate(() => {
        const { engineStore } = globalThis as unknown as ViewerWindow;
        return (engineStore.LastCreatedScene?.meshes ?? [])
            .filter((mesh) => mesh.isEnabled() && mesh.isVisible)
            .map(({ name }) => name);
    });
}

/** Returns the open content, as the page and the scene show it. */
async function lookAsync(page: Page): Promise<unknown> {
    const [title, subtitle] = [await page.textContent("#title"), await page.textContent("#subtitle")];
    return { title, subtitle, meshes: await meshesAsync(page) };
}

/** Writes a training of other photos. */
const MARBLE = TrainingFile({ ...SphereCapture(3, 16), name: "marble", heldOutViews: [] });

async function clickAsync(page: Page, name: string): Promise<void> {
    const { x, y } = await GuiControlAsync(page, name);
    await page.mouse.click(x, y);
}

/** Waits until a text of the progress panel matches. */
async function untilSaidAsync(page: Page, name: string, text: RegExp): Promise<void> {
    await expect
        .poll(async () => (await GuiControlsAsync(page)).find((control) => control.name === name)?.text, {
            timeout: LONG,
            interval: 200,
        })
        .toMatch(text);
}

describe("a folder of photos in the viewer", () => {
    it(
        "trains with a preview, is paused, saved, canceled and resumed from the file, and gives parts",
        async () => {
            const page = await openAsync();
            page.setDefaultTimeout(LONG);
            await WaitForPartsAsync(page);
            await DropAsync(page, SmallCaptureFolder([0, 12, 24], false));
            await untilSaidAsync(page, "stage", /^Training the radiance field$/);
            const shown = await meshesAsync(page);
            expect(shown.filter((name) => /\((frusta|thumbnails)\)$/.test(name)).length).toBe(2);

            await clickAsync(page, "pause");
            await untilSaidAsync(page, "stage", /^Paused$/);
            await expect.poll(async () => await meshesAsync(page), { timeout: LONG }).toContain("radiance field");
            const downloading = page.waitForEvent("download");
            await clickAsync(page, "saveTraining");
            const download = await downloading;
            expect(download.suggestedFilename()).toMatch(/\.umrt$/);
            const saved = `${TemporaryFolder()}/saved.umrt`;
            await download.saveAs(saved);
            await clickAsync(page, "cancel");
            await page.waitForSelector("#segment:enabled");
            expect(await MessageAsync(page)).toBeNull();
            // The trained field is kept and shown.
            expect(await page.isVisible("#photos")).toBe(true);
            expect(await meshesAsync(page)).toContain("radiance field");

            await page.setInputFiles("#file", saved);
            await untilSaidAsync(page, "percent", /^[2-9] %/); // 40 steps and more of 2,000
            await clickAsync(page, "endTraining");
            await page.waitForSelector("#save:enabled, #message:visible");
            expect(await MessageAsync(page)).toBeNull();
            expect(await meshesAsync(page)).not.toContain("radiance field");
            await page.click("#picture");
            await expect.poll(() => meshesAsync(page), { timeout: LONG }).toContain("radiance field");
            const names = await meshesAsync(page);
            expect(names.some((name) => name.endsWith("(points)"))).toBe(false);
            await expect.poll(() => CountHuesAsync(page), { timeout: LONG }).toBeGreaterThanOrEqual(3);
            await page.click("#cameras");
            expect((await meshesAsync(page)).some((name) => name.endsWith("(frusta)"))).toBe(true);
        },
        LONG,
    );

    it.each(["beside its photos", "alone"])(
        "is rejected with a training of another capture, %s, before anything open changes",
        async (how) => {
            const page = await openAsync();
            await WaitForPartsAsync(page);
            const before = await lookAsync(page);
            const folder = SmallCaptureFolder([0, 6, 12], false);
            const file = join(folder, "saved.umrt");
            writeFileSync(file, MARBLE);
            if (how === "alone") {
                await page.setInputFiles("#file", file);
            } else {
                await DropAsync(page, folder);
            }
            await page.waitForSelector("#message:visible");
            expect(await MessageAsync(page)).toMatch(
                /belongs to the capture "marble": .* Open the images of "marble" first/,
            );
            await page.click("#messageClose");
            expect(await lookAsync(page)).toEqual(before);
            expect(await page.isEnabled("#save")).toBe(true);
            expect(await CountHuesAsync(page)).toBeGreaterThanOrEqual(3);
        },
    );

    it("is requested when a training is opened without photos", async () => {
        const page = await openAsync();
        await WaitForPartsAsync(page);
        const saved = join(import.meta.dirname, "../../demo/captures/excavator/segmentation.bumh");
        await page.setInputFiles("#file", saved);
        await page.waitForSelector("#segment:disabled"); // a saved segmentation has no images
        const before = await lookAsync(page);
        for (const [buffer, said] of [
            [MARBLE, /belongs to the capture "marble", which is not open. Open the folder of its photos first/],
            [Buffer.from("UMRT"), /These 4 bytes are not a radiance field in training/],
        ] as const) {
            await page.setInputFiles("#file", {
                name: "saved.umrt",
                mimeType: "application/octet-stream",
                buffer: Buffer.from(buffer),
            });
            await page.waitForSelector("#message:visible");
            expect(await MessageAsync(page)).toMatch(said);
            await page.click("#messageClose");
            expect(await lookAsync(page)).toEqual(before);
        }
    });
});
