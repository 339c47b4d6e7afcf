/** Where files are read from: a folder, a web address, an archive. Paths are relative, with "/" between folders. */
export interface FileSource {
    /** A name for messages: the folder or the address. */
    readonly name: string;
    /**
     * Reads a whole file.
     * @throws UltrametricError ("input") when the file is not there or cannot be read, ("aborted") when `signal` is aborted
     */
    readBytesAsync(path: string, signal?: AbortSignal): Promise<Uint8Array>;
    /** Whether a file is there. */
    existsAsync(path: string, signal?: AbortSignal): Promise<boolean>;
    /**
     * Names of the files directly in a folder ("" is the top), sorted by their character codes; none where there is no such folder. Left out
     * where files cannot be listed, as at web addresses.
     */
    listAsync?(folder: string, signal?: AbortSignal): Promise<string[]>;
}

/** The file's name without its folders and, if it has one of the given endings (with the dot), without that. */
export function BaseName(path: string, endings: readonly string[] = []): string {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const ending = endings.find((e) => name.toLowerCase().endsWith(e));
    return ending === undefined ? name : name.slice(0, -ending.length);
}
