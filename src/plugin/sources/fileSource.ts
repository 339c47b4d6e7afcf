/** A source of files, such as a folder, a URL or an archive. Paths are relative, with "/" between folders. */
export interface FileSource {
    /** Name of the folder or URL, for messages. */
    readonly name: string;
    /**
     * Reads a whole file.
     *
     * @throws UltrametricError "input" when the file does not exist or cannot be read, "aborted"
     */
    readBytesAsync(path: string, signal?: AbortSignal): Promise<Uint8Array>;
    /** Returns whether a file exists. @throws UltrametricError "input" | "aborted" */
    existsAsync(path: string, signal?: AbortSignal): Promise<boolean>;
    /**
     * Lists the names of the files directly in a folder ("" is the top), sorted by UTF-16 code units; an empty list if
     * the folder does not exist. Undefined where files cannot be listed, as at URLs.
     */
    listAsync?(folder: string, signal?: AbortSignal): Promise<string[]>;
    /**
     * Lists the paths of all files in all folders, sorted by UTF-16 code units. Undefined where files cannot be
     * listed, as at URLs.
     */
    listAllAsync?(signal?: AbortSignal): Promise<string[]>;
}

/**
 * Returns the name of a file without folders and without its extension, if that is one of `extensions` (with the dot).
 */
export function BaseName(path: string, extensions: readonly string[] = []): string {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const extension = extensions.find((e) => name.toLowerCase().endsWith(e));
    return extension === undefined ? name : name.slice(0, -extension.length);
}
