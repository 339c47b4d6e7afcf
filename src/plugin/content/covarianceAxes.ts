/** Sweeps of Jacobi rotations; the off-diagonal rest falls quadratically. */
const SWEEPS = 6;
const PAIRS = [
    [0, 1],
    [0, 2],
    [1, 2],
] as const;

/** Finds the axes of splats from their covariances. Keeps its arrays, because there may be millions of splats. */
export class CovarianceAxes {
    private readonly _matrix = new Float64Array(9);
    /** Row-major; column c is axis c. */
    private readonly _axes = new Float64Array(9);

    /**
     * Writes the deviations and the rotation of a splat, as in SplatData.
     *
     * @param covariance xx, xy, xz, yy, yz, zz at `at`
     */
    public write(
        covariance: ArrayLike<number>,
        at: number,
        splat: number,
        scales: Float32Array,
        rotations: Float32Array,
    ): void {
        const { _matrix: m, _axes: axes } = this;
        m[0] = covariance[at];
        m[1] = m[3] = covariance[at + 1];
        m[2] = m[6] = covariance[at + 2];
        m[4] = covariance[at + 3];
        m[5] = m[7] = covariance[at + 4];
        m[8] = covariance[at + 5];
        axes.fill(0);
        axes[0] = axes[4] = axes[8] = 1;
        for (let sweep = 0; sweep < SWEEPS; sweep++) {
            for (let pair = 0; pair < 3; pair++) {
                this._rotate(PAIRS[pair][0], PAIRS[pair][1]);
            }
        }
        for (let c = 0; c < 3; c++) {
            scales[3 * splat + c] = Math.sqrt(Math.max(0, m[4 * c]));
        }
        this._writeQuaternion(rotations, 4 * splat);
    }

    /** Turns the axes p and q so that the matrix has no entry between them. */
    private _rotate(p: number, q: number): void {
        const { _matrix: m, _axes: axes } = this;
        const between = m[3 * p + q];
        if (between === 0) {
            return;
        }
        const theta = (m[4 * q] - m[4 * p]) / (2 * between);
        const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const cosine = 1 / Math.sqrt(tangent * tangent + 1);
        const sine = tangent * cosine;
        for (let k = 0; k < 3; k++) {
            const kp = m[3 * k + p];
            const kq = m[3 * k + q];
            m[3 * k + p] = cosine * kp - sine * kq;
            m[3 * k + q] = sine * kp + cosine * kq;
        }
        for (let k = 0; k < 3; k++) {
            const pk = m[3 * p + k];
            const qk = m[3 * q + k];
            m[3 * p + k] = cosine * pk - sine * qk;
            m[3 * q + k] = sine * pk + cosine * qk;
        }
        for (let k = 0; k < 3; k++) {
            const kp = axes[3 * k + p];
            const kq = axes[3 * k + q];
            axes[3 * k + p] = cosine * kp - sine * kq;
            axes[3 * k + q] = sine * kp + cosine * kq;
        }
    }

    /** Writes the rotation of the axes as w, x, y, z. */
    private _writeQuaternion(out: Float32Array, at: number): void {
        const a = this._axes; // a product of rotations, so never a mirror image
        const trace = a[0] + a[4] + a[8];
        let [w, x, y, z] = [0, 0, 0, 0];
        if (trace > 0) {
            w = trace + 1;
            x = a[7] - a[5];
            y = a[2] - a[6];
            z = a[3] - a[1];
        } else if (a[0] >= a[4] && a[0] >= a[8]) {
            w = a[7] - a[5];
            x = 1 + a[0] - a[4] - a[8];
            y = a[1] + a[3];
            z = a[2] + a[6];
        } else if (a[4] >= a[8]) {
            w = a[2] - a[6];
            x = a[1] + a[3];
            y = 1 + a[4] - a[0] - a[8];
            z = a[5] + a[7];
        } else {
            w = a[3] - a[1];
            x = a[2] + a[6];
            y = a[5] + a[7];
            z = 1 + a[8] - a[0] - a[4];
        }
        const length = Math.sqrt(w * w + x * x + y * y + z * z);
        out[at] = w / length;
        out[at + 1] = x / length;
        out[at + 2] = y / length;
        out[at + 3] = z / length;
    }
}
