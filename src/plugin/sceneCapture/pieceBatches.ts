import type { BaseTexture } from "@babylonjs/core/Materials/Textures/baseTexture";
import { ConcatenateFloats } from "../../compute/base/concatenate";
import { type ContentPiece, MAX_PIECE_ELEMENTS } from "../content/sceneContent";

/** Pieces that are drawn together, with the fields of one large piece. */
export interface PieceBatch extends ContentPiece {
    /** [3 elements] the element of each vertex that is drawn; null if `firstElement` and the next ones follow. */
    readonly elementOfVertex: Float32Array | null;
}

/** Fields of a piece that have to be equal for one draw call. */
type Look = Pick<
    ContentPiece,
    "kind" | "appearance" | "pointRadius" | "normals" | "colors" | "baseUvs" | "emissiveUvs"
>;

/**
 * Above this number of draw calls, pieces that do not follow each other are joined, too. Of surfaces in the same place,
 * another one may then be in front, so it is not done without need.
 */
const MANY_BATCHES = 256;

/** Gives the same key to pieces that one draw call can draw. */
export class LookKeys {
    private readonly _textures = new Map<BaseTexture, number>();

    public keyOf({ kind, appearance, pointRadius, ...data }: Look): string {
        const { baseTexture, emissiveTexture, ...values } = appearance;
        const textures = [baseTexture, emissiveTexture].map((texture) => this._indexOf(texture));
        const present = [data.normals, data.colors, data.baseUvs, data.emissiveUvs].map((field) => field !== null);
        return JSON.stringify([kind, pointRadius, values, textures, present]);
    }

    private _indexOf(texture: BaseTexture | null): number {
        if (!texture) {
            return -1;
        }
        const index = this._textures.get(texture) ?? this._textures.size;
        this._textures.set(texture, index);
        return index;
    }
}

/** Joins pieces of faces and points that look alike, such as those of many small meshes, into few draw calls. */
export function BatchPieces(pieces: readonly ContentPiece[]): PieceBatch[] {
    const keys = new LookKeys();
    const keyed = pieces.map((piece) => ({ piece, key: keys.keyOf(piece) }));
    const groups: { key: string; pieces: ContentPiece[]; count: number }[] = [];
    for (const { piece, key } of keyed) {
        const last = groups.at(-1);
        const before = last?.pieces.at(-1);
        const follows = before && before.firstElement + before.elementCount === piece.firstElement;
        if (last && follows && last.key === key && last.count + piece.elementCount <= MAX_PIECE_ELEMENTS) {
            last.pieces.push(piece);
            last.count += piece.elementCount;
        } else {
            groups.push({ key, pieces: [piece], count: piece.elementCount });
        }
    }
    if (groups.length <= MANY_BATCHES) {
        return groups.map((group) => joined(group.pieces));
    }
    const open = new Map<string, (typeof groups)[number]>();
    const joinedGroups: typeof groups = [];
    for (const group of groups) {
        const target = open.get(group.key);
        if (target && target.count + group.count <= MAX_PIECE_ELEMENTS) {
            target.pieces.push(...group.pieces);
            target.count += group.count;
        } else {
            open.set(group.key, group);
            joinedGroups.push(group);
        }
    }
    return joinedGroups.map((group) => joined(group.pieces));
}

function joined(pieces: readonly ContentPiece[]): PieceBatch {
    const [first] = pieces;
    if (pieces.length === 1) {
        return { ...first, elementOfVertex: null };
    }
    const elementCount = pieces.reduce((sum, piece) => sum + piece.elementCount, 0);
    const isConsecutive = pieces.every(
        (piece, p) => p === 0 || pieces[p - 1].firstElement + pieces[p - 1].elementCount === piece.firstElement,
    );
    const join = (field: "positions" | "normals" | "colors" | "baseUvs" | "emissiveUvs"): Float32Array | null =>
        first[field] && ConcatenateFloats(pieces.map((piece) => piece[field]!));
    return {
        ...first,
        elementCount,
        positions: join("positions")!,
        normals: join("normals"),
        colors: join("colors"),
        baseUvs: join("baseUvs"),
        emissiveUvs: join("emissiveUvs"),
        elementOfVertex: isConsecutive ? null : elementsOf(pieces, elementCount),
    };
}

function elementsOf(pieces: readonly ContentPiece[], elementCount: number): Float32Array {
    const elements = new Float32Array(3 * elementCount);
    let filled = 0;
    for (const { firstElement, elementCount: count } of pieces) {
        for (let vertex = 0; vertex < 3 * count; vertex++) {
            elements[filled++] = firstElement + Math.floor(vertex / 3);
        }
    }
    return elements;
}
