import { type Coroutine, RunCoroutineSync } from "../../../compute/base/coroutine";
import type { SparsePoints } from "../../../compute/views/capture";
import { PlyColorsCoroutine } from "./plyColors";
import { FindPlyColumns, PlyCoroutine, type PlyFile } from "./plyFile";
import { FindPlyVertices, type PlyVertices, PlyVerticesCoroutine, VERTICES_PER_SLICE } from "./plyVertices";

/** The points of a PLY file. */
export interface PlyPoints extends PlyVertices {
    /** [n, 3] sRGB bytes; null where the file has no colors. */
    readonly colors: Uint8Array | null;
    /** True if the colors are grays of a measured intensity. */
    readonly isIntensity: boolean;
    /** [n, 3] normals; null where the file has none. */
    readonly normals: Float32Array | null;
}

/**
 * Reads the vertices of a PLY file as points, in time slices. Points that are not finite are left out.
 *
 * @param file name of the file, for messages
 * @param subtractsOffset see {@link PlyVerticesCoroutine}
 * @throws UltrametricError "input"
 */
export function* PlyPointsCoroutine(ply: PlyFile, file: string, subtractsOffset: boolean): Coroutine<PlyPoints> {
    const element = FindPlyVertices(ply, file);
    const vertices = yield* PlyVerticesCoroutine(element, file, subtractsOffset);
    const colors = yield* PlyColorsCoroutine(element, vertices.rows);
    return {
        ...vertices,
        colors: colors?.colors ?? null,
        isIntensity: colors?.isIntensity ?? false,
        normals: yield* PlyVectorsCoroutine(
            FindPlyColumns(element, [["nx", "ny", "nz"]])?.map(({ values }) => values) ?? null,
            vertices.rows,
        ),
    };
}

/**
 * Interleaves columns, in time slices.
 *
 * @param rows the rows to take; null for all
 * @returns [rows, columns]; null without columns, and where all values are 0 or not finite
 */
export function* PlyVectorsCoroutine(
    columns: readonly ArrayLike<number>[] | null,
    rows: Uint32Array | null,
): Coroutine<Float32Array | null> {
    if (columns === null) {
        return null;
    }
    const size = columns.length;
    const count = rows?.length ?? columns[0].length;
    const vectors = new Float32Array(size * count);
    let isSet = false;
    for (let i = 0; i < count; i++) {
        if (i % VERTICES_PER_SLICE === 0) {
            yield;
        }
        const row = rows ? rows[i] : i;
        for (let c = 0; c < size; c++) {
            const value = columns[c][row];
            vectors[size * i + c] = Number.isFinite(value) ? value : 0;
            isSet ||= vectors[size * i + c] !== 0;
        }
    }
    return isSet ? vectors : null;
}

/**
 * Reads the points of a PLY file at once, in the coordinates of the file.
 *
 * @param file name of the file, for messages
 * @throws UltrametricError "input" for a malformed or truncated file
 */
export function ReadPlyPoints(bytes: Uint8Array, file: string): SparsePoints {
    const { positions, colors } = RunCoroutineSync(
        PlyPointsCoroutine(RunCoroutineSync(PlyCoroutine(bytes, file)), file, false),
    );
    return { positions, colors };
}
