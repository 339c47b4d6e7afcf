// Prints the size that the package adds to an application, without Babylon and onnxruntime-web.
//   node scripts/size.mjs [folder of the built package]
import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const repositoryFolder = fileURLToPath(new URL("..", import.meta.url));

/** The minimum that an application imports, to show a saved hierarchy, cut it and pick parts. */
const MINIMUM = "UltrametricSegmentation";

/**
 * @typedef {object} BundleSize
 * @property {number} first bytes loaded at once, minified and gzipped
 * @property {number} later bytes loaded on use, minified and gzipped
 * @property {{ name: string, bytes: number }[]} modules modules loaded at once, not minified, the largest first
 */

/**
 * Measures the bundle of an application.
 * @param {string} packageFolder
 * @param {string} names names imported from the package; * for all
 * @returns {Promise<BundleSize>}
 */
export async function MeasureBundleAsync(packageFolder, names = MINIMUM) {
    const index = join(packageFolder, "dist", "index.js");
    const code = `export ${names === "*" ? names : `{ ${names} }`} from ${JSON.stringify(index)};`;
    const entry = "\0application";
    const result = await build({
        configFile: false,
        logLevel: "error", // one bundle has nothing to load later, which is a warning
        root: repositoryFolder,
        plugins: [
            {
                name: "application",
                enforce: "pre",
                resolveId: (id) => (id === entry ? entry : undefined),
                load: (id) => (id === entry ? code : undefined),
            },
        ],
        build: {
            write: false,
            target: "es2022",
            modulePreload: false,
            rolldownOptions: {
                input: entry,
                external: [/^@babylonjs\//, /^onnxruntime-web/],
                preserveEntrySignatures: "strict",
            },
        },
    });
    const { output } = /** @type {import("vite").Rolldown.RolldownOutput} */ (result);
    const chunks = new Map(output.flatMap((chunk) => (chunk.type === "chunk" ? [[chunk.fileName, chunk]] : [])));
    const first = new Set(output.filter((chunk) => chunk.type === "chunk" && chunk.isEntry).map((c) => c.fileName));
    for (const name of first) {
        for (const other of chunks.get(name)?.imports ?? []) {
            if (chunks.has(other)) {
                first.add(other);
            }
        }
    }
    const size = { first: 0, later: 0, modules: /** @type {BundleSize["modules"]} */ ([]) };
    for (const [name, chunk] of chunks) {
        size[first.has(name) ? "first" : "later"] += gzipSync(chunk.code, { level: 9 }).length;
        for (const [module, { renderedLength: bytes }] of first.has(name) ? Object.entries(chunk.modules) : []) {
            size.modules.push({ name: module.replace(/^.*\/dist\//, ""), bytes });
        }
    }
    size.modules.sort((a, b) => b.bytes - a.bytes);
    return size;
}

/** @param {number} bytes */
function kilobytes(bytes) {
    return `${(bytes / 1000).toFixed(1).padStart(7)} kB`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const packageFolder = resolve(process.argv[2] ?? repositoryFolder);
    console.log("Minified and gzipped, without Babylon and onnxruntime-web:");
    for (const [what, names] of [
        [`minimum (${MINIMUM})`, MINIMUM],
        ["everything", "*"],
    ]) {
        const { first, later, modules } = await MeasureBundleAsync(packageFolder, names);
        console.log(`${kilobytes(first)} at once, ${kilobytes(later)} later: ${what}`);
        if (names === MINIMUM) {
            for (const { name, bytes } of modules.slice(0, 10)) {
                console.log(`${kilobytes(bytes)} of it, not minified: ${name}`);
            }
        }
    }
    const script = join(packageFolder, "dist", "umd", "babylon-ultrametric.js");
    console.log(`${kilobytes(gzipSync(readFileSync(script), { level: 9 }).length)} the script, gzipped`);
    console.log(`${kilobytes(statSync(script).size)} the script`);
}
