import type { Coroutine } from "../../../compute/base/coroutine";
import type { PlyElement, PlyLists } from "./plyElement";
import { FindPlyLists, type PlyFile } from "./plyFile";
import { type FacesLeftOut, PolygonTriangulator } from "./polygons";

/** The corners that are handled in one time slice. */
const CORNERS_PER_SLICE = 1 << 13;
const FACE_NAMES = ["face", "faces", "polygon"];
const STRIP_NAMES = ["tristrips", "tristrip"];
const INDEX_NAMES = ["vertex_indices", "vertex_index", "vertex_indexes", "vertices", "indices"];

/** The triangles of polygons or triangle strips. */
export interface PlyTriangles {
    /** The element of the polygons; null for triangle strips. */
    readonly faces: PlyElement | null;
    /** The lists of vertices. */
    readonly lists: PlyLists;
    /** [triangles, 3] indices into `lists.values`. */
    readonly corners: Uint32Array;
    /** [triangles] the face, or the strip, of each triangle. */
    readonly faceOf: Uint32Array;
    readonly leftOut: FacesLeftOut;
}

/**
 * Divides the faces of a file into triangles, in time slices.
 *
 * @param positions [vertices, 3]
 * @param vertexOf [rows of the file] the index of each vertex; -1 for one that is left out
 * @returns null for a file without faces
 */
export function* PlyTrianglesCoroutine(
    { elements }: PlyFile,
    positions: Float32Array,
    vertexOf: Int32Array,
): Coroutine<PlyTriangles | null> {
    const faces = FACE_NAMES.map((name) => elements.get(name)).find((e) => e && e.count > 0 && indicesOf(e) !== null);
    const strips = STRIP_NAMES.map((name) => elements.get(name)).find((e) => e && e.count > 0 && indicesOf(e) !== null);
    if (faces !== undefined) {
        return yield* dividePolygons(faces, indicesOf(faces)!, positions, vertexOf);
    }
    return strips === undefined ? null : yield* divideStrips(strips, indicesOf(strips)!, vertexOf);
}

/** Returns the lists of vertices of faces: of the usual names, or the only list of integers. */
function indicesOf(element: PlyElement): PlyLists | null {
    const integers = [...element.lists.values()].filter(({ type }) => !type.startsWith("float"));
    return FindPlyLists(element, INDEX_NAMES) ?? (integers.length === 1 ? integers[0] : null);
}

function* dividePolygons(
    faces: PlyElement,
    lists: PlyLists,
    positions: Float32Array,
    vertexOf: Int32Array,
): Coroutine<PlyTriangles> {
    const { starts, values } = lists;
    let most = 0;
    for (let face = 0; face < faces.count; face++) {
        most += Math.max(0, starts[face + 1] - starts[face] - 2);
    }
    const corners = new Uint32Array(3 * most);
    const faceOf = new Uint32Array(most);
    const triangulator = new PolygonTriangulator(positions);
    const leftOut = { tooFew: 0, broken: 0, tooLarge: 0 };
    const polygon: number[] = [];
    let filled = 0;
    let handled = 0;
    for (let face = 0; face < faces.count; face++) {
        const start = starts[face];
        const count = starts[face + 1] - start;
        handled += count + 1;
        if (handled > CORNERS_PER_SLICE) {
            handled = 0;
            yield;
        }
        if (count < 3) {
            leftOut.tooFew++;
            continue;
        }
        polygon.length = 0;
        for (let corner = start; corner < start + count; corner++) {
            polygon.push(vertexOf[values[corner]] ?? -1);
        }
        if (polygon.some((vertex) => vertex < 0)) {
            leftOut.broken++;
        } else if (!triangulator.triangulate(polygon)) {
            leftOut.tooLarge++;
        } else {
            const divided = triangulator.corners;
            for (let c = 0; c < divided.length; c++) {
                corners[filled + c] = start + divided[c];
            }
            faceOf.fill(face, filled / 3, (filled + divided.length) / 3);
            filled += divided.length;
        }
    }
    return {
        faces,
        lists,
        corners: corners.subarray(0, filled),
        faceOf: faceOf.subarray(0, filled / 3),
        leftOut,
    };
}

/** A negative index ends a strip. Every other triangle of a strip has the opposite winding. */
function* divideStrips(strips: PlyElement, lists: PlyLists, vertexOf: Int32Array): Coroutine<PlyTriangles> {
    const { starts, values } = lists;
    const corners = new Uint32Array(3 * values.length);
    const faceOf = new Uint32Array(values.length);
    let filled = 0;
    let broken = 0;
    for (let strip = 0; strip < strips.count; strip++) {
        let length = 0;
        for (let at = starts[strip]; at < starts[strip + 1]; at++) {
            if (at % CORNERS_PER_SLICE === 0) {
                yield;
            }
            length = values[at] < 0 ? 0 : length + 1;
            if (length < 3) {
                continue;
            }
            const [a, b, c] = [values[at - 2], values[at - 1], values[at]];
            if ([a, b, c].some((row) => (vertexOf[row] ?? -1) < 0)) {
                broken++;
            } else if (a !== b && b !== c && c !== a) {
                // Equal vertices only connect parts of a strip.
                const isReversed = length % 2 === 0;
                corners[filled] = isReversed ? at - 1 : at - 2;
                corners[filled + 1] = isReversed ? at - 2 : at - 1;
                corners[filled + 2] = at;
                faceOf[filled / 3] = strip;
                filled += 3;
            }
        }
    }
    return {
        faces: null,
        lists,
        corners: corners.subarray(0, filled),
        faceOf: faceOf.subarray(0, filled / 3),
        leftOut: { broken, tooFew: 0, tooLarge: 0 },
    };
}
