import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PackAsync } from "../../scripts/pack.mjs";

export const repositoryFolder = fileURLToPath(new URL("../..", import.meta.url));

/** The packages that an application installs beside this one: its required peers and its dependencies. */
const INSTALLED = ["@babylonjs/core", "@babylonjs/gui", "earcut", "fast-png", "fflate", "fzstd", "iobuffer"];

/** The package as `npm pack` writes it, installed in an application's folder. */
export interface PackedPackage {
    readonly tarball: string;
    /** Paths in the package. */
    readonly files: readonly { readonly path: string; readonly size: number }[];
    /** Bytes of the tarball. */
    readonly size: number;
    /** The application: a copy of test/package/app, with node_modules. */
    readonly appFolder: string;
    /** The folder in which the package is installed. */
    readonly packageFolder: string;
    remove(): void;
}

/** Builds in a separate folder, so that it can run beside a build in the repository. */
export async function PackAndInstallAsync(): Promise<PackedPackage> {
    const folder = mkdtempSync(join(tmpdir(), "packed-"));
    const remove = (): void => rmSync(folder, { recursive: true, force: true });
    try {
        const { tarball, files, size } = await PackAsync(join(folder, "source"));
        const appFolder = join(folder, "app");
        cpSync(join(repositoryFolder, "test", "package", "app"), appFolder, { recursive: true });
        const modules = join(appFolder, "node_modules");
        for (const name of INSTALLED) {
            mkdirSync(join(modules, name, ".."), { recursive: true });
            symlinkSync(join(repositoryFolder, "node_modules", name), join(modules, name), "junction");
        }
        // The equivalent of an install without a network.
        execFileSync("tar", ["-xzf", tarball], { cwd: folder });
        const packageFolder = join(modules, "babylon-ultrametric");
        cpSync(join(folder, "package"), packageFolder, { recursive: true });
        return { tarball, files, size, appFolder, packageFolder, remove };
    } catch (error) {
        remove();
        throw error;
    }
}

/** Lists the files of a folder and its subfolders. */
export function FilesBelow(folder: string, ending: string): string[] {
    return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(ending));
}
