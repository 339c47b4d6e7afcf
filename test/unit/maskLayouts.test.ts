import { encode } from "fast-png";
import { describe, expect, it } from "vitest";
import { PolygonMask } from "../../src/compute/masks/polygonMask";
import { ResizeMask } from "../../src/compute/masks/resizeMask";
import { RunLengthMask } from "../../src/compute/masks/runLengthMask";
import type { Capture } from "../../src/compute/views/capture";
import { LoadNerfCaptureAsync } from "../../src/plugin/formats/captures/nerfCapture";
import { HasMaskFilesAsync, LoadMaskFilesAsync, WriteMaskFile } from "../../src/plugin/formats/masks/maskFiles";
import { PickedFileSource } from "../../src/plugin/sources/pickedFileSource";
import { MemoryFileSource, POSE } from "../support/memoryFileSource";
import { PlainImage } from "../support/posedFiles";

const [WIDTH, HEIGHT] = [12, 8];

/** Creates a capture of the images images/a.png, b and c, of 12 x 8 pixels. */
function Files(size = [WIDTH, HEIGHT], camera: object = { fl_x: 12 }): MemoryFileSource {
    const source = new MemoryFileSource();
    const names = ["a", "b", "c"].map((name) => `images/${name}.png`);
    const frames = names.map((name) => ({ file_path: name, transform_matrix: POSE }));
    source.files.set("transforms.json", JSON.stringify({ ...camera, frames }));
    names.forEach((name, i) => {
        source.files.set(name, PlainImage(size[0], size[1], i));
    });
    return source;
}

/** Encodes a gray PNG, or a palette PNG where `palette` has its colors. */
function Png(values: readonly number[], depth: 8 | 16 = 8, width = WIDTH, palette?: number[][]): Uint8Array {
    const data = depth === 16 ? Uint16Array.from(values) : Uint8Array.from(values);
    const gray = encode({ width, height: values.length / width, data, channels: 1, depth });
    return palette === undefined ? gray : WithPalette(gray, palette);
}

/** Turns a gray PNG of 8 bits into one whose values are indices of a palette. */
function WithPalette(png: Uint8Array, palette: number[][]): Uint8Array {
    const header = png.slice(0, 33);
    header[25] = 3;
    const colors = [0x50, 0x4c, 0x54, 0x45, ...palette.flat()]; // PLTE
    const sized = (chunk: number[]): number[] => [...Bytes(chunk.length - 4), ...chunk, ...Bytes(Crc(chunk))];
    const ihdr = [...header.subarray(12, 29)];
    return Uint8Array.from([...header.subarray(0, 8), ...sized(ihdr), ...sized(colors), ...png.subarray(33)]);
}

function Bytes(value: number): number[] {
    return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
}

function Crc(bytes: number[]): number {
    let crc = -1;
    for (const byte of bytes) {
        crc ^= byte;
        for (let k = 0; k < 8; k++) {
            crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
        }
    }
    return ~crc >>> 0;
}

/** Returns the values of 12 x 8 pixels by column. */
function ByColumn(value: (column: number) => number): number[] {
    return Array.from({ length: WIDTH * HEIGHT }, (_, p) => value(p % WIDTH));
}

async function ReadAsync(source: MemoryFileSource): Promise<{ capture: Capture; boxes: number[][][]; notes: string }> {
    const capture = await LoadNerfCaptureAsync(source, { holdOutEvery: 0 });
    const { views, notes = [] } = await LoadMaskFilesAsync(source, capture, { removeDuplicates: false });
    expect(await HasMaskFilesAsync(source)).toBe(true);
    const boxes = views.map(({ masks }) => masks.map(({ region }) => region.bounds as number[]));
    return { capture, boxes, notes: notes.join("\n") };
}

/** COCO's polygon of a rectangle. */
function Rectangle(x: number, y: number, width: number, height: number): number[] {
    return [x, y, x + width, y, x + width, y + height, x, y + height];
}

const TRIANGLE = {
    label: "roof",
    points: [
        [0, 0],
        [8, 0],
        [0, 8],
    ],
    shape_type: "polygon",
    group_id: null,
};

