import { describe, expect, it } from "vitest";
import type { CaptureFileOptions } from "../../src/plugin/formats/captures/captureFileOptions";
import { LoadNerfCaptureAsync } from "../../src/plugin/formats/captures/nerfCapture";
import type { FileSource } from "../../src/plugin/sources/fileSource";
import { MemoryFileSource, POSE } from "../support/memoryFileSource";
import { PlainImage } from "../support/posedFiles";

const FRAME = (name: string): object => ({ file_path: name, transform_matrix: POSE });

/** Creates a capture whose frames name the images; `files` are the paths of 8 x 6 images whose red is their index. */
function Files(names: readonly string[], files: readonly string[], extra: object = {}): MemoryFileSource {
    const source = new MemoryFileSource();
    const frames = names.map(FRAME);
    source.files.set("transforms.json", JSON.stringify({ fl_x: 9, ...extra, frames }));
    files.forEach((path, i) => {
        source.files.set(path, PlainImage(8, 6, i));
    });
    return source;
}

/** Returns the red of each view, and the notes. */
async function ReadAsync(
    source: FileSource,
    options: Partial<CaptureFileOptions> = {},
): Promise<{ reds: number[]; notes: readonly string[] }> {
    const { views, notes = [] } = await LoadNerfCaptureAsync(source, { holdOutEvery: 0, ...options });
    return { reds: views.map(({ image }) => image[0]), notes };
}

/** Returns a source of the same files whose files cannot be listed. */
function Address(source: MemoryFileSource): FileSource {
    return {
        name: "https://example.com/scene",
        readBytesAsync: (path) => source.readBytesAsync(path),
        existsAsync: (path) => source.existsAsync(path),
    };
}

