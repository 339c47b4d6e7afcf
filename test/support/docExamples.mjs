import { readFileSync } from "node:fs";
import { join } from "node:path";

const PREFIX = "virtual:docs/";

/** The variables that examples may use: a scene with its meshes, results of earlier steps, and elements of a page. */
const SCOPE = "scene, meshes, segmentation, texture, capture, hierarchy, undoButton, redoButton, controller, ray";

/**
 * Provides the examples of docs/ as modules: `virtual:docs/editing/0` is the first block of TypeScript in
 * docs/editing.md, as a function `run` of the variables in SCOPE; it returns the variables that the example declares.
 * @returns {import("vite").Plugin}
 */
export function DocExamples() {
    const root = join(import.meta.dirname, "../..");
    const folder = join(root, "docs");
    return {
        name: "doc-examples",
        enforce: "pre",
        resolveId(id) {
            return id.startsWith(PREFIX) ? `${join(folder, id.slice(PREFIX.length))}.example.ts` : undefined;
        },
        load(id) {
            const match = /docs\/([\w-]+)\/(\d+)\.example\.ts$/.exec(id);
            if (!match) {
                return undefined;
            }
            const text = readFileSync(join(folder, `${match[1]}.md`), "utf8");
            const block = [...text.matchAll(/```ts\n([\s\S]*?)```/g)][Number(match[2])]?.[1];
            if (block === undefined) {
                throw new Error(`docs/${match[1]}.md has no example ${match[2]}.`);
            }
            const lines = block
                .replace(/"babylon-ultrametric(?:\/(\w+))?"/g, (_, entry = "index") =>
                    JSON.stringify(join(root, "src", entry === "ui" ? "ui/index.ts" : `${entry}.ts`)),
                )
                .split("\n");
            const isImport = (/** @type {string} */ line) => line.startsWith("import ");
            const made = [...block.matchAll(/^const (?:\{ (\w+) \}|\[(\w+)\]|(\w+)) =/gm)].map(
                (m) => m[1] ?? m[2] ?? m[3],
            );
            return [
                ...lines.filter(isImport),
                `export async function run({ ${SCOPE} }) {`,
                "{",
                ...lines.filter((line) => !isImport(line)),
                `return { ${made.join(", ")} };`,
                "}",
                "}",
            ].join("\n");
        },
    };
}
