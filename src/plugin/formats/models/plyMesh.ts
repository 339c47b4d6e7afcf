import type { Coroutine } from "../../../compute/base/coroutine";
import { PlyColorsCoroutine } from "./plyColors";
import type { PlyElement, PlyLists } from "./plyElement";
import { PlyTrianglesCoroutine } from "./plyFaces";
import { FindPlyColumns, FindPlyLists, type PlyFile } from "./plyFile";
import { PlyVectorsCoroutine } from "./plyPoints";
import { FindPlyVertices, type PlyVertices, PlyVerticesCoroutine, VERTICES_PER_SLICE } from "./plyVertices";
import type { FacesLeftOut } from "./polygons";

const UV_NAMES = [
    ["s", "t"],
    ["u", "v"],
    ["texture_u", "texture_v"],
    ["texture_s", "texture_t"],
    ["texcoord_u", "texcoord_v"],
];
const UV_LIST_NAMES = ["texcoord", "texcoords", "uv"];
const TEXTURE_INDEX_NAMES = [["texnumber"], ["texture_index"], ["texid"]];
const TEXTURE_COMMENT = /^texturefile\s+(.+)$/i;

/** The mesh of a PLY file. Vertices of no triangle are left out. */
export interface PlyMesh {
    /** [n, 3] coordinates less the offset. */
    readonly positions: Float32Array;
    /** [n, 3] normals; null where the file has none. */
    readonly normals: Float32Array | null;
    /** [n, 3] sRGB bytes; null where neither vertices nor faces have colors. */
    readonly colors: Uint8Array | null;
    /** [n, 2] texture coordinates, v up; null where the file has none. */
    readonly uvs: Float32Array | null;
    /** [triangles, 3] vertices, counterclockwise from outside in the right-handed coordinates of the file. */
    readonly triangles: Uint32Array;
    /** [triangles] index into `textures`; null where the faces name none. */
    readonly textureOf: Uint32Array | null;
    /** The names of the texture files. */
    readonly textures: readonly string[];
    /** The vector that was subtracted from all coordinates. */
    readonly offset: readonly [number, number, number];
    /** The number of faces in the file. */
    readonly faceCount: number;
    readonly leftOut: FacesLeftOut & {
        /** Vertices that are not finite. */
        readonly vertices: number;
    };
    /** The number of finite vertices of no triangle. */
    readonly looseVertices: number;
}

/**
 * Reads the mesh of a PLY file, in time slices: polygons with any number of corners, and triangle strips. Colors and
 * texture coordinates may belong to vertices, or to faces and their corners, which then share no vertices.
 *
 * @param subtractsOffset see {@link PlyVerticesCoroutine}
 * @returns null where the file has no face that can be shown
 * @throws UltrametricError "input"
 */
