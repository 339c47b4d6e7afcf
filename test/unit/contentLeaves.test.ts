import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import { describe, expect, it } from "vitest";
import { ContentLeaves, type LeafSource } from "../../src/plugin/parts/model/contentLeaves";

const mesh = {} as AbstractMesh;
const item = (kind: "faces" | "points", firstElement: number, elementCount: number) => ({
    mesh,
    thinInstance: -1,
    kind,
    firstElement,
    elementCount,
});

/** Creates elements in a row at x = 0, 1, 2.., with samples at given x on given elements. */
function source(items: LeafSource["items"], samples: readonly (readonly [element: number, x: number])[]): LeafSource {
    const count = items.reduce((sum, { elementCount }) => sum + elementCount, 0);
    return {
        name: "row",
        items,
        elements: Uint32Array.from(samples, ([element]) => element),
        barycentrics: new Float32Array(2 * samples.length),
        elementCenters: Float32Array.from({ length: 3 * count }, (_, i) => (i % 3 === 0 ? i / 3 : 0)),
        geometry: {
            positions: Float32Array.from(samples.flatMap(([, x]) => [x, 0, 0])),
            normals: null,
            faceNormals: null,
            colors: new Uint8Array(3 * samples.length),
        },
    };
}

describe("ContentLeaves", () => {
    it("assigns a face to the sample on it nearest to its center", () => {
        const row = source(
            [item("faces", 0, 2)],
            [
                [0, -0.4],
                [0, 0.1],
                [0, 0.3],
                [1, 0.6],
            ],
        );
        const leaves = ContentLeaves.Create(row, { name: "h", leafCount: 4 });
        expect([...leaves.leafOfElement]).toEqual([1, 3]);
    });

    it("assigns a face without samples to the nearest sample of its own mesh, even if another mesh's is nearer", () => {
        const row = source(
            [item("faces", 0, 4), item("faces", 4, 1)],
            [
                [0, 0],
                [1, 1],
                [4, 3.1],
            ],
        );
        const leaves = ContentLeaves.Create(row, { name: "h", leafCount: 3 });
        expect([...leaves.leafOfElement]).toEqual([0, 1, 1, 1, 2]);
    });

    it("assigns the faces of a mesh without samples to the nearest of all samples", () => {
        const row = source(
            [item("faces", 0, 2), item("faces", 2, 1), item("points", 3, 2)],
            [
                [0, 0],
                [1, 1],
                [3, 3],
                [4, 4],
            ],
        );
        const leaves = ContentLeaves.Create(row, { name: "h", leafCount: 4 });
        expect([...leaves.leafOfElement.subarray(0, 2)]).toEqual([0, 1]);
        expect([1, 2]).toContain(leaves.leafOfElement[2]);
        expect([...leaves.leafOfElement.subarray(3)]).toEqual([2, 3]);
    });

    it("finds the elements of each item that are assigned to given leaves", () => {
        const row = source(
            [item("points", 0, 3), item("points", 3, 3)],
            [0, 1, 2, 3, 4, 5].map((i) => [i, i] as const),
        );
        const leaves = ContentLeaves.Create(row, { name: "h", leafCount: 6 });
        expect(leaves.elementsOf(Uint32Array.of(4, 2, 0)).map((found) => [...found])).toEqual([[0, 2], [1]]);
        expect(leaves.elementsOf(new Uint32Array()).map((found) => [...found])).toEqual([[], []]);
    });

    it("throws on a hierarchy of other leaves", () => {
        const row = source([item("points", 0, 1)], [[0, 0]]);
        expect(() => ContentLeaves.Create(row, { name: "h", leafCount: 2 })).toThrow(
            /"h" has 2 leaves.*"row" has 1 samples/,
        );
    });
});
