/** A rotation, with or without a mirror, and a translation: x -> rotation x + translation. */
export interface RigidMotion {
    /** [3, 3] row-major, orthogonal; its determinant is -1 for a mirror. */
    readonly rotation: Float64Array;
    readonly translation: Float64Array;
}

/** The largest number of sweeps over the entries beside the diagonal; a handful is enough. */
const MAX_SWEEPS = 30;

/**
 * Returns the eigenvectors of a symmetric matrix, by Jacobi's rotations.
 *
 * @param matrix [n, n]; it is overwritten: its diagonal has the eigenvalues after that
 * @returns [n, n] row k is the unit eigenvector of the k-th value of the diagonal
 */
export function SymmetricEigenvectors(matrix: Float64Array, n: number): Float64Array {
    const vectors = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
        vectors[n * i + i] = 1;
    }
    for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
        let off = 0;
        let all = 0;
        for (let i = 0; i < n * n; i++) {
            all += matrix[i] ** 2;
            off += i % (n + 1) === 0 ? 0 : matrix[i] ** 2;
        }
        if (off <= 1e-24 * all) {
            break;
        }
        for (let p = 0; p < n; p++) {
            for (let q = p + 1; q < n; q++) {
                if (matrix[n * p + q] !== 0) {
                    rotate(matrix, vectors, n, p, q);
                }
            }
        }
    }
    return vectors;
}

/** Turns the plane of two axes so that their common entry vanishes. */
function rotate(matrix: Float64Array, vectors: Float64Array, n: number, p: number, q: number): void {
    const theta = (matrix[n * q + q] - matrix[n * p + p]) / (2 * matrix[n * p + q]);
    const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    const c = 1 / Math.sqrt(t * t + 1);
    const s = t * c;
    for (let k = 0; k < n; k++) {
        const [a, b] = [matrix[n * k + p], matrix[n * k + q]];
        matrix[n * k + p] = c * a - s * b;
        matrix[n * k + q] = s * a + c * b;
    }
    for (let k = 0; k < n; k++) {
        const [a, b] = [matrix[n * p + k], matrix[n * q + k]];
        matrix[n * p + k] = c * a - s * b;
        matrix[n * q + k] = s * a + c * b;
        const [v, w] = [vectors[n * p + k], vectors[n * q + k]];
        vectors[n * p + k] = c * v - s * w;
        vectors[n * q + k] = s * v + c * w;
    }
}

/**
 * Returns the motion that brings points nearest to their partners in the sense of least squares (Horn 1987).
 *
 * @param from [n, 3] at least one point
 * @param to [n, 3] the partners
 * @param isMirrored true for the best motion with a mirror, false for the best one without
 */
export function FitRigidMotion(from: ArrayLike<number>, to: ArrayLike<number>, isMirrored: boolean): RigidMotion {
    const count = from.length / 3;
    const sign = isMirrored ? -1 : 1;
    const a = [0, 0, 0];
    const b = [0, 0, 0];
    for (let i = 0; i < from.length; i++) {
        a[i % 3] += (sign * from[i]) / count;
        b[i % 3] += to[i] / count;
    }
    // s[i][j]: the sum of products of coordinate i of the points and coordinate j of their partners.
    const s = new Float64Array(9);
    for (let p = 0; p < from.length; p += 3) {
        for (let i = 0; i < 3; i++) {
            for (let j = 0; j < 3; j++) {
                s[3 * i + j] += (sign * from[p + i] - a[i]) * (to[p + j] - b[j]);
            }
        }
    }
    const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = s;
    const matrix = Float64Array.from([
        ...[xx + yy + zz, yz - zy, zx - xz, xy - yx],
        ...[yz - zy, xx - yy - zz, xy + yx, zx + xz],
        ...[zx - xz, xy + yx, yy - xx - zz, yz + zy],
        ...[xy - yx, zx + xz, yz + zy, zz - xx - yy],
    ]);
    const vectors = SymmetricEigenvectors(matrix, 4);
    let best = 0;
    for (let k = 1; k < 4; k++) {
        best = matrix[5 * k] > matrix[5 * best] ? k : best;
    }
    const [w, x, y, z] = vectors.subarray(4 * best, 4 * best + 4);
    const turn = [
        ...[1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        ...[2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        ...[2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ];
    const translation = Float64Array.from(b, (value, i) => {
        return value - turn[3 * i] * a[0] - turn[3 * i + 1] * a[1] - turn[3 * i + 2] * a[2];
    });
    return { rotation: Float64Array.from(turn, (value) => sign * value), translation };
}
