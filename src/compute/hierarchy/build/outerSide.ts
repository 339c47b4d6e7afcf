import { UNSEEN, type ViewObservation } from "./observations";

/** The share of the views of a point that must lie on its other side for it to lie on a sheet. */
const SHEET_SHARE = 0.2;
/** Views along the surface, by the cosine to its normal, belong to neither side. */
const GRAZING_COSINE = 0.1;

/**
 * Returns the sign of a point's normal on the side that it is seen from; 0 if it is seen from both sides, as a sheet
 * is, or not at all.
 *
 * @param positions [n, 3] world
 * @param normals [n, 3] of either sign
 */
export function OuterSide(
    point: number,
    positions: Float32Array,
    normals: Float32Array,
    observations: readonly ViewObservation[],
): number {
    const p = 3 * point;
    let front = 0;
    let back = 0;
    for (const { cells, eye } of observations) {
        if (cells[point] !== UNSEEN) {
            const dx = eye[0] - positions[p];
            const dy = eye[1] - positions[p + 1];
            const dz = eye[2] - positions[p + 2];
            const cosine =
                (normals[p] * dx + normals[p + 1] * dy + normals[p + 2] * dz) / Math.sqrt(dx * dx + dy * dy + dz * dz);
            front += cosine > GRAZING_COSINE ? 1 : 0;
            back += cosine < -GRAZING_COSINE ? 1 : 0;
        }
    }
    return Math.min(front, back) >= SHEET_SHARE * (front + back) ? 0 : Math.sign(front - back);
}
