import { describe, expect, it } from "vitest";
import { PickedFileSource } from "../../src/plugin/sources/pickedFileSource";

/** Creates a file like a folder input. */
function Picked(path: string, content = path): File {
    const file = new File([content], path.slice(path.lastIndexOf("/") + 1));
    Object.defineProperty(file, "webkitRelativePath", { value: path.includes("/") ? path : "" });
    return file;
}

/** Creates the entry of a dropped file, like a browser. */
function FileEntry(fullPath: string): FileSystemEntry {
    const file = Picked(fullPath.slice(1));
    return {
        isFile: true,
        isDirectory: false,
        fullPath,
        file: (resolve: (file: File) => void) => resolve(file),
    } as unknown as FileSystemEntry;
}

/** Creates the entry of a dropped folder, like a browser: it returns two entries at a time. */
function FolderEntry(fullPath: string, children: FileSystemEntry[], fails = false): FileSystemEntry {
    return {
        isFile: false,
        isDirectory: true,
        fullPath,
        createReader: () => {
            let next = 0;
            return {
                readEntries: (resolve: (e: FileSystemEntry[]) => void, reject: (e: unknown) => void) => {
                    if (fails) {
                        reject(new Error("gone"));
                        return;
                    }
                    resolve(children.slice(next, next + 2));
                    next += 2;
                },
            };
        },
    } as unknown as FileSystemEntry;
}

function Dropped(entries: (FileSystemEntry | File | string)[]): DataTransfer {
    return {
        items: entries.map((entry) => ({
            kind: typeof entry === "string" ? "string" : "file",
            webkitGetAsEntry: () => (entry instanceof File || typeof entry === "string" ? null : entry),
            getAsFile: () => (entry instanceof File ? entry : null),
        })),
    } as unknown as DataTransfer;
}

const text = async (source: PickedFileSource, path: string): Promise<string> =>
    new TextDecoder().decode(await source.readBytesAsync(path));

describe("PickedFileSource", () => {
    it("has the files of a picked folder by their paths", async () => {
        const source = PickedFileSource.FromFiles(
            ["fern/transforms.json", "fern/images/b.png", "fern/images/a.png", "fern/images/more/c.png"].map((path) =>
                Picked(path),
            ),
        );
        expect(source.name).toBe("fern");
        expect(await text(source, "./images//a.png")).toBe("fern/images/a.png");
        expect(await source.existsAsync("transforms.json")).toBe(true);
        expect(await source.existsAsync("fern/transforms.json")).toBe(false);
        expect(await source.existsAsync("images")).toBe(false);
        expect(await source.listAsync("images/")).toEqual(["a.png", "b.png"]);
        expect(await source.listAsync("")).toEqual(["transforms.json"]);
        expect(await source.listAsync("im")).toEqual([]);
        const all = ["images/a.png", "images/b.png", "images/more/c.png", "transforms.json"];
        expect(await source.listAllAsync()).toEqual(all);
    });

    it("removes the folders that contain everything, and no others", async () => {
        const deep = PickedFileSource.FromFiles(["a/fern/x.json", "a/fern/images/y.png"].map((path) => Picked(path)));
        expect([deep.name, await deep.existsAsync("x.json")]).toEqual(["fern", true]);
        const two = PickedFileSource.FromFiles(["images/y.png", "images_2/y.png"].map((path) => Picked(path)));
        expect([two.name, await two.existsAsync("images_2/y.png")]).toEqual(["picked files", true]);
        const flat = PickedFileSource.FromFiles([Picked("x.json")]);
        expect(await flat.listAsync("")).toEqual(["x.json"]);
    });

    it("has dropped folders with their contents, and dropped files", async () => {
        const images = ["a", "b", "c", "d", "e"].map((name) => FileEntry(`/fern/images/${name}.png`));
        const fern = FolderEntry("/fern", [FolderEntry("/fern/images", images), FileEntry("/fern/transforms.json")]);
        const source = await PickedFileSource.FromDataTransferAsync(Dropped(["text", fern]));
        expect(source.name).toBe("fern");
        expect(await source.listAsync("images")).toEqual(["a.png", "b.png", "c.png", "d.png", "e.png"]);
        expect(await text(source, "images/e.png")).toBe("fern/images/e.png");
        const both = await PickedFileSource.FromDataTransferAsync(Dropped([fern, Picked("z.txt")]));
        expect(await both.existsAsync("fern/transforms.json")).toBe(true);
        expect(await text(both, "z.txt")).toBe("z.txt");
    });

    it("has files of an archive by their paths, and reads them when they are needed", async () => {
        const opened: string[] = [];
        const entry = (path: string) => {
            const get = async (): Promise<File> => {
                opened.push(path);
                return Picked(path);
            };
            return [path, get] as const;
        };
        const source = PickedFileSource.FromPaths(new Map(["./x.json", "..\\images\\a.png"].map(entry)), "fern");
        expect(source.name).toBe("fern");
        expect(await source.listAllAsync()).toEqual(["images/a.png", "x.json"]);
        expect(opened).toEqual([]);
        expect((await source.getFileAsync("images/a.png")).size).toBe("..\\images\\a.png".length);
        expect(opened).toEqual(["..\\images\\a.png"]);
        expect(() => PickedFileSource.FromPaths(new Map())).toThrow(/No files were picked/);
    });

    it("throws when nothing was dropped, and when a file is missing or unreadable", async () => {
        expect(() => PickedFileSource.FromFiles([])).toThrow(/No files were picked or dropped/);
        await expect(PickedFileSource.FromDataTransferAsync(Dropped(["text"]))).rejects.toThrow(/No files were/);
        const broken = FolderEntry("/fern", [], true);
        await expect(PickedFileSource.FromDataTransferAsync(Dropped([broken]))).rejects.toThrow(
            /^fern could not be read: Error: gone.* pick the folder again/,
        );
        const file = Picked("fern/a.png");
        file.arrayBuffer = () => Promise.reject(new Error("NotReadableError"));
        const source = PickedFileSource.FromFiles([file, Picked("fern/b.png")]);
        await expect(source.readBytesAsync("a.png")).rejects.toMatchObject({
            kind: "input",
            message: expect.stringMatching(/^fern\/a.png could not be read: .*NotReadable/),
        });
        await expect(source.readBytesAsync("c.png")).rejects.toThrow(/fern\/c.png is not among the 2 files/);
        await expect(source.readBytesAsync("b.png", AbortSignal.abort())).rejects.toMatchObject({ kind: "aborted" });
    });

    it("accepts paths with and without a leading slash together", async () => {
        const source = PickedFileSource.FromFiles([new File(["x"], "/a.png"), new File(["y"], "b.png")]);
        expect(await source.listAsync("")).toEqual(["a.png", "b.png"]);
    });
});
