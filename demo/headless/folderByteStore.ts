import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ByteStore } from "../../src/plugin/sam/byteStore";

/** A store of bytes as files of a folder, for Node. */
export class FolderByteStore implements ByteStore {
    /** @param name path of the folder, which the first write creates */
    public constructor(public readonly name: string) {}

    public async readAsync(key: string): Promise<Uint8Array | null> {
        try {
            return await readFile(join(this.name, key));
        } catch (error) {
            if (error instanceof Error && "code" in error && error.code === "ENOENT") {
                return null;
            }
            throw error;
        }
    }

    public async writeAsync(key: string, bytes: Uint8Array): Promise<void> {
        await mkdir(this.name, { recursive: true });
        await WriteFileAtomicallyAsync(join(this.name, key), bytes);
    }

    public async removeAsync(key: string): Promise<void> {
        await rm(join(this.name, key), { force: true });
    }
}

/** Writes a file atomically: it is complete or absent, however the program ends. */
export async function WriteFileAtomicallyAsync(path: string, content: Uint8Array | string): Promise<void> {
    const part = `${path}.${process.pid}.part`;
    try {
        await writeFile(part, content);
        await rename(part, path);
    } catch (error) {
        await rm(part, { force: true });
        throw error;
    }
}
