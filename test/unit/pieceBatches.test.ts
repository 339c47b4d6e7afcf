import type { BaseTexture } from "@babylonjs/core/Materials/Textures/baseTexture";
import { describe, expect, it } from "vitest";
import { type ContentPiece, MAX_PIECE_ELEMENTS } from "../../src/plugin/content/sceneContent";
import { DEFAULT_APPEARANCE } from "../../src/plugin/content/surfaceAppearance";
import { BatchPieces } from "../../src/plugin/sceneCapture/pieceBatches";

/** Creates pieces one after the other, whose positions are the element. */
function Pieces(fields: readonly Partial<ContentPiece>[]): ContentPiece[] {
    let firstElement = 0;
    return fields.map((field) => {
        const { elementCount = 2 } = field;
        const piece: ContentPiece = {
            kind: "faces",
            firstElement,
            elementCount,
            positions: Float32Array.from({ length: 9 * elementCount }, (_, i) => firstElement + Math.floor(i / 9)),
            covariances: null,
            normals: null,
            colors: null,
            baseUvs: null,
            emissiveUvs: null,
            appearance: { ...DEFAULT_APPEARANCE },
            material: null,
            pointRadius: 0,
            ...field,
        };
        firstElement += elementCount;
        return piece;
    });
}

const red = { ...DEFAULT_APPEARANCE, base: [1, 0, 0] } as const;

describe("BatchPieces", () => {
    it("joins pieces that look alike and follow each other", () => {
        const texture = {} as BaseTexture;
        const pieces = Pieces([
            {},
            {},
            { appearance: red },
            { appearance: { ...red } },
            { appearance: { ...red, baseTexture: texture } },
            { appearance: { ...red, baseTexture: {} as BaseTexture } },
            { normals: new Float32Array(18) },
            { elementCount: MAX_PIECE_ELEMENTS, normals: new Float32Array(9 * MAX_PIECE_ELEMENTS) },
        ]);
        const batches = BatchPieces(pieces);
        expect(batches.map(({ firstElement, elementCount }) => [firstElement, elementCount])).toEqual([
            [0, 4],
            [4, 4],
            [8, 2],
            [10, 2],
            [12, 2],
            [14, MAX_PIECE_ELEMENTS],
        ]);
        expect(batches.every(({ elementOfVertex }) => elementOfVertex === null)).toBe(true);
        expect([...batches[0].positions].filter((_, i) => i % 9 === 0)).toEqual([0, 1, 2, 3]);
        expect([batches[0].normals, batches[4].normals?.length]).toEqual([null, 18]);
    });

    it("joins pieces that do not follow each other if there are many, and keeps their elements", () => {
        const alternating = Array.from({ length: 600 }, (_, i) => (i % 2 === 1 ? { appearance: red } : {}));
        const batches = BatchPieces(Pieces(alternating));
        expect(batches.map(({ elementCount }) => elementCount)).toEqual([600, 600]);
        expect(batches[1].appearance.base).toEqual([1, 0, 0]);
        for (const { positions, elementOfVertex } of batches) {
            expect(elementOfVertex).toEqual(positions.filter((_, i) => i % 3 === 0));
        }
        expect(BatchPieces(Pieces(alternating.slice(0, 200)))).toHaveLength(200);
    });
});
