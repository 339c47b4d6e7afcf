// Builds the viewer, the guides and the API pages as one folder of static files, which works at any address.
//   node scripts/buildSite.mjs [output folder, which is replaced]
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const repositoryFolder = fileURLToPath(new URL("..", import.meta.url));
const siteFolder = resolve(process.argv[2] ?? join(repositoryFolder, "out", "site"));

await build({
    configFile: join(repositoryFolder, "demo", "viewer", "vite.config.ts"),
    logLevel: "warn",
    build: { outDir: siteFolder, emptyOutDir: true },
});
const { status } = spawnSync("npm", ["run", "build", "-w", "docs/site", "--", "--out", join(siteFolder, "docs")], {
    cwd: repositoryFolder,
    stdio: "inherit",
    shell: process.platform === "win32",
});
if (status !== 0) {
    throw new Error("Building the documentation failed.");
}
console.log(`${siteFolder}: index.html is the viewer, docs/index.html the documentation.`);
