import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { CompressedGlbAsync } from "../support/compressedGlb";
import { DropAsync } from "./dropFile";
import { CreateSogAsync } from "./madeFiles";
import { MadeFile } from "./temporaryFiles";
import { CountHuesAsync, MessageAsync, UseViewer, type ViewerWindow } from "./viewerPage";

const openAsync = UseViewer();

/** Drops a file and waits until it is open, or an error is shown. @returns the error, or null */
async function dropAsync(page: Page, name: string, bytes: Uint8Array): Promise<string | null> {
    await DropAsync(page, MadeFile(name, bytes));
    const title = name.replace(/\.\w+$/, "");
    await page.waitForFunction(
        (expected) =>
            document.getElementById("title")?.textContent === expected ||
            document.getElementById("message")?.hidden === false,
        title,
    );
    return MessageAsync(page);
}

it("opens Draco, meshopt, KTX2 and SOG without a request beyond the page's own server", async () => {
    const page = await openAsync("?segment=off");
    const { origin } = new URL(page.url());
    const foreign: string[] = [];
    await page.route(/^http/, (route) => {
        const url = route.request().url();
        if (!url.startsWith(origin)) {
            foreign.push(url);
        }
        return url.startsWith(origin) ? route.continue() : route.abort();
    });
    expect(await dropAsync(page, "draco.glb", await CompressedGlbAsync("draco"))).toBeNull();
    expect(await dropAsync(page, "meshopt.glb", await CompressedGlbAsync("meshopt"))).toBeNull();
    expect(await dropAsync(page, "ktx2.glb", await CompressedGlbAsync("ktx2"))).toBeNull();
    await expect.poll(() => CountHuesAsync(page)).toBeGreaterThanOrEqual(2); // the red and green checks
    const { file, rows } = await CreateSogAsync(300);
    expect(await dropAsync(page, "table.sog", file)).toBeNull();
    const bytes = await page.evaluate(() => {
        const { engineStore } = globalThis as unknown as ViewerWindow;
        const meshes = engineStore.LastCreatedScene!.meshes;
        const splats = meshes.find((mesh) => mesh.getClassName() === "GaussianSplattingMesh") as GaussianSplattingMesh;
        return [...new Uint8Array(splats.splatsData!)];
    });
    // Colors are exact, even where alpha is low, which a canvas would round.
    const colors = (all: ArrayLike<number>): number[] => Array.from(all).filter((_, i) => i % 32 >= 24 && i % 32 < 28);
    expect(colors(bytes)).toEqual(colors(rows));
    expect(foreign).toEqual([]);
});