describe("images of a capture", () => {
    it.each<[string, string[], string[]]>([
        [
            "without extension, as JPEG",
            ["images/a", "images/b", "images/c.d"],
            ["images/a.jpg", "images/b.jpg", "images/c.d.jpg"],
        ],
        ["with another extension", ["images/a.png", "images/b.PNG"], ["images/a.jpg", "images/b.jpeg"]],
        ["in smaller copies", ["images/a.png", "images/b.png"], ["images_4/a.png", "images_4/b.png"]],
        ["of another disk", ["C:\\shots\\toy\\a.png", "/home/me/toy/b.png"], ["a.png", "photos/b.png"]],
        ["beside the folder", ["../toy/images/a.png", "../../b.png"], ["images/a.png", "images/b.png"]],
        [
            "in Unicode's other form",
            ["images/a\u0301.png", "images/\u00fc.png"],
            ["images/\u00e1.png", "images/u\u0308.png"],
        ],
        ["in another case", ["Images/A.JPG", "images/b.jpg"], ["images/a.jpg", "images/B.jpg"]],
        [
            "among masks and depth of the same names",
            ["a.png", "b.png"],
            ["rgb/a.png", "rgb/b.png", "masks/a.png", "depth/b.png"],
        ],
        ["with folders that tell them apart", ["left/a.png", "right/a.png"], ["x/left/a.png", "x/right/a.png"]],
    ])("are found %s", async (_, names, files) => {
        const { reds } = await ReadAsync(Files(names, files));
        expect(reds).toEqual(names.map((__, i) => i));
    });

    it("are named where they were found elsewhere", async () => {
        expect((await ReadAsync(Files(["images/a", "images/b"], ["images/a.png", "images/b.png"]))).notes).toEqual([]);
        expect((await ReadAsync(Files(["images/a.png"], ["rgb/a.jpg"]))).notes).toEqual([
            "1 images were found elsewhere: images/a.png as rgb/a.jpg.",
        ]);
    });

    it("never stand for two names", async () => {
        const names = ["left/a.png", "right/a.png", "left/b.png", "right/b.png", "c.png", "d.png", "e.png"];
        const files = ["left/a.png", "b.png", "c.png", "d.png", "e.png"];
        const { reds, notes } = await ReadAsync(Files(names, files));
        expect(reds).toEqual([0, 2, 3, 4]);
        expect(notes).toEqual(["3 of 7 images are missing and were left out: right/a.png, left/b.png, right/b.png."]);
    });

    it("have one view each: the first, and a held-out view before a training one", async () => {
        const twice = await ReadAsync(Files(["a.png", "b.png", "./a.png"], ["a.png", "b.png"]));
        expect(twice.reds).toEqual([0, 1]);
        expect(twice.notes).toEqual(["1 cameras were left out, because their images have one already: a.png."]);
        const names = ["a.jpg", "b.jpg", "c.jpg"];
        const lists = { train_filenames: ["a.jpg", "b.jpg"], val_filenames: ["b.jpg", "c.jpg"] };
        const source = Files(names, ["images/a.png", "images/b.png", "images/c.png"], lists);
        for (const files of [source, Address(source)]) {
            const { views, heldOutViews, notes } = await LoadNerfCaptureAsync(files);
            expect(views.map(({ name }) => name)).toEqual(["a"]);
            expect(heldOutViews.map(({ name }) => name)).toEqual(["b", "c"]);
            expect(notes?.join()).toMatch(/1 cameras were left out, .*: b.jpg\./);
        }
        // The same frames in both files hold out nothing.
        const transforms = source.files.get("transforms.json")!;
        source.files.set("transforms_train.json", transforms).set("transforms_test.json", transforms);
        const { views, heldOutViews } = await LoadNerfCaptureAsync(source);
        expect([views.length, heldOutViews.length]).toEqual([3, 0]);
        // Some tools write all images into the file of the training views.
        source.files.set("transforms_test.json", JSON.stringify({ fl_x: 9, frames: [FRAME("c.jpg")] }));
        const split = await LoadNerfCaptureAsync(source);
        expect(split.views.map(({ name }) => name)).toEqual(["a", "b"]);
        expect(split.heldOutViews.map(({ name }) => name)).toEqual(["c"]);
    });

    it("have names of their own where they differ in the extension alone", async () => {
        const source = Files(["a.jpg", "a.png", "b.jpg"], ["images/a.jpg", "images/a.png", "images/b.jpg"]);
        for (const files of [source, Address(source)]) {
            const { views } = await LoadNerfCaptureAsync(files, { holdOutEvery: 0 });
            expect(views.map(({ name, image }) => [name, image[0]])).toEqual([
                ["a.jpg", 0],
                ["a.png", 1],
                ["b", 2],
            ]);
        }
    });

    it("are left out, counted and named when they are missing or broken, down to a least number", async () => {
        const names = Array.from({ length: 30 }, (_, i) => `images/${i}.png`);
        const source = Files(names, names.slice(13));
        source.files.set("images/13.png", "no image");
        const { reds, notes } = await ReadAsync(source);
        expect(reds.length).toBe(16);
        expect(notes[0]).toBe(
            "13 of 30 images are missing and were left out: " +
                "images/0.png, images/1.png, images/2.png, images/3.png, images/4.png, images/5.png, images/6.png, " +
                "images/7.png, images/8.png, images/9.png and 3 more.",
        );
        expect(notes[1]).toMatch(
            /^1 of 30 images cannot be used and were left out: images\/13.png. .* is not a PNG file/,
        );
        await expect(LoadNerfCaptureAsync(source, { minImages: 20 })).rejects.toThrow(
            /11 or more of 30 images are missing or cannot be used; at least 20 are needed \(option minImages\)/,
        );
        source.files.delete("images/14.png");
        source.files.delete("images/15.png");
        await expect(LoadNerfCaptureAsync(source)).rejects.toMatchObject({ kind: "input" });
        expect((await ReadAsync(source, { minImages: 1 })).reds.length).toBe(14);
        await expect(LoadNerfCaptureAsync(source, { minImages: 0 })).rejects.toThrow(/minImages is 0/);
    });

    it("that are HEIC are named as such", async () => {
        const source = Files(["a", "b", "c"], []);
        const heic = Uint8Array.from([0, 0, 0, 24, ...new TextEncoder().encode("ftypheic"), ...new Array(40).fill(0)]);
        for (const name of ["a", "b", "c"]) {
            source.files.set(`${name}.HEIC`, heic);
        }
        await expect(LoadNerfCaptureAsync(source)).rejects.toThrow(/a.HEIC is a HEIC image, .*Most Compatible/);
    });

    it("are found at an address that lists no files, with few requests", async () => {
        const names = Array.from({ length: 8 }, (_, i) => `images/${i}.png`);
        const source = Files(
            names,
            names.slice(1).map((name) => name.replace("images/", "images_2/").replace("png", "jpg")),
        );
        const asked: string[] = [];
        const address = Address(source);
        const { reds, notes } = await ReadAsync({
            ...address,
            existsAsync: async (path) => {
                asked.push(path);
                return await address.existsAsync(path);
            },
        });
        expect(reds).toEqual([0, 1, 2, 3, 4, 5, 6]);
        expect(notes).toContain("1 of 8 images are missing and were left out: images/0.png.");
        expect(asked.length).toBeLessThan(100);
        await expect(ReadAsync(Address(Files(names, [])))).rejects.toThrow(/images\/\d.png does not exist/);
    });

    it("whose cameras are impossible are left out one by one", async () => {
        const frames = [0, 1, 2, 3].map((i) => ({
            file_path: `${i}.png`,
            transform_matrix: POSE,
            ...(i === 2 ? { k1: -44.9 } : {}),
            ...(i === 3 ? { w: 6, h: 8 } : {}),
        }));
        const source = Files([], ["0.png", "1.png", "2.png", "3.png", "4.png", "5.png"]);
        frames.push(...["4.png", "5.png"].map((name) => ({ file_path: name, transform_matrix: POSE })));
        source.files.set("transforms.json", JSON.stringify({ fl_x: 9, frames }));
        const { reds, notes } = await ReadAsync(source);
        expect(reds).toEqual([0, 1, 4, 5]);
        expect(notes[0]).toMatch(/^2 of 6 images cannot be used .*: [23].png, [23].png. The first: /);
    });
});
