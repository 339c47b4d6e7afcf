import { ThrowIfAborted, UltrametricError } from "../../compute/base/ultrametricError";
import type { FileSource } from "./fileSource";

/** A function that returns the file when its contents are read. */
type FileGetter = () => Promise<File>;

/**
 * Files that the user of a page has picked or dropped. Paths omit the folders that contain all files, so that a
 * capture's folder and its contents can be picked alike.
 */
export class PickedFileSource implements FileSource {
    public readonly name: string;
    private readonly _files: ReadonlyMap<string, FileGetter>;

    private constructor(files: ReadonlyMap<string, FileGetter>, name = "picked files") {
        const byPath = new Map([...files].map(([path, get]) => [normalized(path), get]));
        const paths = [...byPath.keys()];
        if (paths.length === 0) {
            throw new UltrametricError(
                "input",
                "No files were picked or dropped. Pick the folder that holds the capture.",
            );
        }
        const common = commonFolder(paths);
        this.name = common === "" ? name : common.slice(0, -1).slice(common.lastIndexOf("/", common.length - 2) + 1);
        this._files = new Map([...byPath].map(([path, get]) => [path.slice(common.length), get]));
    }

    /**
     * Creates a source of the files of an `<input type="file">`, which picks a folder with the attribute
     * `webkitdirectory`, or several files with `multiple`.
     *
     * @throws UltrametricError "input" when there are none
     */
    public static FromFiles(files: Iterable<File>): PickedFileSource {
        return new PickedFileSource(
            new Map([...files].map((file) => [file.webkitRelativePath || file.name, () => Promise.resolve(file)])),
        );
    }

    /**
     * Creates a source of files by their paths, such as the files of an archive. A function returns its file whenever
     * the contents are read. "\\" in a path is "/", and ".." is left out.
     *
     * @param name name of the source if no folder contains all files. Default "picked files".
     * @throws UltrametricError "input" when there are none
     */
    public static FromPaths(files: ReadonlyMap<string, () => Promise<File>>, name?: string): PickedFileSource {
        const inside = (path: string): string =>
            path
                .split(/[\\/]/)
                .filter((part) => part !== "..")
                .join("/");
        return new PickedFileSource(new Map([...files].map(([path, get]) => [normalized(inside(path)), get])), name);
    }

    /**
     * Creates a source of the files and folders that were dropped on a page. Must be called synchronously in the
     * handler of the drop event, after which browsers clear the transfer.
     *
     * @throws UltrametricError "input" when it contains no file, or a folder cannot be read
     */
    public static async FromDataTransferAsync(transfer: DataTransfer): Promise<PickedFileSource> {
        const files = new Map<string, FileGetter>();
        const entries: FileSystemEntry[] = [];
        for (const item of transfer.items) {
            const entry = item.kind === "file" ? item.webkitGetAsEntry() : null;
            const file = item.kind === "file" && entry === null ? item.getAsFile() : null;
            if (entry !== null) {
                entries.push(entry);
            } else if (file !== null) {
                files.set(file.name, () => Promise.resolve(file));
            }
        }
        for (const entry of entries) {
            await walkEntryAsync(entry, files);
        }
        return new PickedFileSource(files);
    }

    /**
     * Creates a source of a folder from `showDirectoryPicker` or the origin private file system.
     *
     * @throws UltrametricError "input" when it has no files or cannot be read
     */
    public static async FromDirectoryAsync(directory: FileSystemDirectoryHandle): Promise<PickedFileSource> {
        const files = new Map<string, FileGetter>();
        try {
            await walkDirectoryAsync(directory, directory.name === "" ? "" : `${directory.name}/`, files);
        } catch (error) {
            throw readError(directory.name, error);
        }
        return new PickedFileSource(files);
    }

    public async readBytesAsync(path: string, signal?: AbortSignal): Promise<Uint8Array> {
        const file = await this.getFileAsync(path, signal);
        try {
            return new Uint8Array(await file.arrayBuffer());
        } catch (error) {
            throw readError(`${this.name}/${path}`, error);
        }
    }

    /**
     * Returns a file without reading its contents.
     *
     * @throws UltrametricError "input" when the file does not exist, "aborted"
     */
    public async getFileAsync(path: string, signal?: AbortSignal): Promise<File> {
        ThrowIfAborted(signal, `Reading ${this.name}/${path}`);
        const getAsync = this._files.get(normalized(path));
        if (getAsync === undefined) {
            throw new UltrametricError(
                "input",
                `${this.name}/${path} is not among the ${this._files.size} files that were picked. Check the name ` +
                    "of the file, and pick the folder of the whole capture.",
            );
        }
        try {
            return await getAsync();
        } catch (error) {
            throw readError(`${this.name}/${path}`, error);
        }
    }

    public async existsAsync(path: string, signal?: AbortSignal): Promise<boolean> {
        ThrowIfAborted(signal, `Reading ${this.name}/${path}`);
        return this._files.has(normalized(path));
    }

    public async listAsync(folder: string, signal?: AbortSignal): Promise<string[]> {
        ThrowIfAborted(signal, `Reading ${this.name}/${folder}`);
        const name = normalized(folder);
        const start = name === "" ? "" : `${name}/`;
        return [...this._files.keys()]
            .filter((path) => path.startsWith(start) && !path.includes("/", start.length))
            .map((path) => path.slice(start.length))
            .sort();
    }

    public async listAllAsync(signal?: AbortSignal): Promise<string[]> {
        ThrowIfAborted(signal, `Reading ${this.name}`);
        return [...this._files.keys()].sort();
    }
}

/** Returns the folder that contains all paths, with "/" at the end; "" for the top. */
function commonFolder(paths: readonly string[]): string {
    let common = paths[0].slice(0, paths[0].lastIndexOf("/") + 1);
    for (const path of paths) {
        while (!path.startsWith(common)) {
            common = common.slice(0, common.lastIndexOf("/", common.length - 2) + 1);
        }
    }
    return common;
}

/** Returns a path without empty segments and ".". */
function normalized(path: string): string {
    return path
        .split("/")
        .filter((part) => part !== "" && part !== ".")
        .join("/");
}

async function walkEntryAsync(entry: FileSystemEntry, files: Map<string, FileGetter>): Promise<void> {
    const path = normalized(entry.fullPath);
    if (entry.isFile) {
        files.set(path, () => new Promise((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)));
        return;
    }
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    const readAsync = (): Promise<FileSystemEntry[]> =>
        new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    try {
        // Browsers return the entries in batches; an empty batch is the end.
        for (let batch = await readAsync(); batch.length > 0; batch = await readAsync()) {
            for (const child of batch) {
                await walkEntryAsync(child, files);
            }
        }
    } catch (error) {
        throw readError(path, error);
    }
}

async function walkDirectoryAsync(
    directory: FileSystemDirectoryHandle,
    folder: string,
    files: Map<string, FileGetter>,
): Promise<void> {
    for await (const handle of directory.values()) {
        if (handle.kind === "file") {
            files.set(`${folder}${handle.name}`, () => (handle as FileSystemFileHandle).getFile());
        } else {
            await walkDirectoryAsync(handle as FileSystemDirectoryHandle, `${folder}${handle.name}/`, files);
        }
    }
}

function readError(what: string, error: unknown): UltrametricError {
    if (error instanceof UltrametricError) {
        return error;
    }
    return new UltrametricError(
        "input",
        `${what} could not be read: ${String(error)}. It may have been moved or changed since it was picked; ` +
            "pick the folder again.",
        { cause: error },
    );
}
