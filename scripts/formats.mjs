// Opens every file of a folder in the viewer's page and prints what came out: npm run formats -- <folder> [--out
// <folder>]
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { basename, extname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { ChromiumLaunchOptions } from "../test/support/chromium.mjs";
import { PAGE_TIMEOUT, SceneHandle, ServeDemoAsync, WaitForFramesAsync, WatchConsole } from "./viewerPage.mjs";

const USAGE = `npm run formats -- <folder> [options]

Opens every model, capture and saved segmentation below a folder in the viewer, one after the other in one page, and
prints a line for each: what came out, the seconds, notes, and complaints on the console.

  --out <folder>     writes a screenshot of each
  --seconds <n>      the longest time for one of them; default 60
  --size <w>x<h>     the size of the page; default 1100x700
  --match <text>     only paths that contain the text`;

const MODELS = /\.(glb|gltf|obj|stl|ply|splat|spz|sog|ksplat|bumh|umrt|zip)$/i;
/** Models that name other files. */
const REFERRING = /\.(glb|gltf|obj)$/i;
const COMPANION = /\.(bin|mtl|png|jpe?g|webp|ktx2|tga|bmp)$/i;
const CAPTURE = /^(transforms.*\.json|cameras\.(bin|txt)|poses_bounds\.npy|sparse|meta\.json|lod-meta\.json)$/;

/**
 * @typedef {{ name: string, paths: string[] }} Opening
 * The files and folders that are dropped together.
 */

/**
 * Returns everything that can be opened below a folder.
 * @param {string} folder
 * @param {string} root
 * @returns {Opening[]}
 */
function findOpenings(folder, root) {
    const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => a.name.localeCompare(b.name));
    if (entries.some(({ name }) => CAPTURE.test(name))) {
        return [{ name: relative(root, folder) || basename(folder), paths: [folder] }];
    }
    const companions = entries
        .filter((entry) =>
            entry.isDirectory() ? holdsOnlyCompanions(join(folder, entry.name)) : isCompanion(entry.name),
        )
        .map(({ name }) => join(folder, name));
    return entries.flatMap((entry) => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) {
            return findOpenings(path, root);
        }
        const others = REFERRING.test(entry.name) ? companions : [];
        return MODELS.test(entry.name) ? [{ name: relative(root, path), paths: [path, ...others] }] : [];
    });
}

/** @param {string} name */
function isCompanion(name) {
    return COMPANION.test(name);
}

/**
 * @param {string} folder
 * @returns {boolean}
 */
function holdsOnlyCompanions(folder) {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.length > 0 && entries.every((entry) => entry.isFile() && isCompanion(entry.name));
}

/**
 * Drops files on the page.
 * @param {import("playwright-core").Page} page
 * @param {string[]} paths
 */
async function dropAsync(page, paths) {
    const devTools = await page.context().newCDPSession(page);
    const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
    const data = { items: [], files: paths, dragOperationsMask: 1 };
    for (const type of /** @type {const} */ (["dragEnter", "dragOver", "drop"])) {
        await devTools.send("Input.dispatchDragEvent", { type, x: width / 2, y: height / 2, data });
    }
    await devTools.detach();
}

/**
 * Opens files in the page. @returns what came out; null when the page did not answer in time
 * @param {import("playwright-core").Page} page
 * @param {Opening} opening
 * @param {number} seconds
 */
