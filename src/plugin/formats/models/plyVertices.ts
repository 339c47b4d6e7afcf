import type { Coroutine } from "../../../compute/base/coroutine";
import type { PlyElement } from "./plyElement";
import { FindPlyColumns, type PlyFile } from "./plyFile";
import { PlyError } from "./plyHeader";

/** The vertices that are read in one time slice. */
export const VERTICES_PER_SLICE = 1 << 15;
/** The number of vertices that the offset is estimated from. */
const SAMPLE_COUNT = 1023;
/** Coordinates lose 3e-5 of the extent as 32-bit floats where they are this many extents away from 0. */
const MAX_EXTENTS = 500;
/** The same for vertices at one place, in units of the file. */
const MAX_DISTANCE = 1e6;

/** The vertices of a PLY file whose coordinates are finite. */
export interface PlyVertices {
    /** [n, 3] coordinates less the offset. */
    readonly positions: Float32Array;
    /** [n] rows of the vertices in the file; null where all are kept. */
    readonly rows: Uint32Array | null;
    /** The vector that was subtracted from all coordinates, in units of the file; zeros where that is not needed. */
    readonly offset: readonly [number, number, number];
    /** The number of vertices that are left out, because they are not finite. */
    readonly leftOut: number;
}

/** Returns the vertices of a file. @throws UltrametricError "input" where it has none */
export function FindPlyVertices({ elements }: PlyFile, file: string): PlyElement {
    const vertices = elements.get("vertex") ?? elements.get("point");
    if (vertices === undefined) {
        const names = [...elements.keys()].slice(0, 8).map((name) => `"${name.slice(0, 40)}"`);
        throw PlyError(file, `it has no element "vertex", but ${names.join(", ") || "none at all"}`);
    }
    return vertices;
}

/**
 * Reads the coordinates of vertices, in time slices.
 *
 * @param subtractsOffset true to subtract an offset from coordinates that are so far away from 0 that 32-bit
 * floats would lose their precision
 * @throws UltrametricError "input" where x, y or z is missing, or no vertex is finite
 */
export function* PlyVerticesCoroutine(
    element: PlyElement,
    file: string,
    subtractsOffset: boolean,
): Coroutine<PlyVertices> {
    const missing = ["x", "y", "z"].filter((name) => !element.columns.has(name));
    const columns = FindPlyColumns(element, [["x", "y", "z"]]);
    if (columns === null) {
        throw PlyError(file, `its vertices have no property ${missing.join(", ")}`);
    }
    const [x, y, z] = columns.map(({ values }) => values);
    const { count } = element;
    const offset = subtractsOffset ? FindVertexOffset([x, y, z]) : ([0, 0, 0] as const);
    const positions = new Float32Array(3 * count);
    let rows: Uint32Array | null = null;
    let kept = 0;
    for (let row = 0; row < count; row++) {
        if (row % VERTICES_PER_SLICE === 0) {
            yield;
        }
        const at = 3 * kept;
        positions[at] = x[row] - offset[0];
        positions[at + 1] = y[row] - offset[1];
        positions[at + 2] = z[row] - offset[2];
        // Not finite as 32-bit floats.
        if (!Number.isFinite(positions[at] + positions[at + 1] + positions[at + 2])) {
            rows ??= countUp(count);
            continue;
        }
        if (rows !== null) {
            rows[kept] = row;
        }
        kept++;
    }
    if (kept === 0) {
        throw PlyError(
            file,
            count === 0 ? "it has no vertices" : `none of its ${count} vertices has finite coordinates`,
        );
    }
    return {
        positions: kept === count ? positions : positions.slice(0, 3 * kept),
        rows: rows === null ? null : rows.slice(0, kept),
        offset,
        leftOut: count - kept,
    };
}

function countUp(count: number): Uint32Array {
    const numbers = new Uint32Array(count);
    for (let i = 0; i < count; i++) {
        numbers[i] = i;
    }
    return numbers;
}

/**
 * Returns a round vector near the median of the vertices where they are far away from 0, and zeros elsewhere. Medians
 * ignore single vertices at 0, which scanners write for missing echoes.
 *
 * @param columns x, y and z
 */
export function FindVertexOffset(columns: readonly ArrayLike<number>[]): [number, number, number] {
    const [{ length }] = columns;
    const rows: number[] = [];
    for (let i = 0; i < length; i += Math.max(1, length / SAMPLE_COUNT)) {
        const row = Math.floor(i);
        if (columns.every((values) => Number.isFinite(values[row]))) {
            rows.push(row);
        }
    }
    const axes = columns.map((values) => {
        const sorted = rows.map((row) => values[row]).sort((a, b) => a - b);
        const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
        return { median: at(0.5), extent: 2 * (at(0.75) - at(0.25)) };
    });
    const extent = Math.max(...axes.map((axis) => axis.extent));
    const distance = Math.max(...axes.map(({ median }) => Math.abs(median)));
    if (distance <= (extent > 0 ? MAX_EXTENTS * extent : MAX_DISTANCE)) {
        return [0, 0, 0];
    }
    const unit = extent > 0 && extent < 1 ? 10 ** Math.floor(Math.log10(extent)) : 1;
    const [x, y, z] = axes.map(({ median }) => Math.round(median / unit) * unit);
    return [x, y, z];
}
