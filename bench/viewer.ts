// Seconds until the viewer shows the parts of the bundled capture, and of a dropped model:
//     node demo/headless/run.mjs bench/viewer.ts
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WithViewerAsync } from "../scripts/viewerPage.mjs";
import { DropAsync } from "../test/viewer/dropFile";
import { CreateExcavatorGlbAsync } from "../test/viewer/excavatorGlb";

const folder = mkdtempSync(join(tmpdir(), "bench-viewer-"));
const model = join(folder, "excavator.glb");
writeFileSync(model, await CreateExcavatorGlbAsync());
try {
    await WithViewerAsync({ width: 1100, height: 700 }, async (page, address) => {
        await page.goto(address);
        const secondsAsync = (): Promise<number> => page.evaluate(() => performance.now() / 1000);
        await page.waitForSelector("#save:enabled");
        console.log(`bundled capture: ${(await secondsAsync()).toFixed(1)} s`);
        const start = await secondsAsync();
        await DropAsync(page, model);
        await page.waitForSelector("#save:disabled");
        await page.waitForSelector("#save:enabled");
        console.log(`dropped model: ${((await secondsAsync()) - start).toFixed(1)} s`);
    });
} finally {
    rmSync(folder, { recursive: true });
}
