import { describe, expect, it } from "vitest";
import { CreateBrokenFiles } from "./brokenFiles";
import { UseViewer, WaitForPartsAsync } from "./viewerPage";

/** The longest time for a broken file, in milliseconds. */
const LONGEST = 20_000;
const GOOD = `ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\nend_header
0 0 0\n1 0 0\n0 1 0\n`;

const openAsync = UseViewer();

describe("the viewer", () => {
    it("opens a good file after each of many broken ones", async () => {
        const page = await openAsync("?segment=off");
        await WaitForPartsAsync(page);
        const files = CreateBrokenFiles().map(({ name, bytes }) => ({ name, bytes: [...bytes] }));
        expect(files.length).toBeGreaterThanOrEqual(30);
        const outcomes = await page.evaluate(
            async ({ broken, good, longest }) => {
                const element = (id: string): HTMLElement => document.getElementById(id)!;
                const canvas = element("canvas");
                const dropAsync = async (name: string, bytes: BlobPart): Promise<string> => {
                    element("message").hidden = true;
                    const dataTransfer = new DataTransfer();
                    dataTransfer.items.add(new File([bytes], name));
                    const opened = new Promise<string>((resolve) => {
                        const observer = new MutationObserver(() => {
                            if (canvas.ariaBusy === "false") {
                                observer.disconnect();
                                resolve("opens");
                            }
                        });
                        observer.observe(canvas, { attributeFilter: ["aria-busy"] });
                        setTimeout(() => resolve("hangs"), longest);
                    });
                    window.dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
                    const outcome = await opened;
                    await new Promise((resolve) => setTimeout(resolve)); // the message follows
                    return element("message").hidden ? outcome : (element("messageText").textContent ?? "");
                };
                const found: { name: string; outcome: string; next: string }[] = [];
                for (const [i, { name, bytes }] of broken.entries()) {
                    const outcome = await dropAsync(name, new Uint8Array(bytes));
                    const next = await dropAsync(`good ${i}.ply`, good);
                    found.push({ name, outcome, next: next === "opens" ? element("title").textContent! : next });
                }
                return found;
            },
            { broken: files, good: GOOD, longest: LONGEST },
        );
        expect(outcomes.map(({ name, next }) => [name, next])).toEqual(files.map(({ name }, i) => [name, `good ${i}`]));
        expect(outcomes.filter(({ outcome }) => outcome === "hangs")).toEqual([]);
        // Errors name the file and are no accidents.
        for (const { name, outcome } of outcomes) {
            expect(outcome, name).not.toMatch(/undefined|null \(|is not a function|Cannot read|Unable to load/);
        }

        // The card tells what was read, and what was changed.
        expect(await page.textContent("#aboutOpen")).toBe("1 note");
        await page.focus("#aboutOpen");
        await page.keyboard.press("Enter");
        expect(await page.isVisible("#about")).toBe(true);
        expect(await page.textContent("#aboutFacts")).toBe("3 points");
        expect(await page.textContent("#aboutNotes")).toMatch(/no colors/);
        await page.keyboard.press("Escape");
        expect(await page.isVisible("#about")).toBe(false);
    });
});
