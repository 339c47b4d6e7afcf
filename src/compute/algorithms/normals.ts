import { type Coroutine, RunCoroutineSync } from "../base/coroutine";
import type { NeighborGraph } from "./neighborGraph";

/** The number of points per time slice. */
const POINTS_PER_CHUNK = 1 << 12;

/**
 * Estimates the normal of each point, up to its sign, by principal component analysis: the direction in which the point
 * and its nearest neighbors vary least. Points with fewer than two neighbors get +z.
 *
 * @param positions [n, 3]
 * @param count number of neighbors to use; few keep creases sharp, many reduce noise. Default: all of the graph
 * @returns [n, 3] unit vectors
 */
export function EstimateNormals(
    positions: Float32Array,
    graph: Pick<NeighborGraph, "neighbors" | "k">,
    count = graph.k,
): Float32Array {
    return RunCoroutineSync(EstimateNormalsCoroutine(positions, graph, count));
}

/** Like {@link EstimateNormals}, in time slices. */
export function* EstimateNormalsCoroutine(
    positions: Float32Array,
    graph: Pick<NeighborGraph, "neighbors" | "k">,
    count = graph.k,
): Coroutine<Float32Array> {
    const { neighbors, k } = graph;
    const points = positions.length / 3;
    const normals = new Float32Array(positions.length);
    for (let i = 0; i < points; i++) {
        if (i % POINTS_PER_CHUNK === 0) {
            yield;
        }
        let found = 1;
        let mx = positions[3 * i];
        let my = positions[3 * i + 1];
        let mz = positions[3 * i + 2];
        for (let s = i * k; s < i * k + Math.min(count, k) && neighbors[s] >= 0; s++, found++) {
            const p = 3 * neighbors[s];
            mx += positions[p];
            my += positions[p + 1];
            mz += positions[p + 2];
        }
        mx /= found;
        my /= found;
        mz /= found;
        let xx = 0;
        let xy = 0;
        let xz = 0;
        let yy = 0;
        let yz = 0;
        let zz = 0;
        for (let j = -1; j < found - 1; j++) {
            const p = 3 * (j < 0 ? i : neighbors[i * k + j]);
            const x = positions[p] - mx;
            const y = positions[p + 1] - my;
            const z = positions[p + 2] - mz;
            xx += x * x;
            xy += x * y;
            xz += x * z;
            yy += y * y;
            yz += y * z;
            zz += z * z;
        }
        writeLeastDirection(xx, xy, xz, yy, yz, zz, normals, 3 * i);
    }
    return normals;
}

/**
 * Writes the eigenvector of the smallest eigenvalue of a symmetric 3x3 matrix, in closed form: trigonometric roots,
 * then the cross product of two rows.
 */
function writeLeastDirection(
    xx: number,
    xy: number,
    xz: number,
    yy: number,
    yz: number,
    zz: number,
    out: Float32Array,
    offset: number,
): void {
    const mean = (xx + yy + zz) / 3;
    const a = xx - mean;
    const b = yy - mean;
    const c = zz - mean;
    const p = Math.sqrt((a * a + b * b + c * c + 2 * (xy * xy + xz * xz + yz * yz)) / 6);
    let least = mean;
    if (p > 0) {
        const determinant = a * (b * c - yz * yz) - xy * (xy * c - yz * xz) + xz * (xy * yz - b * xz);
        const angle = Math.acos(Math.min(1, Math.max(-1, determinant / (2 * p * p * p)))) / 3;
        least = mean + 2 * p * Math.cos(angle + (2 * Math.PI) / 3);
    }
    const r0 = xx - least;
    const r1 = yy - least;
    const r2 = zz - least;
    // Rows (r0, xy, xz), (xy, r1, yz), (xz, yz, r2): the largest of their cross products is the eigenvector.
    let bestX = 0;
    let bestY = 0;
    let bestZ = 1;
    let best = 0;
    const consider = (x: number, y: number, z: number): void => {
        const square = x * x + y * y + z * z;
        if (square > best) {
            best = square;
            bestX = x;
            bestY = y;
            bestZ = z;
        }
    };
    consider(xy * yz - xz * r1, xz * xy - r0 * yz, r0 * r1 - xy * xy);
    consider(xy * r2 - xz * yz, xz * xz - r0 * r2, r0 * yz - xy * xz);
    consider(r1 * r2 - yz * yz, yz * xz - xy * r2, xy * yz - r1 * xz);
    const scale = best > 0 ? 1 / Math.sqrt(best) : 1;
    out[offset] = bestX * scale;
    out[offset + 1] = bestY * scale;
    out[offset + 2] = bestZ * scale;
}
