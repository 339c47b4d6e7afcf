import { describe, expect, it } from "vitest";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { CutAtCount } from "../../src/compute/hierarchy/cut/partition";
import type { View } from "../../src/compute/views/capture";
import { UnprojectDepth } from "../../src/compute/views/surfacePoints";
import { ExportLabelImagesAsync, type LabelImage } from "../../src/plugin/export/exportLabelImages";
import { WriteElementLabelsCsv, WriteLabelsCsvAsync, WriteLeafLabelsCsv } from "../../src/plugin/export/labelCsv";
import { LabelElements } from "../../src/plugin/export/labelElements";
import { WriteNpy } from "../../src/plugin/export/npyFile";
import { WriteLabeledPly } from "../../src/plugin/export/pointCloudPly";
import { DecodePngToRgba } from "../../src/plugin/formats/base/pngImage";
import { CreateCamera } from "../support/cameras";

/** Leaves 0 and 2 are one part, leaf 1 is another. */
const CUT = CutAtCount(
    CreateDendrogram({
        leafCount: 3,
        first: Uint32Array.of(0, 0),
        second: Uint32Array.of(2, 1),
        height: Float64Array.of(1, 2),
    }),
    2,
);

const CONTENT = {
    items: [
        { mesh: { name: 'a "b", c' }, thinInstance: -1, kind: "faces", firstElement: 0, elementCount: 2 },
        { mesh: { name: "cloud" }, thinInstance: 4, kind: "points", firstElement: 2, elementCount: 2 },
    ],
    leafOfElement: Uint32Array.of(1, 0, 2, 1),
} as unknown as Parameters<typeof WriteElementLabelsCsv>[1];

describe("labels for other programs", () => {
    it("make a .npy file, byte by byte", () => {
        const file = WriteNpy(Uint32Array.of(1, 0x01020304));
        expect([...file.subarray(0, 10)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]);
        const header = new TextDecoder().decode(file.subarray(10, 128));
        expect(header.trimEnd()).toBe("{'descr': '<u4', 'fortran_order': False, 'shape': (2,), }");
        expect(header.endsWith(" \n")).toBe(true);
        expect([...file.subarray(128)]).toEqual([1, 0, 0, 0, 4, 3, 2, 1]);
    });

    it("map from leaves to faces and points", () => {
        expect([...LabelElements(CUT, CONTENT)]).toEqual([1, 0, 0, 1]);
    });

    it("make a CSV file", () => {
        expect(WriteLeafLabelsCsv(CUT)).toBe("leaf,part\n0,0\n1,1\n2,0\n");
        expect(WriteElementLabelsCsv(CUT, CONTENT).split("\n")).toEqual([
            "mesh,instance,kind,element,part",
            '"a ""b"", c",,face,0,1',
            '"a ""b"", c",,face,1,0',
            "cloud,4,point,0,0",
            "cloud,4,point,1,1",
            "",
        ]);
    });

    it("leave out leaves with negative labels", async () => {
        const labels = Int32Array.of(4, -1, 0);
        expect([...LabelElements(labels, CONTENT)]).toEqual([-1, 4, 0, -1]);
        expect(WriteLeafLabelsCsv(labels)).toBe("leaf,part\n0,4\n2,0\n");
        expect(WriteElementLabelsCsv(labels, CONTENT).split("\n").slice(1, -1)).toEqual([
            '"a ""b"", c",,face,1,4',
            "cloud,4,point,0,0",
        ]);
        expect(await WriteLabelsCsvAsync(labels, CONTENT)).toBe(WriteElementLabelsCsv(labels, CONTENT));
        expect(await WriteLabelsCsvAsync(labels, null)).toBe(WriteLeafLabelsCsv(labels));
        const file = WriteNpy(labels);
        expect(new TextDecoder().decode(file.subarray(10, 128))).toContain("'<i4'");
        expect([...new Int32Array(file.buffer, 128)]).toEqual([4, -1, 0]);
        const positions = Float32Array.of(0, 0, 0, 1, 1, 1, 2, 2, 2);
        const ply = WriteLabeledPly({ positions, leafCount: 3 }, labels, Uint32Array.of(0x030201, 0, 0, 0, 0x0c0b0a));
        const text = new TextDecoder("latin1").decode(ply);
        expect(text).toContain("element vertex 2\n");
        const rows = ply.subarray(text.indexOf("end_header\n") + 11);
        expect([...rows.subarray(12, 19)]).toEqual([0x0a, 0x0b, 0x0c, 4, 0, 0, 0]);
        expect([...rows.subarray(31)]).toEqual([1, 2, 3, 0, 0, 0, 0]);
        expect(() => WriteLabeledPly({ positions, leafCount: 3 }, labels.subarray(1), new Uint32Array(5))).toThrow(
            "2 labels for 3 leaves",
        );
    });

    it("color the pixels of views by the nearest leaves", async () => {
        const view: View = {
            name: "front",
            camera: CreateCamera(4, { height: 2 }),
            image: new Uint8Array(4 * 8).fill(255),
            depth: Float32Array.of(1, 1, 1, 1, 1, 1, 1, 0),
        };
        const { positions } = UnprojectDepth(view);
        // Five leaves vote for the color of a pixel.
        const repeat = (at: Float32Array): number[] => Array.from({ length: 15 }, (_, i) => at[i % 3]);
        const leaves = Float32Array.of(...repeat(positions.slice(0, 3)), ...repeat(positions.slice(-3)));
        const labels = new Int32Array(10).fill(1, 0, 5).fill(-1, 5);
        const hierarchy = { positions: leaves, leafCount: 10 };
        const images = ExportLabelImagesAsync(hierarchy, [view], labels, Uint32Array.of(0, 0x0000ff));
        const { value } = await images.next();
        const { data, width, height } = DecodePngToRgba((value as LabelImage).bytes, "image");
        expect([width, height]).toEqual([4, 2]);
        expect([...data.subarray(0, 4)]).toEqual([255, 0, 0, 255]);
        expect([...data.subarray(28)]).toEqual([0, 0, 0, 0]);
        expect((await images.next()).done).toBe(true);
    });
});
