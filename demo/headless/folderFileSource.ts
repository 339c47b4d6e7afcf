import type { Dirent } from "node:fs";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { Quoted, ThrowIfAborted, UltrametricError } from "../../src/compute/base/ultrametricError";
import type { FileSource } from "../../src/plugin/sources/fileSource";

/** Files below a local folder, for Node. */
export class FolderFileSource implements FileSource {
    public readonly name: string;
    private readonly _allowsOutside: boolean;

    /**
     * @param folder path of the folder
     * @param options `allowsOutside` also reads files outside of the folder, by paths with ".." and by links. Default
     * false: a file of the capture must not make the program read others.
     */
    public constructor(folder: string, { allowsOutside = false }: { readonly allowsOutside?: boolean } = {}) {
        this.name = folder.replace(/[/\\]+$/, "");
        this._allowsOutside = allowsOutside;
    }

    public async readBytesAsync(path: string, signal?: AbortSignal): Promise<Uint8Array> {
        try {
            const file = await this._findAsync(path);
            if (!(await stat(file)).isFile()) {
                throw new UltrametricError("input", `${this.name}/${path} is not a file. Check the path.`);
            }
            return await readFile(file, { signal });
        } catch (error) {
            ThrowIfAborted(signal, `Reading ${this.name}/${path}`);
            if (error instanceof UltrametricError) {
                throw error;
            }
            const missing = codeOf(error) === "ENOENT";
            throw new UltrametricError(
                "input",
                missing
                    ? `${this.name}/${path} does not exist. Check the folder and the file's name.`
                    : `${this.name}/${path} could not be read: ${String(error)}`,
                { cause: error },
            );
        }
    }

    public async existsAsync(path: string, signal?: AbortSignal): Promise<boolean> {
        ThrowIfAborted(signal, `Reading ${this.name}/${path}`);
        try {
            return (await stat(await this._findAsync(path))).isFile();
        } catch (error) {
            if (error instanceof UltrametricError) {
                return false; // outside of the folder
            }
            if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") {
                return false;
            }
            throw new UltrametricError("input", `${this.name}/${path} could not be accessed: ${String(error)}`, {
                cause: error,
            });
        }
    }

    public async listAsync(folder: string, signal?: AbortSignal): Promise<string[]> {
        ThrowIfAborted(signal, `Reading ${this.name}/${folder}`);
        try {
            const entries = await readdir(join(this.name, folder), { withFileTypes: true });
            // Captures are often assembled from links.
            const files = entries.filter((entry) => entry.isFile() || entry.isSymbolicLink());
            return files.map(({ name }) => name).sort();
        } catch (error) {
            if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") {
                return [];
            }
            throw new UltrametricError("input", `${this.name}/${folder} could not be listed: ${String(error)}`, {
                cause: error,
            });
        }
    }

    public async listAllAsync(signal?: AbortSignal): Promise<string[]> {
        const files: string[] = [];
        await this._walkAsync("", 0, files, signal);
        return files.sort();
    }

    /** Returns the real path of a file. @throws UltrametricError "input" for one outside of the folder */
    private async _findAsync(path: string): Promise<string> {
        const [folder, file] = await Promise.all([realpath(this.name), realpath(join(this.name, path))]);
        if (!this._allowsOutside && !file.startsWith(folder.endsWith(sep) ? folder : folder + sep) && file !== folder) {
            throw new UltrametricError(
                "input",
                `${this.name}: ${Quoted(path)} lies outside of the folder and is not read. Copy it into the folder, ` +
                    "or pass --allow-outside if you trust the files.",
            );
        }
        return file;
    }

    private async _walkAsync(folder: string, depth: number, files: string[], signal?: AbortSignal): Promise<void> {
        ThrowIfAborted(signal, `Reading ${this.name}`);
        let entries: Dirent[];
        try {
            entries = await readdir(join(this.name, folder), { withFileTypes: true });
        } catch (error) {
            if (codeOf(error) === "ENOENT" || codeOf(error) === "EACCES") {
                return; // a broken link, or a folder of somebody else
            }
            throw new UltrametricError("input", `${this.name}/${folder} could not be listed: ${String(error)}`, {
                cause: error,
            });
        }
        for (const entry of entries) {
            const path = `${folder}${entry.name}`;
            const isFolder = entry.isSymbolicLink()
                ? await stat(join(this.name, path)).then(
                      (target) => target.isDirectory(),
                      () => false,
                  )
                : entry.isDirectory();
            if (!isFolder) {
                files.push(path);
            } else if (depth < MAX_DEPTH) {
                await this._walkAsync(`${path}/`, depth + 1, files, signal);
            }
            if (files.length > MAX_FILES) {
                throw new UltrametricError(
                    "input",
                    `${this.name} holds more than ${MAX_FILES} files. Choose the folder of the capture alone.`,
                );
            }
        }
    }
}

/** Limits of listAllAsync, which a folder picked by mistake, such as the whole disk, would exceed. */
const MAX_FILES = 500_000;
const MAX_DEPTH = 16;

function codeOf(error: unknown): unknown {
    return error instanceof Error && "code" in error ? error.code : undefined;
}
