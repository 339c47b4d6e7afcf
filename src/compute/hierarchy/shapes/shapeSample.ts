import { KdTree } from "../../algorithms/kdTree";
import { SymmetricEigenvectors } from "../../algorithms/rigidFit";

/** The number of points that other points are compared with. */
const DENSE_POINTS = 1024;
/** The number of points that are compared. */
const SPARSE_POINTS = 128;
/** The number of steps of a profile. */
const PROFILE_STEPS = 32;

/** Points of a part around its center of mass, for comparing its shape with others. */
export class ShapeSample {
    /** [dense, 3] points around the center. */
    public readonly dense: Float32Array;
    /** [sparse, 3] some of them. */
    public readonly sparse: Float32Array;
    /** The center of mass. */
    public readonly center: Float64Array;
    /** The root of the mean square distance from the center. */
    public readonly radius: number;
    private _frame: { readonly axes: Float64Array; readonly extents: readonly number[] } | null = null;
    private _tree: KdTree | null = null;
    private _profile: Float64Array | null = null;
    private _spacing = -1;

    /**
     * @param positions [n, 3]
     * @param leaves the part's leaves, in the leaf order, so that every k-th one covers the part evenly
     */
    public constructor(positions: Float32Array, leaves: Uint32Array) {
        const chosen = spread(leaves.length, DENSE_POINTS);
        this.center = new Float64Array(3);
        for (const i of chosen) {
            for (let axis = 0; axis < 3; axis++) {
                this.center[axis] += positions[3 * leaves[i] + axis] / chosen.length;
            }
        }
        this.dense = Float32Array.from(
            { length: 3 * chosen.length },
            (_, i) => positions[3 * leaves[chosen[Math.floor(i / 3)]] + (i % 3)] - this.center[i % 3],
        );
        const few = spread(chosen.length, SPARSE_POINTS);
        this.sparse = Float32Array.from(
            { length: 3 * few.length },
            (_, i) => this.dense[3 * few[Math.floor(i / 3)] + (i % 3)],
        );
        this.radius = Math.sqrt(this.dense.reduce((sum, value) => sum + value * value, 0) / chosen.length);
    }

    /**
     * The principal axes, [3, 3] as rows by descending extent, whose handedness is open, and the standard deviations
     * along them.
     */
    public get frame(): { readonly axes: Float64Array; readonly extents: readonly number[] } {
        if (!this._frame) {
            const covariance = new Float64Array(9);
            const count = this.dense.length / 3;
            for (let p = 0; p < this.dense.length; p += 3) {
                for (let i = 0; i < 9; i++) {
                    covariance[i] += (this.dense[p + Math.floor(i / 3)] * this.dense[p + (i % 3)]) / count;
                }
            }
            const vectors = SymmetricEigenvectors(covariance, 3);
            const byExtent = [0, 1, 2].sort((a, b) => covariance[4 * b] - covariance[4 * a]);
            this._frame = {
                axes: Float64Array.from(byExtent.flatMap((k) => [...vectors.subarray(3 * k, 3 * k + 3)])),
                extents: byExtent.map((k) => Math.sqrt(Math.max(0, covariance[4 * k]))),
            };
        }
        return this._frame;
    }

    /** The number of points that {@link profile} is made of. */
    public get profilePoints(): number {
        return this.dense.length / 3;
    }

    /** [32] the distances from the center, ascending: a profile that no motion and no mirror changes. */
    public get profile(): Float64Array {
        if (!this._profile) {
            const count = this.dense.length / 3;
            const distances = new Float64Array(count);
            for (let i = 0; i < count; i++) {
                distances[i] = Math.hypot(this.dense[3 * i], this.dense[3 * i + 1], this.dense[3 * i + 2]);
            }
            distances.sort();
            this._profile = Float64Array.from(
                { length: PROFILE_STEPS },
                (_, step) => distances[Math.floor(((step + 0.5) * count) / PROFILE_STEPS)],
            );
        }
        return this._profile;
    }

    /** The mean distance of a dense point from the next one. */
    public get spacing(): number {
        if (this._spacing < 0) {
            const { squaredDistances } = this._kdTree.nearest(this.dense, 1, true);
            const sum = squaredDistances.reduce((total, square) => total + Math.sqrt(square), 0);
            this._spacing = squaredDistances.length > 1 ? sum / squaredDistances.length : 0;
        }
        return this._spacing;
    }

    private get _kdTree(): KdTree {
        this._tree ??= new KdTree(this.dense);
        return this._tree;
    }

    /** Returns the nearest of the dense points to each of some points, which are around the center, too. */
    public nearest(points: Float32Array): { indices: Int32Array; squaredDistances: Float32Array } {
        return this._kdTree.nearest(points, 1);
    }
}

/** Returns at most `limit` indices below `count`, evenly spread. */
function spread(count: number, limit: number): number[] {
    const taken = Math.min(count, limit);
    return Array.from({ length: taken }, (_, i) => Math.floor(((i + 0.5) * count) / taken));
}
