// Builds the package: ES modules with declarations, and one script for pages without modules.
//   node scripts/build.mjs [package folder, whose dist is replaced]
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const repositoryFolder = fileURLToPath(new URL("..", import.meta.url));

/**
 * Adds file endings to the paths in declarations, which TypeScript leaves out, so that every setting of
 * `moduleResolution` resolves them.
 * @param {string} folder
 */
function finishDeclarations(folder) {
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        if (name.endsWith(".d.ts")) {
            const file = join(folder, name);
            const text = readFileSync(file, "utf8");
            const path = /((?:\bfrom |\bimport |\bimport\()")((?:\.{1,2}|@babylonjs)\/[^"]*?)(?:\.js)?(")/g;
            writeFileSync(file, text.replace(path, "$1$2.js$3"));
        }
    }
}

/**
 * Declares the script for pages without modules: the names of all entries in a global.
 * @param {string} dist
 */
function declareScript(dist) {
    const script = readFileSync(join(repositoryFolder, "src/umd.ts"), "utf8");
    const exported = script.match(/^export .*;$/gm)?.map((line) => line.replace(/"\.\/(.*)"/, '"../$1.js"')) ?? [];
    const lines = [...exported, "export as namespace BABYLON_ULTRAMETRIC;", ""];
    writeFileSync(join(dist, "umd/babylon-ultrametric.d.ts"), lines.join("\n"));
}

/**
 * Writes the licenses of the packages whose code the script and the workers contain.
 * @param {string} dist
 */
function writeNotices(dist) {
    /** @type {Map<string, string>} */
    const notices = new Map();
    const add = (/** @type {string} */ name) => {
        const folder = join(repositoryFolder, "node_modules", name);
        const { version, license, dependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
        const file = readdirSync(folder).find((other) => /^licen[cs]e/i.test(other));
        if (!file) {
            throw new Error(`${name} has no license file, which the package has to contain.`);
        }
        const text = readFileSync(join(folder, file), "utf8").trim();
        notices.set(name, `${name} ${version} (${license})\n\n${text}\n`);
        for (const other of Object.keys(dependencies).filter((key) => !notices.has(key))) {
            add(other);
        }
    };
    const { dependencies } = JSON.parse(readFileSync(join(repositoryFolder, "package.json"), "utf8"));
    Object.keys(dependencies).forEach(add);
    const line = `\n${"-".repeat(80)}\n\n`;
    const start = "The script and the workers of this package contain code of these packages:\n";
    writeFileSync(join(dist, "THIRD-PARTY-NOTICES.txt"), [start, ...notices.values()].join(line));
}

/**
 * Builds the package.
 * @param {string} packageFolder the parent folder of `dist`
 */
export async function BuildPackageAsync(packageFolder) {
    const dist = join(packageFolder, "dist");
    // Each build empties its output folder.
    for (const [config, outDir] of [
        ["vite.config.ts", dist],
        ["vite.umd.config.ts", join(dist, "umd")],
    ]) {
        await build({
            root: repositoryFolder,
            configFile: join(repositoryFolder, config),
            logLevel: "warn",
            build: { outDir, emptyOutDir: true },
        });
    }
    const compiler = join(repositoryFolder, "node_modules", ".bin", "tsc");
    const project = join(repositoryFolder, "tsconfig.build.json");
    const { status, stdout, error } = spawnSync(compiler, ["-p", project, "--outDir", dist], {
        encoding: "utf8",
        shell: process.platform === "win32",
    });
    if (status !== 0) {
        throw new Error(`tsc failed:\n${error ?? stdout}`);
    }
    finishDeclarations(dist);
    declareScript(dist);
    writeNotices(dist);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    await BuildPackageAsync(resolve(process.argv[2] ?? repositoryFolder));
}
