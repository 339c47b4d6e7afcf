// Runs a TypeScript program of this repository in Node, with WebGPU: node demo/headless/run.mjs <entry.ts>
// [arguments...] Bundles the program (Babylon's deep paths and `?raw` imports need a bundler), then starts Node with
// the environment of a Vulkan driver. Passes on arguments, exit code and signals.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { constants } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { SoftwareVulkanEnvironment } from "./softwareVulkan.mjs";

const repositoryFolder = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/**
 * Bundles a program for Node.
 * @param {string} entry path of the program
 * @param {string} outputFolder folder of the bundle; inside the repository, so that it finds node_modules
 * @returns {Promise<string>} path of the bundle
 */
async function bundleAsync(entry, outputFolder) {
    await build({
        root: repositoryFolder,
        configFile: false,
        logLevel: "warn",
        resolve: { tsconfigPaths: true }, // the package by its name is its sources
        ssr: { noExternal: [/^@babylonjs\//] },
        build: {
            ssr: entry,
            outDir: outputFolder,
            emptyOutDir: false,
            target: "node20",
            minify: false,
            sourcemap: true,
            rolldownOptions: { output: { entryFileNames: "program.mjs" } },
        },
    });
    return join(outputFolder, "program.mjs");
}

/**
 * Runs a bundle in a new Node process.
 * @param {string} program path of the bundle
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
function runAsync(program, args) {
    return new Promise((done, fail) => {
        const child = spawn(process.execPath, ["--enable-source-maps", program, ...args], {
            stdio: "inherit",
            env: { ...process.env, ...SoftwareVulkanEnvironment() },
        });
        /** @type {NodeJS.Signals[]} */
        const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
        for (const signal of signals) {
            process.on(signal, () => child.kill(signal));
        }
        child.on("error", fail);
        child.on("exit", (code, signal) => done(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
}

const [entry, ...args] = process.argv.slice(2);
if (!entry || !existsSync(entry)) {
    console.error(
        entry
            ? `The program ${entry} does not exist.`
            : "Usage: node demo/headless/run.mjs <entry.ts> [arguments of the program...]",
    );
    process.exit(2);
}
const cacheFolder = join(repositoryFolder, "node_modules", ".cache", "babylon-ultrametric");
mkdirSync(cacheFolder, { recursive: true });
const outputFolder = mkdtempSync(join(cacheFolder, `run-${basename(entry, ".ts")}-`));
try {
    process.exitCode = await runAsync(await bundleAsync(resolve(entry), outputFolder), args);
} catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
} finally {
    rmSync(outputFolder, { recursive: true, force: true });
}