describe("mask files", () => {
    it.each<[string, string, unknown, number[][]]>([
        ["COCO polygons", "masks/a.json", { annotations: [{ segmentation: [Rectangle(1, 2, 3, 4)] }] }, [[1, 2, 3, 4]]],
        [
            "polygons of several pieces, and of another size",
            "masks/a.json",
            { width: 24, height: 16, masks: [{ segmentation: [Rectangle(0, 0, 4, 4), Rectangle(20, 12, 4, 4)] }] },
            [[0, 0, 12, 8]],
        ],
        [
            "polygons after the image's extension",
            "masks/a.png.json",
            [{ segmentation: [Rectangle(1, 2, 3, 4)] }],
            [[1, 2, 3, 4]],
        ],
        [
            "labelme beside the image",
            "images/a.json",
            {
                imageWidth: 12,
                imageHeight: 8,
                shapes: [
                    TRIANGLE,
                    {
                        label: "door",
                        points: [
                            [2, 3],
                            [5, 7],
                        ],
                        shape_type: "rectangle",
                    },
                    {
                        label: "sun",
                        points: [
                            [6, 4],
                            [6, 7],
                        ],
                        shape_type: "circle",
                    },
                    {
                        label: "wheel",
                        points: [
                            [1, 0],
                            [3, 0],
                            [3, 3],
                        ],
                        group_id: 4,
                    },
                    {
                        label: "wheel",
                        points: [
                            [9, 5],
                            [12, 5],
                            [12, 8],
                            [9, 8],
                        ],
                        group_id: 4,
                    },
                    { label: "tip", points: [[3, 3]], shape_type: "point" },
                    {
                        label: "hand",
                        points: [
                            [10, 1],
                            [11, 2],
                        ],
                        shape_type: "mask",
                        mask: Buffer.from(Png([0, 255, 255, 255], 8, 2)).toString("base64"),
                    },
                ],
            },
            [
                [0, 0, 7, 7],
                [2, 3, 3, 4],
                [3, 1, 6, 6],
                [1, 0, 11, 8],
                [10, 1, 2, 2],
            ],
        ],
    ])("are read from %s", async (_, path, content, expected) => {
        const source = Files();
        source.files.set(path, JSON.stringify(content));
        const { boxes } = await ReadAsync(source);
        expect(boxes[0].map(([left, top, width]) => [left, top, width])).toEqual(
            expected.map(([left, top, width]) => [left, top, width]),
        );
        expect(boxes.slice(1)).toEqual([[], []]);
    });

    it("count shapes without area or outside of the image, and views without masks", async () => {
        const source = Files();
        const annotations = [[1, 1, 5, 5], Rectangle(40, 2, 5, 5), Rectangle(-5, -5, 8, 8)];
        source.files.set("masks/a.json", JSON.stringify(annotations.map((polygon) => ({ segmentation: [polygon] }))));
        const { boxes, notes } = await ReadAsync(source);
        expect(boxes[0]).toEqual([[0, 0, 3, 3]]);
        expect(notes).toContain("2 of 3 shapes hold no pixel of their view");
        expect(notes).toContain("2 of 3 training views have no masks: images/b, images/c.");
    });

    it.each<[string, string, Uint8Array, number[][]]>([
        [
            "gray labels",
            "masks/a.png",
            Png(ByColumn((c) => [0, 7, 3, 0][Math.floor(c / 3)])),
            [
                [6, 0, 3, 8],
                [3, 0, 3, 8],
            ],
        ],
        [
            "labels of 16 bits",
            "labels/a.png",
            Png(
                ByColumn((c) => (c < 2 ? 40_000 : 256)),
                16,
            ),
            [
                [2, 0, 10, 8],
                [0, 0, 2, 8],
            ],
        ],
        ["labels beside the image", "images/a_labels.png", Png(ByColumn((c) => (c < 2 ? 5 : 0))), [[0, 0, 2, 8]]],
        [
            "a palette with VOC's borders",
            "SegmentationObject/a.png",
            Png(
                ByColumn((c) => (c < 4 ? 1 : c < 5 ? 255 : 2)),
                8,
                WIDTH,
                Array.from({ length: 256 }, (_, i) => [i, 0, 0]),
            ),
            [
                [0, 0, 4, 8],
                [5, 0, 7, 8],
            ],
        ],
        [
            "colors",
            "masks/a.png",
            encode({
                width: WIDTH,
                height: HEIGHT,
                channels: 3,
                depth: 8,
                data: Uint8Array.from(ByColumn((c) => c).flatMap((c) => (c < 6 ? [0, 0, 0] : [c < 9 ? 9 : 200, 8, 7]))),
            }),
            [
                [6, 0, 3, 8],
                [9, 0, 3, 8],
            ],
        ],
    ])("are read from an image of %s", async (_, path, png, expected) => {
        const source = Files();
        source.files.set(path, png);
        expect((await ReadAsync(source)).boxes[0]).toEqual(expected);
    });

    it("are read from a folder of images for each view, with the scores of segment-anything's table", async () => {
        const source = Files();
        source.files.set("masks/b/0.png", Png(ByColumn((c) => (c < 4 ? 255 : 0))));
        source.files.set("masks/b/1.png", Png(ByColumn((c) => (c < 6 ? 0 : 1))));
        source.files.set(
            "masks/b/metadata.csv",
            "id,area,bbox_x0,predicted_iou,stability_score\n0,32,0,0.91,0.95\n1,48,6,0.8,0.97\n",
        );
        const { boxes, capture } = await ReadAsync(source);
        expect(boxes).toEqual([
            [],
            [
                [0, 0, 4, 8],
                [6, 0, 6, 8],
            ],
            [],
        ]);
        const { views } = await LoadMaskFilesAsync(source, capture, { minPredictedIou: 0.9 });
        expect(views[1].masks.map(({ predictedIou, stability }) => [predictedIou, stability])).toEqual([[0.91, 0.95]]);
    });

    it("are read from one COCO file for all images, by their names", async () => {
        const source = Files();
        const images = [
            { id: 9, file_name: "thumbnails/b.jpg", width: 12, height: 8 }, // has fewer folders in common
            { id: 10, file_name: "C:\\data\\Images\\B.JPG", width: 12, height: 8 },
            { id: 11, file_name: "c_png.rf.8f3a.jpg", extra: { name: "c.png" }, width: 24, height: 16 },
            { id: 12, file_name: "other.png", width: 12, height: 8 },
        ];
        const annotations = [
            { id: 0, image_id: 9, segmentation: [Rectangle(5, 5, 2, 2)] },
            { id: 1, image_id: 10, segmentation: [Rectangle(1, 1, 2, 2)] },
            { id: 2, image_id: 11, segmentation: [Rectangle(2, 2, 4, 4)] },
            { id: 3, image_id: 10, segmentation: { size: [8, 12], counts: [0, 8, 88] }, iscrowd: 1 },
            { id: 4, image_id: 12, segmentation: [Rectangle(2, 2, 4, 4)] },
        ];
        source.files.set("annotations/instances_default.json", JSON.stringify({ images, annotations, categories: [] }));
        const { boxes, notes } = await ReadAsync(source);
        expect(boxes).toEqual([
            [],
            [
                [1, 1, 2, 2],
                [0, 0, 1, 8],
            ],
            [[1, 1, 2, 2]],
        ]);
        expect(notes).toContain("1 images are not among the training views: other.png.");
        expect(notes).toContain("1 of 3 training views have no masks: images/a.");
    });

    it("are scaled like the images, from full size to their copies", async () => {
        const source = Files([120, 80], { fl_x: 120 });
        source.files.set("masks/a.json", JSON.stringify([{ segmentation: [Rectangle(30, 20, 60, 40)] }]));
        const runs = RunLengthMask.FromBitmap(PolygonMask([Rectangle(30, 20, 60, 40)], 120, 80).toBitmap(), 120, 80);
        source.files.set(
            "masks/b.json",
            JSON.stringify([{ segmentation: { size: [80, 120], counts: [...runs.counts] } }]),
        );
        source.files.set("masks/c.png", Png(Array.from(runs.toBitmap()), 8, 120));
        const capture = await LoadNerfCaptureAsync(source, { holdOutEvery: 0, maxImageSize: 12 });
        const { views } = await LoadMaskFilesAsync(source, capture);
        expect(views.map(({ masks }) => masks[0].region.bounds)).toEqual(new Array(3).fill([3, 2, 6, 4]));
    });

    it("are undistorted like the images, but not twice", async () => {
        const [width, height] = [96, 64];
        const source = Files([width, height], { fl_x: 48, k1: -0.25, k2: 0.06 });
        // Red to the right of a line that the lens bends; the mask holds exactly the red pixels.
        const isRed = (p: number): boolean => p % width > 72 + 0.004 * (Math.floor(p / width) - 32) ** 2;
        const data = new Uint8Array(4 * width * height);
        for (let p = 0; p < width * height; p++) {
            data.set([isRed(p) ? 255 : 0, 0, 0, 255], 4 * p);
        }
        const bitmap = Uint8Array.from({ length: width * height }, (_, p) => (isRed(p) ? 1 : 0));
        const png = Png(Array.from(bitmap), 8, width);
        for (const name of ["a", "b", "c"]) {
            source.files.set(`images/${name}.png`, encode({ width, height, data, channels: 4, depth: 8 }));
        }
        const counts = [...RunLengthMask.FromBitmap(bitmap, width, height).counts];
        source.files.set("masks/a.json", JSON.stringify([{ segmentation: { size: [height, width], counts } }]));
        source.files.set("masks/b.png", png);
        const capture = await LoadNerfCaptureAsync(source, { holdOutEvery: 0 });
        const masks = await LoadMaskFilesAsync(source, capture);
        const wrongPixels = (view: number): number => {
            const { image } = capture.views[view];
            const inside = masks.views[view].masks[0].region.toBitmap();
            return inside.filter((value, p) => image[4 * p] > 127 !== (value === 1)).length;
        };
        // Both sample the same positions; the image between pixels, the mask the nearest one.
        expect(wrongPixels(0)).toBeLessThan(20);
        expect(wrongPixels(1)).toBeLessThan(20);
        const untouched = bitmap.filter((value, p) => capture.views[0].image[4 * p] > 127 !== (value === 1)).length;
        expect(untouched).toBeGreaterThan(60);
        // Masks of the view itself say so.
        const text = WriteMaskFile(capture.views[0], masks.views[0]);
        expect(JSON.parse(text).undistorted).toBe(true);
        source.files.set("masks/c.json", text);
        const again = await LoadMaskFilesAsync(source, capture);
        expect(again.views[2].masks[0].region).toEqual(masks.views[0].masks[0].region);
    });

    it.each<[string, Record<string, string | Uint8Array>, boolean]>([
        ["JSON in a folder of masks", { "masks/a.json": "[]" }, true],
        ["labelme beside the images", { "images/a.json": '{"shapes": []}' }, true],
        ["metadata beside the images", { "images/a.png.json": '{"title": "a"}' }, false],
        ["one COCO file", { "coco.json": '{"images": [], "annotations": []}' }, true],
        ["nothing", { "notes.json": "{}", "depth/a.png": "x" }, false],
    ])("are found among dropped files: %s", async (_, files, expected) => {
        const source = Files();
        const all = [...source.files, ...Object.entries(files)];
        const picked = PickedFileSource.FromFiles(
            all.map(([path, content]) => {
                const file = new File([content as string], path.split("/").at(-1)!);
                Object.defineProperty(file, "webkitRelativePath", { value: `drop/${path}` });
                return file;
            }),
        );
        expect(await HasMaskFilesAsync(picked)).toBe(expected);
    });

    it("are not the images that nerfstudio's mask_path names", async () => {
        const source = Files(undefined, { fl_x: 12, mask_path: "masks/a.png" });
        source.files.set("masks/a.png", Png(ByColumn(() => 255)));
        expect(await HasMaskFilesAsync(source)).toBe(false);
        expect(await HasMaskFilesAsync(source, "masks")).toBe(true);
    });

    it("leave out other JSON beside the images, and say so", async () => {
        const source = Files();
        source.files.set("images/a.png.json", '{"title": "a.png", "creationTime": 3}');
        source.files.set("images/b.json", JSON.stringify({ shapes: [TRIANGLE] }));
        const capture = await LoadNerfCaptureAsync(source, { holdOutEvery: 0 });
        const { notes } = await LoadMaskFilesAsync(source, capture);
        expect(notes?.[0]).toBe("memory/images/a.png.json holds no masks and was left out.");
    });

    it("are found at an address that lists no files", async () => {
        const source = Files();
        source.files.set("masks/b.json", JSON.stringify([{ segmentation: [Rectangle(1, 1, 2, 2)] }]));
        const capture = await LoadNerfCaptureAsync(source, { holdOutEvery: 0 });
        const asked: string[] = [];
        const address = {
            name: "https://example.com/toy",
            readBytesAsync: (path: string) => source.readBytesAsync(path),
            existsAsync: (path: string) => {
                asked.push(path);
                return source.existsAsync(path);
            },
        };
        const { views } = await LoadMaskFilesAsync(address, capture);
        expect(views.map(({ masks }) => masks.length)).toEqual([0, 1, 0]);
        expect(asked.length).toBeLessThan(20);
        source.files.set("masks/a.json", source.files.get("masks/b.json")!);
        source.files.set("masks/c.json", source.files.get("masks/b.json")!);
        asked.length = 0;
        await LoadMaskFilesAsync(address, capture);
        expect(asked).toEqual(["masks/a.json", "masks/b.json", "masks/c.json"]);
    });

    it("that are pictures are refused, and so are sizes that bytes cannot hold", async () => {
        const source = Files();
        const noise = Array.from({ length: 100 * 66 }, (_, p) => (p * 7919) % 65_536);
        source.files.set("masks/a.png", Png(noise, 16, 100));
        const capture = await LoadNerfCaptureAsync(source, { holdOutEvery: 0 });
        await expect(LoadMaskFilesAsync(source, capture)).rejects.toThrow(/masks\/a.png has more than 4096 values/);
        const lying = Png(ByColumn(() => 1));
        lying.set([0, 1, 0, 0, 0, 0, 64, 0], 16); // 65536 x 16384
        source.files.set("masks/a.png", lying);
        await expect(LoadMaskFilesAsync(source, capture)).rejects.toThrow(
            /masks\/a.png has 65536 x 16384 pixels; at most/,
        );
        lying.set([0, 0, 32, 0, 0, 0, 64, 0], 16);
        await expect(LoadMaskFilesAsync(source, capture)).rejects.toThrow(/states 8192 x 16384 pixels in 71 bytes/);
        lying[22] = 8;
        await expect(LoadMaskFilesAsync(source, capture)).rejects.toThrow(/bytes cannot hold the 8192 x 2048 pixels/);
    });
});

