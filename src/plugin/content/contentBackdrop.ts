import type { Pacer } from "../../compute/base/pacer";
import { type Backdrop, FindBackdrop } from "../../compute/bounds/backdrop";
import type { ContentPiece } from "./sceneContent";

type FacePiece = Pick<ContentPiece, "kind" | "elementCount" | "positions">;

/** Points by area, and as many corners, that a backdrop is searched among. */
const SEARCHED_POINTS = 2000;
/** The largest share of the samples on faces that lie on the backdrop. */
const MAX_SHARE = 1 / 3;
// The R2 sequence (Roberts 2018), as for samples.
const R2 = [0.7548776662466927, 0.5698402909980532];

/** Returns the area of a face that samples are spent by. */
export type SampledArea = (positions: Float32Array, face: number) => number;

/**
 * Finds by what area to sample faces: their own, or less for those of a backdrop, which gets at most a third of the
 * samples.
 *
 * @param areaOf returns the area of a face
 */
export async function WeighBackdropAsync(
    pieces: readonly FacePiece[],
    areaOf: SampledArea,
    pacer: Pick<Pacer, "yieldIfDueAsync">,
): Promise<SampledArea> {
    const faces = pieces.filter(({ kind }) => kind === "faces");
    const backdrop = FindBackdrop(await searchedPointsAsync(faces, areaOf, pacer));
    if (!backdrop) {
        return areaOf;
    }
    let front = 0;
    let behind = 0;
    for (const { positions, elementCount } of faces) {
        for (let face = 0; face < elementCount; face++) {
            const area = areaOf(positions, face);
            if (isOn(backdrop, positions, face)) {
                behind += area;
            } else {
                front += area;
            }
        }
        await pacer.yieldIfDueAsync();
    }
    const scale = Math.min(1, (MAX_SHARE / (1 - MAX_SHARE)) * (front / behind));
    if (!(behind > 0 && front > 0)) {
        return areaOf;
    }
    return (positions, face) => (isOn(backdrop, positions, face) ? scale : 1) * areaOf(positions, face);
}

/** Returns points that are spread by area, and corners, of which small objects have many. */
async function searchedPointsAsync(
    faces: readonly FacePiece[],
    areaOf: SampledArea,
    pacer: Pick<Pacer, "yieldIfDueAsync">,
): Promise<Float32Array> {
    let total = 0;
    let count = 0;
    for (const { positions, elementCount } of faces) {
        for (let face = 0; face < elementCount; face++) {
            total += areaOf(positions, face);
        }
        count += elementCount;
        await pacer.yieldIfDueAsync();
    }
    const points: number[] = [];
    const stride = Math.max(1, Math.ceil(count / SEARCHED_POINTS));
    const share = total / SEARCHED_POINTS;
    let passed = 0;
    let drawn = 0;
    let index = 0;
    for (const { positions, elementCount } of faces) {
        for (let face = 0; face < elementCount; face++, index++) {
            const p = 9 * face;
            if (index % stride === 0) {
                points.push(positions[p], positions[p + 1], positions[p + 2]);
            }
            passed += areaOf(positions, face);
            for (; (drawn + 0.5) * share < passed; drawn++) {
                let u = (drawn * R2[0]) % 1;
                let v = (drawn * R2[1]) % 1;
                [u, v] = u + v > 1 ? [1 - u, 1 - v] : [u, v];
                for (let axis = p; axis < p + 3; axis++) {
                    points.push((1 - u - v) * positions[axis] + u * positions[axis + 3] + v * positions[axis + 6]);
                }
            }
        }
        await pacer.yieldIfDueAsync();
    }
    return Float32Array.from(points);
}

function isOn(backdrop: Backdrop, positions: Float32Array, face: number): boolean {
    for (let p = 9 * face; p < 9 * face + 9; p += 3) {
        if (!backdrop.contains(positions[p], positions[p + 1], positions[p + 2])) {
            return false;
        }
    }
    return true;
}
