// Builds the package and writes its tarball, as it is published: npm publish out/package
//   node scripts/pack.mjs [folder, which is replaced]
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { BuildPackageAsync } from "./build.mjs";

const repositoryFolder = fileURLToPath(new URL("..", import.meta.url));
/** The fields of package.json that serve the repository alone. */
const OWN_FIELDS = ["scripts", "devDependencies", "workspaces"];

/**
 * Returns the page of the repository, from the one line of package.json that names it, `repository.url`.
 * @param {string} url
 */
function pageOf(url) {
    return url.replace(/^git\+/, "").replace(/\.git$/, "");
}

/**
 * Builds the package in a folder and packs it there.
 * @param {string} folder replaced
 * @returns {Promise<{ tarball: string, size: number, files: { path: string, size: number }[] }>} sizes in bytes
 */
export async function PackAsync(folder) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const name of ["CHANGELOG.md", "LICENSE"]) {
        cpSync(join(repositoryFolder, name), join(folder, name));
    }
    const manifest = JSON.parse(readFileSync(join(repositoryFolder, "package.json"), "utf8"));
    const page = pageOf(manifest.repository.url);
    for (const field of OWN_FIELDS) {
        delete manifest[field];
    }
    Object.assign(manifest, { homepage: `${page}#readme`, bugs: `${page}/issues` });
    writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 4)}\n`);
    // A page of the package has neither the pictures nor the other pages beside it.
    const readme = readFileSync(join(repositoryFolder, "README.md"), "utf8")
        .replace(/(!\[[^\]]*\]\()(?!https?:)/g, `$1${page}/raw/main/`)
        .replace(/((?<!!)\[[^\]]*\]\()(?!https?:|#)/g, `$1${page}/blob/main/`);
    writeFileSync(join(folder, "README.md"), readme);
    await BuildPackageAsync(folder);
    const report = execFileSync("npm", ["pack", "--json"], {
        cwd: folder,
        encoding: "utf8",
        shell: process.platform === "win32",
    });
    const [{ filename, files, size }] = Object.values(JSON.parse(report));
    return { tarball: join(folder, filename), size, files };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const { tarball, size } = await PackAsync(resolve(process.argv[2] ?? join(repositoryFolder, "out", "package")));
    console.log(`${tarball}: ${(size / 1e6).toFixed(2)} MB`);
}
