import { TextReader, Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { GltfFile } from "../support/gltfFile";
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
    it("open as splats", async () => {
        const page = await openAsync();
        await WaitForPartsAsync(page);
        await expectPartsAsync(page, MadeFile("table.ply", CreateTableFile("ply", SPLATS)), /^4,\d{3} points$/);
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

    it("open as a zipped glTF in several files, with its animation, cameras, lights, scenes and variants", async () => {
        const file = new GltfFile();
        const variant = (material: number): object => ({ material, variants: [material] });
        const extensions = { KHR_materials_variants: { mappings: [variant(0), variant(1)] } };
        file.json.materials.push({ name: "red" }, { name: "blue" });
        file.json.cameras.push({ type: "perspective", perspective: { yfov: 0.8, znear: 0.1 } });
        const above = { camera: 0, translation: [0, 5, 0], rotation: [-Math.SQRT1_2, 0, 0, Math.SQRT1_2] };
        const lamp = { extensions: { KHR_lights_punctual: { light: 0 } } };
        file.json.nodes.push({ mesh: file.addBox(1, { material: 0, extensions }) }, above, lamp);
        file.addAnimation({ node: 0, path: "translation" }, [0, 1], [0, 0, 0, 0, 1, 0], 3);
        Object.assign(file.fields, {
            extensionsUsed: ["KHR_materials_variants", "KHR_lights_punctual"],
            extensions: {
                KHR_materials_variants: { variants: [{ name: "matte" }, { name: "glossy" }] },
                KHR_lights_punctual: { lights: [{ type: "directional" }] },
            },
            scenes: [
                { name: "inside", nodes: [0, 1, 2] },
                { name: "outside", nodes: [0] },
            ],
        });
        const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
        await zip.add("My Box/box.gltf", new TextReader(file.toText("data/the%20box.bin")));
        await zip.add("My Box/data/The Box.bin", new Uint8ArrayReader(file.buffer));
        const page = await openAsync();
        await DropAsync(page, MadeFile("models.zip", await zip.close()));
        await page.waitForSelector("#fileControls:visible");
        expect(await page.textContent("#title")).toBe("box");
        const facts = await page.locator("#aboutFacts li").allTextContents();
        expect(facts).toEqual(expect.arrayContaining(["1 mesh", "12 triangles", "1 animation", "1 camera"]));
        await page.waitForSelector("#fileVariant:visible");
        expect(await page.locator("#fileVariant option").allTextContents()).toEqual(["matte", "glossy"]);
        await page.selectOption("#fileVariant", "glossy");
        await page.selectOption("#fileCamera", { index: 1 });
        expect(await page.inputValue("#fileCamera"), "the list can be used again").toBe("Cameras");
        expect(await page.locator("#play").textContent()).toBe("Play");
        await page.click("#play");
        expect(await page.locator("#play").textContent()).toBe("Pause");
        await page.click("#play");
        expect(await page.locator("#play").textContent()).toBe("Play");
        await page.click("#fileLights");
        expect(await page.getAttribute("#fileLights", "aria-pressed")).toBe("true");
        await page.selectOption("#fileScene", "outside");
        await page.waitForSelector("#fileLights", { state: "hidden" });
        expect(await page.inputValue("#fileScene")).toBe("outside");
        expect(await page.locator("#aboutNotes li").allTextContents()).toContain(
            'The file has 2 scenes. "outside" is shown, without inside.',
        );
        expect(await MessageAsync(page)).toBeNull();
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
