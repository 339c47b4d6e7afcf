import type { Dirent } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { ThrowIfAborted, UltrametricError } from "../../src/compute/base/ultrametricError";
import type { FileSource } from "../../src/plugin/sources/fileSource";

/** Files below a local folder, for Node. */
export class FolderFileSource implements FileSource {
    public readonly name: string;

    /** @param folder path of the folder */
    public constructor(folder: string) {
        this.name = folder.replace(/[/\\]+$/, "");
    }

    public async readBytesAsync(path: string, signal?: AbortSignal): Promise<Uint8Array> {
        try {
            return await readFile(join(this.name, path), { signal });
        } catch (error) {
            ThrowIfAborted(signal, `Reading ${this.name}/${path}`);
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
            return (await stat(join(this.name, path))).isFile();
        } catch (error) {
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
