import { RunCoroutineAsync } from "../../compute/base/coroutine";
import type { Pacer } from "../../compute/base/pacer";
import { BuildLeafMapCoroutine, type LeafMapInput } from "./buildLeafMap";
import { CELL, GRID_HEADER, HAS_GRID, HEADER, RECORD } from "./leafMapLayout";

/**
 * The leaf at each point of a mesh's faces, for the shaders that color meshes, and for picking.
 *
 * A face with one sample or none has one leaf. On a face with more samples, each point has the leaf of the nearest
 * sample: borders are sharp at any distance, and faces need not be cut. A grid on the face holds one nearby sample per
 * cell.
 */
export class LeafMap {
    private readonly _floats: Float32Array;

    private constructor(
        /** The words that the shaders read, see leafMapLayout.ts. */
        public readonly words: Uint32Array<ArrayBuffer>,
        /** The number of faces of all instances. */
        public readonly elementCount: number,
    ) {
        this._floats = new Float32Array(words.buffer);
    }

    /** Creates the map of a mesh, in time slices. @throws UltrametricError "aborted" */
    public static async CreateAsync(input: LeafMapInput, pacer: Pick<Pacer, "yieldIfDueAsync">): Promise<LeafMap> {
        return new LeafMap(await RunCoroutineAsync(BuildLeafMapCoroutine(input), pacer), input.leafOfFace.length);
    }

    /** The number of faces of one instance. */
    public get faceCount(): number {
        return this.words[0];
    }

    /**
     * Returns the leaf at a point of a face.
     *
     * @param face instance * {@link faceCount} + face
     * @param u weight of the face's second corner
     * @param v weight of its third corner
     */
    public leafAt(face: number, u: number, v: number): number {
        const { words, _floats: floats } = this;
        const first = words[HEADER + RECORD * face];
        if (first < HAS_GRID) {
            return first;
        }
        const grid = first - HAS_GRID;
        const [columns, rows] = [words[grid], words[grid + 1]];
        const column = Math.min(Math.max(Math.floor(u * columns), 0), columns - 1);
        const row = Math.min(Math.max(Math.floor(v * rows), 0), rows - 1);
        let leaf = 0;
        let nearest = Infinity;
        for (let r = Math.max(row - 1, 0); r <= Math.min(row + 1, rows - 1); r++) {
            for (let c = Math.max(column - 1, 0); c <= Math.min(column + 1, columns - 1); c++) {
                const cell = grid + GRID_HEADER + CELL * (r * columns + c);
                const du = (words[cell + 1] & 0xffff) / 65535 - u;
                const dv = (words[cell + 1] >>> 16) / 65535 - v;
                const distance = floats[grid + 2] * du * du + floats[grid + 3] * du * dv + floats[grid + 4] * dv * dv;
                if (distance < nearest) {
                    nearest = distance;
                    leaf = words[cell];
                }
            }
        }
        return leaf;
    }
}