export function* PlyMeshCoroutine(ply: PlyFile, file: string, subtractsOffset: boolean): Coroutine<PlyMesh | null> {
    const element = FindPlyVertices(ply, file);
    const vertices = yield* PlyVerticesCoroutine(element, file, subtractsOffset);
    const vertexOf = indexRows(element, vertices);
    const divided = yield* PlyTrianglesCoroutine(ply, vertices.positions, vertexOf);
    if (divided === null || divided.corners.length === 0) {
        return null;
    }
    const { faces, lists, corners, faceOf } = divided;
    const faceColors = faces === null ? null : yield* PlyColorsCoroutine(faces, null);
    const uvLists = faces === null ? null : FindPlyLists(faces, UV_LIST_NAMES);
    const isPerCorner = faceColors !== null || uvLists !== null;
    // Vertices of the mesh are corners of the file, or its vertices.
    const keyCount = isPerCorner ? lists.values.length : vertices.positions.length / 3;
    const indexOf = new Int32Array(keyCount).fill(-1);
    const used = new Uint32Array(Math.min(keyCount, corners.length)); // vertex of the file
    const rowOfUsed = new Uint32Array(used.length);
    const faceOfUsed = new Uint32Array(isPerCorner ? used.length : 0);
    const cornerOfUsed = new Uint32Array(isPerCorner ? used.length : 0);
    const triangles = new Uint32Array(corners.length);
    let count = 0;
    for (let c = 0; c < corners.length; c++) {
        if (c % VERTICES_PER_SLICE === 0) {
            yield;
        }
        const row = lists.values[corners[c]];
        const key = isPerCorner ? corners[c] : vertexOf[row];
        if (indexOf[key] < 0) {
            indexOf[key] = count;
            used[count] = vertexOf[row];
            rowOfUsed[count] = row;
            if (isPerCorner) {
                faceOfUsed[count] = faceOf[Math.floor(c / 3)];
                cornerOfUsed[count] = corners[c];
            }
            count++;
        }
        triangles[c] = indexOf[key];
    }
    const rows = rowOfUsed.subarray(0, count);
    const positions = yield* gatherTriples(vertices.positions, used.subarray(0, count), new Float32Array(3 * count));
    const vertexColors = faceColors === null ? yield* PlyColorsCoroutine(element, rows) : null;
    const ofFaces =
        faceColors &&
        (yield* gatherTriples(faceColors.colors, faceOfUsed.subarray(0, count), new Uint8Array(3 * count)));
    const vectors = (groups: readonly (readonly string[])[]): Coroutine<Float32Array | null> =>
        PlyVectorsCoroutine(FindPlyColumns(element, groups)?.map(({ values }) => values) ?? null, rows);
    const textureIndices = faces && FindPlyColumns(faces, TEXTURE_INDEX_NAMES);
    return {
        positions,
        normals: yield* vectors([["nx", "ny", "nz"]]),
        colors: ofFaces ?? vertexColors?.colors ?? null,
        uvs: uvLists
            ? yield* gatherUvs(uvLists, lists, faceOfUsed, cornerOfUsed.subarray(0, count))
            : yield* vectors(UV_NAMES),
        triangles,
        textureOf: textureIndices && (yield* gatherTextures(textureIndices[0].values, faceOf)),
        textures: ply.comments.flatMap((comment) => TEXTURE_COMMENT.exec(comment)?.[1].trim() ?? []),
        offset: vertices.offset,
        faceCount: faces?.count ?? corners.length / 3,
        leftOut: { ...divided.leftOut, vertices: vertices.leftOut },
        looseVertices: vertices.positions.length / 3 - (yield* countDistinct(rows, element.count)),
    };
}

/** Returns the index of each row's vertex; -1 for rows that are left out. */
function indexRows({ count }: PlyElement, { rows }: PlyVertices): Int32Array {
    const indices = new Int32Array(count).fill(-1);
    const kept = rows?.length ?? count;
    for (let index = 0; index < kept; index++) {
        indices[rows ? rows[index] : index] = index;
    }
    return indices;
}

function* gatherTriples<T extends Float32Array | Uint8Array>(from: T, indices: Uint32Array, to: T): Coroutine<T> {
    for (let i = 0; i < indices.length; i++) {
        if (i % VERTICES_PER_SLICE === 0) {
            yield;
        }
        for (let c = 0; c < 3; c++) {
            to[3 * i + c] = from[3 * indices[i] + c];
        }
    }
    return to;
}

function* gatherTextures(textures: ArrayLike<number>, faceOf: Uint32Array): Coroutine<Uint32Array> {
    const to = new Uint32Array(faceOf.length);
    for (let t = 0; t < to.length; t++) {
        if (t % VERTICES_PER_SLICE === 0) {
            yield;
        }
        to[t] = textures[faceOf[t]];
    }
    return to;
}

/** Texture coordinates of corners; 0 for faces whose list has another length. */
function* gatherUvs(
    uvs: PlyLists,
    lists: PlyLists,
    faceOf: Uint32Array,
    corners: Uint32Array,
): Coroutine<Float32Array | null> {
    const to = new Float32Array(2 * corners.length);
    let isSet = false;
    for (let i = 0; i < corners.length; i++) {
        if (i % VERTICES_PER_SLICE === 0) {
            yield;
        }
        const face = faceOf[i];
        const start = uvs.starts[face];
        if (uvs.starts[face + 1] - start === 2 * (lists.starts[face + 1] - lists.starts[face])) {
            const at = start + 2 * (corners[i] - lists.starts[face]);
            to[2 * i] = uvs.values[at];
            to[2 * i + 1] = uvs.values[at + 1];
            isSet = true;
        }
    }
    return isSet ? to : null;
}

function* countDistinct(rows: Uint32Array, rowCount: number): Coroutine<number> {
    const seen = new Uint8Array(rowCount);
    let count = 0;
    for (let i = 0; i < rows.length; i++) {
        if (i % VERTICES_PER_SLICE === 0) {
            yield;
        }
        count += 1 - seen[rows[i]];
        seen[rows[i]] = 1;
    }
    return count;
}