describe("PolygonMask", () => {
    it("holds the pixels whose centers are inside", () => {
        const mask = PolygonMask([[0, 0, 4, 0, 0, 4]], 4, 4);
        expect(Array.from(mask.toBitmap())).toEqual([1, 1, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
        expect(PolygonMask([[0.4, 0.4, 1.6, 0.4, 1.6, 1.6, 0.4, 1.6]], 3, 3).area).toBe(4);
    });

    it("accepts polygons that cross themselves, leave the image, or have no area", () => {
        const bow = PolygonMask([[0, 0, 8, 8, 8, 0, 0, 8]], 8, 8);
        expect(bow.area).toBeGreaterThan(20);
        expect(PolygonMask([[-100, -100, 100, -100, 100, 100, -100, 100]], 8, 8).area).toBe(64);
        expect(PolygonMask([[1, 1, 5, 5], [], [3, 3], [2, 2, 2, 7, 2, 4]], 8, 8).area).toBe(0);
    });

    it("bounds its work, and refuses what is no position", () => {
        const scribble = Array.from({ length: 400_000 }, (_, i) => (i % 4 < 2 ? 0 : 400));
        expect(() => PolygonMask([scribble], 400, 400)).toThrow(/polygons \(this one has 200000 corners\) has more/);
        const start = performance.now();
        expect(() => PolygonMask(new Array(100_000).fill([0, 0, 400, 0, 400, 400, 0, 400]), 400, 400)).toThrow(
            /overlap/,
        );
        expect(performance.now() - start).toBeLessThan(1000);
        for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e300, null]) {
            expect(() => PolygonMask([[0, 0, 4, value as number, 0, 4]], 8, 8)).toThrow(/Coordinate 3 of a polygon is/);
        }
    });
});

describe("ResizeMask", () => {
    it("works on runs of a very large image", () => {
        const side = 16_384;
        const mask = RunLengthMask.FromCounts([side * 4096, side * 8192, side * 4096], side, side);
        expect(ResizeMask(mask, 8, 8).bounds).toEqual([2, 0, 4, 8]);
    });
});
