import { describe, expect, it } from "vitest";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { CutAtCount } from "../../src/compute/hierarchy/cut/partition";
import { WriteElementLabelsCsv, WriteLeafLabelsCsv } from "../../src/plugin/export/labelCsv";
import { LabelElements } from "../../src/plugin/export/labelElements";
import { WriteNpy } from "../../src/plugin/export/npyFile";

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
});
