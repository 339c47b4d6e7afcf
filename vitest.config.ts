import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { playwright } from "@vitest/browser-playwright";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { SoftwareVulkanEnvironment } from "./demo/headless/softwareVulkan.mjs";
import { ChromiumLaunchOptions } from "./test/support/chromium.mjs";
import { DocExamples } from "./test/support/docExamples.mjs";

/**
 * Babylon's deep paths have no file ending, which Node wants. Naming the file lets Node load it as it is; having Vite
 * transform Babylon's modules instead costs every test file two seconds.
 */
function BabylonForNode(): Plugin {
    return {
        name: "babylon-for-node",
        enforce: "pre",
        resolveId(id) {
            if (!id.startsWith("@babylonjs/")) {
                return undefined;
            }
            const file = join(import.meta.dirname, "node_modules", id.endsWith(".js") ? id : `${id}.js`);
            return existsSync(file) ? { id: pathToFileURL(file).href, external: true } : undefined;
        },
    };
}

/** The package's entries, which the demo imports as an application does. */
const PACKAGE_ENTRIES = [
    { find: /^babylon-ultrametric$/, replacement: join(import.meta.dirname, "src/index.ts") },
    { find: /^babylon-ultrametric\/ui$/, replacement: join(import.meta.dirname, "src/ui/index.ts") },
    { find: /^babylon-ultrametric\/(\w+)$/, replacement: join(import.meta.dirname, "src/$1.ts") },
];

export default defineConfig({
    test: {
        maxWorkers: "100%", // the default leaves a core to the main process, which mostly waits
        projects: [
            {
                plugins: [BabylonForNode()],
                resolve: { alias: PACKAGE_ENTRIES },
                test: {
                    name: "unit",
                    include: ["test/unit/**/*.test.ts", "test/fuzz/**/*.test.ts"],
                    isolate: false, // a worker for each file would load the same modules again
                    testTimeout: 60_000, // tests take less than 3 seconds, but others may use the machine
                    hookTimeout: 60_000,
                },
            },
            {
                plugins: [BabylonForNode()],
                test: {
                    name: "kernel",
                    include: ["test/kernel/**/*.test.ts"],
                    isolate: false,
                    pool: "forks", // the environment below has to be there when the process starts
                    env: SoftwareVulkanEnvironment(),
                    testTimeout: 120_000,
                    hookTimeout: 60_000,
                },
            },
            {
                plugins: [BabylonForNode()],
                test: {
                    name: "quality",
                    include: ["test/quality/**/*.test.ts"],
                    globalSetup: "test/quality/reportMissingData.ts",
                    pool: "forks",
                    env: SoftwareVulkanEnvironment(),
                    testTimeout: 180_000,
                    hookTimeout: 180_000,
                },
            },
            {
                plugins: [BabylonForNode()],
                test: {
                    name: "package",
                    include: ["test/package/**/*.test.ts"],
                    testTimeout: 120_000,
                    hookTimeout: 120_000,
                },
            },
            {
                plugins: [BabylonForNode()],
                test: {
                    name: "viewer",
                    include: ["test/viewer/**/*.test.ts"],
                    globalSetup: "test/viewer/serveViewer.ts",
                    testTimeout: 240_000,
                    hookTimeout: 60_000,
                    fileParallelism: false,
                    sequence: { groupOrder: 1 }, // after the tests in Node, beside those in the browser
                },
            },
            {
                plugins: [DocExamples()],
                resolve: { alias: PACKAGE_ENTRIES },
                // Threads of WebAssembly (onnxruntime) need a cross-origin isolated page.
                server: {
                    headers: {
                        "Cross-Origin-Opener-Policy": "same-origin",
                        "Cross-Origin-Embedder-Policy": "require-corp",
                    },
                },
                // Dependencies that are found while a test runs make Vite reload the page under it.
                optimizeDeps: { exclude: ["onnxruntime-web"], entries: ["test/browser/**/*.test.ts", "src/**/*.ts"] },
                test: {
                    name: "browser",
                    include: ["test/browser/**/*.test.ts"],
                    testTimeout: 120_000,
                    hookTimeout: 60_000,
                    fileParallelism: false, // one GPU, here even one that is the CPU
                    sequence: { groupOrder: 1 },
                    browser: {
                        enabled: true,
                        headless: true,
                        screenshotFailures: false,
                        provider: playwright({ launchOptions: ChromiumLaunchOptions() }),
                        instances: [{ browser: "chromium" }],
                    },
                },
            },
        ],
    },
});