async function openAsync(page, { paths }, seconds) {
    await page.evaluate(() => {
        const shared = /** @type {{ hasOpened?: boolean }} */ (globalThis);
        const canvas = /** @type {HTMLElement} */ (document.getElementById("canvas"));
        /** @type {HTMLElement} */ (document.getElementById("message")).hidden = true;
        shared.hasOpened = false;
        const observer = new MutationObserver(() => {
            if (canvas.ariaBusy === "false") {
                observer.disconnect();
                shared.hasOpened = true;
            }
        });
        observer.observe(canvas, { attributeFilter: ["aria-busy"] });
    });
    await dropAsync(page, paths);
    const isDone = await page
        .waitForFunction(() => /** @type {{ hasOpened?: boolean }} */ (globalThis).hasOpened, null, {
            timeout: 1000 * seconds,
            polling: 50,
        })
        .then(
            () => true,
            () => false,
        );
    if (!isDone) {
        return null;
    }
    await page.waitForTimeout(50); // the message appears after the opening
    return await page.evaluate(() => {
        const textsOf = (/** @type {string} */ id) =>
            [...document.querySelectorAll(`#${id} li`)].map((item) => item.textContent ?? "");
        const message = /** @type {HTMLElement} */ (document.getElementById("message"));
        return {
            refusal: message.hidden ? null : (document.getElementById("messageText")?.textContent ?? ""),
            facts: textsOf("aboutFacts"),
            notes: textsOf("aboutNotes"),
        };
    });
}

const { values, positionals } = parseArgs({
    options: {
        out: { type: "string" },
        seconds: { type: "string", default: "60" },
        size: { type: "string", default: "1100x700" },
        match: { type: "string", default: "" },
        help: { type: "boolean", default: false },
    },
    allowPositionals: true,
});
const [root] = positionals;
const [width, height] = values.size.split("x").map(Number);
const seconds = Number(values.seconds);
if (values.help || !root || !(seconds > 0) || !(width > 0 && height > 0)) {
    console.log(USAGE);
    process.exit(values.help ? 0 : 1);
}
if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) {
    console.error(`"${root}" is not a folder; name a folder with models.`);
    process.exit(1);
}
const openings = findOpenings(root, root).filter(({ name }) => name.includes(values.match));
if (values.out) {
    mkdirSync(values.out, { recursive: true });
}
const server = await ServeDemoAsync("viewer", [SceneHandle()]);
const browser = await chromium.launch(ChromiumLaunchOptions());
let faults = 0;
let refusals = 0;
try {
    const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: "dark",
        reducedMotion: "reduce",
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PAGE_TIMEOUT);
    const complaints = WatchConsole(page);
    const startAsync = async () => {
        await page.goto(`${server.address}?segment=off`);
        await page.waitForSelector("#save:enabled");
        await page.waitForFunction(() => document.getElementById("canvas")?.ariaBusy === "false");
    };
    await startAsync();
    for (const opening of openings) {
        complaints.length = 0;
        const start = performance.now();
        const result = await openAsync(page, opening, seconds);
        const taken = `${((performance.now() - start) / 1000).toFixed(1)} s`;
        if (values.out && result && result.refusal === null) {
            await page.evaluate(() => /** @type {any} */ (globalThis).engineStore.LastCreatedScene.whenReadyAsync());
            await WaitForFramesAsync(page);
            const picture = `${opening.name.replaceAll("/", "_")}${extname(opening.name) ? "" : "_"}.png`;
            await page.screenshot({ path: join(values.out, picture) });
        }
        const outcome =
            result === null
                ? `HANGS for more than ${seconds} s`
                : result.refusal === null
                  ? `opens: ${result.facts.join(", ")}`
                  : `is refused: ${result.refusal}`;
        const notes = result && result.refusal === null ? result.notes : [];
        console.log(
            [
                `${opening.name}: ${outcome} (${taken})`,
                ...notes.map((note) => `    note: ${note}`),
                ...complaints.map((complaint) => `    CONSOLE: ${complaint.slice(0, 300)}`),
            ].join("\n"),
        );
        faults += result === null || complaints.length > 0 ? 1 : 0;
        refusals += result && result.refusal !== null ? 1 : 0;
        if (result === null) {
            await startAsync();
        }
    }
} finally {
    await browser.close();
    await server.closeAsync();
}
console.log(`${openings.length} tried, ${refusals} refused, ${faults} with faults`);
process.exitCode = faults > 0 ? 1 : 0;
