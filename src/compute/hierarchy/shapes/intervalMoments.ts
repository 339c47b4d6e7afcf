import { WriteOklab } from "../../base/oklab";

/** The size and the color of a set of leaves, without where and how turned it is. */
export interface ShapeMoments {
    /** Standard deviations along the principal axes, descending, in the unit of the positions. */
    readonly extents: readonly [number, number, number];
    /** Mean Oklab: lightness 0..1, green to red, blue to yellow. */
    readonly color: readonly [number, number, number];
}

/** Position, six products of coordinates, color. */
const CHANNELS = 12;

/** The moments of all intervals of an interval of the leaf order, each in constant time, from sums up to each leaf. */
export class IntervalMoments {
    private readonly _sums: Float64Array;
    private readonly _first: number;

    /**
     * @param positions [n, 3]
     * @param colors [n, 3] sRGB bytes
     * @param order [n] the leaf order
     * @param stride every stride-th leaf stands for its neighbors in the order, which are near in space, too
     */
    public constructor(
        positions: Float32Array,
        colors: Uint8Array,
        order: Uint32Array,
        start: number,
        end: number,
        private readonly _stride: number,
    ) {
        this._first = Math.ceil(start / _stride);
        const count = Math.max(0, Math.ceil(end / _stride) - this._first);
        const sums = new Float64Array(CHANNELS * (count + 1));
        const color = new Float64Array(3);
        // Far from the origin, differences of sums of squares would lose their digits.
        const center = 3 * order[start];
        const [cx, cy, cz] = [positions[center], positions[center + 1], positions[center + 2]];
        for (let i = 0; i < count; i++) {
            const leaf = 3 * order[(this._first + i) * _stride];
            const x = positions[leaf] - cx;
            const y = positions[leaf + 1] - cy;
            const z = positions[leaf + 2] - cz;
            WriteOklab(colors, leaf, color, 0);
            const at = CHANNELS * i;
            const to = at + CHANNELS;
            sums[to] = sums[at] + x;
            sums[to + 1] = sums[at + 1] + y;
            sums[to + 2] = sums[at + 2] + z;
            sums[to + 3] = sums[at + 3] + x * x;
            sums[to + 4] = sums[at + 4] + y * y;
            sums[to + 5] = sums[at + 5] + z * z;
            sums[to + 6] = sums[at + 6] + x * y;
            sums[to + 7] = sums[at + 7] + x * z;
            sums[to + 8] = sums[at + 8] + y * z;
            sums[to + 9] = sums[at + 9] + color[0];
            sums[to + 10] = sums[at + 10] + color[1];
            sums[to + 11] = sums[at + 11] + color[2];
        }
        this._sums = sums;
    }

    /** Returns the moments of an interval inside; null if the stride leaves no leaf of it. */
    public of(start: number, end: number): ShapeMoments | null {
        const from = CHANNELS * (Math.ceil(start / this._stride) - this._first);
        const to = CHANNELS * (Math.ceil(end / this._stride) - this._first);
        const count = (to - from) / CHANNELS;
        if (count < 1) {
            return null;
        }
        const sums = this._sums;
        const mean = (channel: number): number => (sums[to + channel] - sums[from + channel]) / count;
        const [x, y, z] = [mean(0), mean(1), mean(2)];
        const [first, second, third] = eigenvalues(
            mean(3) - x * x,
            mean(4) - y * y,
            mean(5) - z * z,
            mean(6) - x * y,
            mean(7) - x * z,
            mean(8) - y * z,
        );
        const deviation = (value: number): number => Math.sqrt(Math.max(0, value));
        return {
            extents: [deviation(first), deviation(second), deviation(third)],
            color: [mean(9), mean(10), mean(11)],
        };
    }
}

/** Returns the eigenvalues of a symmetric 3 x 3 matrix, descending (Smith 1961). */
function eigenvalues(
    xx: number,
    yy: number,
    zz: number,
    xy: number,
    xz: number,
    yz: number,
): readonly [number, number, number] {
    const mean = (xx + yy + zz) / 3;
    const [dx, dy, dz] = [xx - mean, yy - mean, zz - mean];
    const p = Math.sqrt((dx * dx + dy * dy + dz * dz + 2 * (xy * xy + xz * xz + yz * yz)) / 6);
    if (!(p > 1e-12 * Math.abs(mean))) {
        return [mean, mean, mean];
    }
    const determinant = dx * (dy * dz - yz * yz) - xy * (xy * dz - yz * xz) + xz * (xy * yz - dy * xz);
    const angle = Math.acos(Math.min(Math.max(determinant / (2 * p * p * p), -1), 1)) / 3;
    const first = mean + 2 * p * Math.cos(angle);
    const last = mean + 2 * p * Math.cos(angle + (2 * Math.PI) / 3);
    return [first, 3 * mean - first - last, last];
}
