import { readFileSync } from "node:fs";
import { WebIO } from "@gltf-transform/core";
import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { DecodePngToRgba } from "../../src/plugin/formats/base/pngImage";
import { GuiControlAsync, MessageAsync, UseViewer, WaitForPartsAsync } from "./viewerPage";

const openAsync = UseViewer();

/** Exports with the menu. @returns the name and the bytes of the file */
async function exportAsync(page: Page, format: string): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> }> {
    await page.focus("#export");
    await page.keyboard.press("Enter");
    await page.check(`input[name=exportFormat][value=${format}]`);
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#exportStart")]);
    expect(await MessageAsync(page)).toBeNull();
    return { name: download.suggestedFilename(), bytes: new Uint8Array(readFileSync(await download.path())) };
}

describe("the menu for exports", () => {
    it("writes a GLB of each part that is shown, and a picture with a transparent background", async () => {
        const page = await openAsync("?parts=6", { viewport: { width: 420, height: 640 } });
        await WaitForPartsAsync(page);
        const { name, bytes } = await exportAsync(page, "glb");
        expect(name).toBe("Excavator parts.zip");
        expect(await page.isDisabled("input[value=splatPly]")).toBe(true);
        expect(await page.isDisabled("input[value=selection]")).toBe(true);
        const entries = await new ZipReader(new Uint8ArrayReader(bytes)).getEntries();
        expect(entries).toHaveLength(Number((await GuiControlAsync(page, "partCount")).text));
        let points = 0;
        for (const [i, entry] of entries.entries()) {
            expect(entry.filename).toMatch(new RegExp(`^${i + 1} .+\\.glb$`));
            if (!entry.directory) {
                const document = await new WebIO().readBinary(await entry.getData(new Uint8ArrayWriter()));
                const [primitive] = document.getRoot().listMeshes()[0].listPrimitives();
                points += primitive.getAttribute("POSITION")!.getCount();
            }
        }
        expect(`${points.toLocaleString("en")} points`).toBe(await page.textContent("#subtitle"));

        const picture = await exportAsync(page, "picture");
        expect(picture.name).toBe("Excavator.png");
        const { width, height, data } = DecodePngToRgba(picture.bytes, "picture");
        expect([width, height]).toEqual([420, 640]);
        const opacities = data.filter((_, i) => i % 4 === 3);
        expect(opacities[0]).toBe(0);
        const covered = opacities.filter((opacity) => opacity === 255).length / opacities.length;
        expect(covered).toBeGreaterThan(0.05);
        expect(covered).toBeLessThan(0.5);
    });
});
