import { join } from "node:path";
import { defineConfig, type Plugin } from "vite";

/** Packages that a page may lack: asked for when they are used, so their scripts' globals are read only then. */
const LATE_PACKAGES: readonly { start: string; global: string; names: readonly string[] }[] = [
    { start: "@babylonjs/serializers/", global: "BABYLON", names: ["GLTF2Export"] },
    { start: "onnxruntime-web", global: "ort", names: ["InferenceSession", "Tensor", "env"] },
];

/** A script cannot import a package by its name: the global that the package's own script makes stands for it. */
function LateGlobals(): Plugin {
    const marker = "\0late-global:";
    return {
        name: "late-globals",
        enforce: "pre",
        resolveId(id) {
            const found = LATE_PACKAGES.find(({ start }) => id.startsWith(start));
            return found && marker + found.start;
        },
        load(id) {
            const found = LATE_PACKAGES.find(({ start }) => id === marker + start);
            return (
                found &&
                `const { ${found.names} } = globalThis.${found.global} ?? {};
                if (!${found.names[0]}) { throw new Error("The global ${found.global}.${found.names[0]} is missing."); }
                export { ${found.names} };`
            );
        },
    };
}

/** Takes Babylon's modules that are imported late from its global, which is there from the start. */
function LateBabylon(): Plugin {
    return {
        name: "late-babylon", // without `enforce`, so that types are gone
        transform(code, id) {
            const changed = code.replace(
                /\bimport\(\s*"@babylonjs\/(core|gui)\/[^"]+"\s*\)/g,
                (_, peer) => `Promise.resolve(globalThis.BABYLON${peer === "gui" ? ".GUI" : ""})`,
            );
            return changed === code || id.includes("node_modules") ? undefined : { code: changed, map: null };
        },
    };
}

/**
 * The same library as one script for pages that load Babylon by script tags, as the Playground does. Its workers are
 * inside, as in the modules.
 */
export default defineConfig({
    plugins: [LateGlobals(), LateBabylon()],
    build: {
        target: "es2022",
        outDir: "dist/umd",
        lib: {
            entry: join(import.meta.dirname, "src/umd.ts"),
            name: "BABYLON_ULTRAMETRIC",
            formats: ["umd"],
            fileName: () => "babylon-ultrametric.js",
        },
        rolldownOptions: {
            checks: { pluginTimings: false },
            external: [/^@babylonjs\/(core|gui)\//],
            output: { globals: (id) => (id.startsWith("@babylonjs/gui/") ? "BABYLON.GUI" : "BABYLON") },
        },
    },
    worker: { rolldownOptions: { output: { minify: true } } },
});
