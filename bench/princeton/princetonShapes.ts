import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** A line of the folder's index. */
export interface PrincetonEntry {
    readonly id: number;
    readonly category: string;
    readonly faces: number;
    readonly segmentations: number;
    /** Number of parts of each person's segmentation. */
    readonly parts: readonly number[];
}

/** A mesh with people's segmentations of it. */
export interface PrincetonShape {
    readonly entry: PrincetonEntry;
    /** [vertices, 3] */
    readonly positions: Float32Array;
    /** [faces, 3] */
    readonly indices: Uint32Array;
    /** [faces] the part of each face, for each person. */
    readonly segmentations: readonly Uint8Array[];
}

/** Reads the index of a folder, `index.json`. */
export async function ReadPrincetonIndexAsync(folder: string): Promise<PrincetonEntry[]> {
    return JSON.parse(await readFile(join(folder, "index.json"), "utf8")) as PrincetonEntry[];
}

/** Reads `<id>.off.gz` and `<id>.labels.u8.gz`. */
export async function ReadPrincetonShapeAsync(folder: string, entry: PrincetonEntry): Promise<PrincetonShape> {
    const text = gunzipSync(await readFile(join(folder, `${entry.id}.off.gz`))).toString("utf8");
    const numbers = text.replace(/^OFF\s+/, "").split(/\s+/);
    const vertices = Number(numbers[0]);
    const faces = Number(numbers[1]);
    const firstFace = 3 + 3 * vertices;
    const labels = gunzipSync(await readFile(join(folder, `${entry.id}.labels.u8.gz`)));
    if (faces !== entry.faces || labels.length !== faces * entry.segmentations) {
        throw new Error(`Shape ${entry.id} in ${folder} is not as index.json says: it is damaged. Copy it again.`);
    }
    return {
        entry,
        positions: Float32Array.from({ length: 3 * vertices }, (_, i) => Number(numbers[3 + i])),
        // A line of a face has the number of corners, 3, and the corners.
        indices: Uint32Array.from({ length: 3 * faces }, (_, i) => {
            return Number(numbers[firstFace + 4 * Math.floor(i / 3) + 1 + (i % 3)]);
        }),
        segmentations: Array.from({ length: entry.segmentations }, (_, s) =>
            labels.subarray(s * faces, (s + 1) * faces),
        ),
    };
}

/** Returns the number of parts that most people made; of equally frequent ones, the smallest. */
export function ModeOfParts({ parts }: PrincetonEntry): number {
    const times = (count: number): number => parts.filter((other) => other === count).length;
    return [...parts].sort((a, b) => times(b) - times(a) || a - b)[0];
}
