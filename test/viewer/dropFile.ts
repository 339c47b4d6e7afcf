import type { Page } from "playwright-core";

/** Drops a file or a folder on the page. */
export async function DropAsync(page: Page, path: string): Promise<void> {
    const devTools = await page.context().newCDPSession(page);
    const data = { items: [], files: [path], dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"] as const) {
        await devTools.send("Input.dispatchDragEvent", { type, x: 500, y: 300, data });
    }
    await devTools.detach();
}
