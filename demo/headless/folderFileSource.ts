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
}

function codeOf(error: unknown): unknown {
    return error instanceof Error && "code" in error ? error.code : undefined;
}
