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
            const path = /((?:\bfrom |\bimport\()")((?:\.{1,2}|@babylonjs)\/[^"]*?)(?:\.js)?(")/g;
            writeFileSync(file, text.replace(path, "$1$2.js$3"));
        }
    }
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
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    await BuildPackageAsync(resolve(process.argv[2] ?? repositoryFolder));
}
