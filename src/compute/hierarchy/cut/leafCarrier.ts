import { KdTree } from "../../algorithms/kdTree";
import { EstimateNormalsCoroutine } from "../../algorithms/normals";
import { type Coroutine, RunCoroutineSync } from "../../base/coroutine";

/** The number of nearest leaves among which a point chooses. */
const CANDIDATES = 8;
/** The number of neighbors that normals are estimated from. */
const NORMAL_NEIGHBORS = 8;
/** The share of the distance that counts whatever the looks are. */
const LOOK_FLOOR = 0.05;
/** The weight of a crease beside that of colors. Normals estimated from few leaves are wrong near edges. */
const NORMAL_WEIGHT = 0.25;
/** The number of points per time slice: a few milliseconds of work. */
const POINTS_PER_CHUNK = 512;

/** Points of a surface and their looks. */
export interface SurfaceLook {
    /** [n, 3], finite. */
    readonly positions: Float32Array;
    /** [n, 3] sRGB bytes; null where unknown. */
    readonly colors: Uint8Array | null;
    /** [n, 3] unit vectors of either sign; null where unknown. */
    readonly normals: Float32Array | null;
}

/**
 * Carries the leaves of a hierarchy to other points of the same surface, such as a finer level of detail: each point
 * follows the leaf of least distance x (0.05 + color difference + crease / 4) among the eight nearest. So every cut of
 * the hierarchy is a cut of these points.
 */
export class LeafCarrier {
    private constructor(
        private readonly _leaves: SurfaceLook,
        private readonly _tree: KdTree,
    ) {}

    /** Creates a carrier. @param leaves at least one; normals that are null are estimated from the positions */
    public static Create(leaves: SurfaceLook): LeafCarrier {
        return RunCoroutineSync(LeafCarrier.CreateCoroutine(leaves));
    }

    /** Like {@link Create}, in time slices. */
    public static *CreateCoroutine(leaves: SurfaceLook): Coroutine<LeafCarrier> {
        const tree = yield* KdTree.CreateCoroutine(leaves.positions);
        const normals = leaves.normals ?? (yield* estimateNormals(leaves.positions, tree));
        return new LeafCarrier({ ...leaves, normals }, tree);
    }

    /** Returns the [points] leaf that each point follows. Points without normals are compared by color alone. */
    public carry(points: SurfaceLook): Uint32Array<ArrayBuffer> {
        return RunCoroutineSync(this.carryCoroutine(points));
    }

    /** Like {@link carry}, in time slices. */
    public *carryCoroutine(points: SurfaceLook): Coroutine<Uint32Array<ArrayBuffer>> {
        const count = points.positions.length / 3;
        const carried = new Uint32Array(count);
        for (let begin = 0; begin < count; begin += POINTS_PER_CHUNK) {
            const end = Math.min(count, begin + POINTS_PER_CHUNK);
            const { indices, squaredDistances } = this._tree.nearest(points.positions, CANDIDATES, false, begin, end);
            for (let point = begin; point < end; point++) {
                let least = Number.POSITIVE_INFINITY;
                const first = CANDIDATES * (point - begin);
                for (let c = first; c < first + CANDIDATES && indices[c] >= 0; c++) {
                    const difference = lookDifference(points, point, this._leaves, indices[c]);
                    const cost = Math.sqrt(squaredDistances[c]) * (LOOK_FLOOR + difference);
                    if (cost < least) {
                        least = cost;
                        carried[point] = indices[c];
                    }
                }
            }
            yield;
        }
        return carried;
    }
}

/** Returns the difference of colors, 0..1.7, plus the crease between normals, 0..0.25. */
function lookDifference(a: SurfaceLook, i: number, b: SurfaceLook, j: number): number {
    const [p, q] = [3 * i, 3 * j];
    let difference = 0;
    if (a.colors && b.colors) {
        difference =
            Math.hypot(
                a.colors[p] - b.colors[q],
                a.colors[p + 1] - b.colors[q + 1],
                a.colors[p + 2] - b.colors[q + 2],
            ) / 255;
    }
    if (a.normals && b.normals) {
        const cosine =
            a.normals[p] * b.normals[q] + a.normals[p + 1] * b.normals[q + 1] + a.normals[p + 2] * b.normals[q + 2];
        difference += NORMAL_WEIGHT * (1 - Math.min(1, Math.abs(cosine)));
    }
    return difference;
}

/** Estimates the normals of points from their neighbors, in time slices. */
function* estimateNormals(positions: Float32Array, tree: KdTree): Coroutine<Float32Array> {
    const count = positions.length / 3;
    const neighbors = new Int32Array(NORMAL_NEIGHBORS * count);
    for (let begin = 0; begin < count; begin += POINTS_PER_CHUNK) {
        const end = Math.min(count, begin + POINTS_PER_CHUNK);
        neighbors.set(tree.nearest(positions, NORMAL_NEIGHBORS, true, begin, end).indices, NORMAL_NEIGHBORS * begin);
        yield;
    }
    return yield* EstimateNormalsCoroutine(positions, { neighbors, k: NORMAL_NEIGHBORS });
}
