import { type Coroutine, RunCoroutineSync } from "../base/coroutine";
import { UltrametricError } from "../base/ultrametricError";
import type { Capture, View } from "../views/capture";
import { HasTransparentPixels, SceneBoundsCoroutine } from "./sceneBounds";
import { UnitCube } from "./unitCube";

/** The bounds of a capture's content. World units. */
export interface CaptureBounds {
    /** The cube around the content. */
    readonly cube: UnitCube;
    /** True if the views also show a background outside the cube. */
    readonly unbounded: boolean;
    /** Lower bound of all depths; above 0. */
    readonly near: number;
    /** Upper bound of all depths. */
    readonly far: number;
    /** The evidence that the bounds were computed from. */
    readonly from: "transparent pixels" | "sparse points" | "depth ranges" | "cameras";
}

/** Largest number of sparse points that are examined; of more, an evenly spaced subset. */
const MAX_POINTS = 20_000;
/** Smallest number of sparse points that give bounds. */
const MIN_POINTS = 30;
/** A point of the content is in the image of at least this share of the views. */
const CONTENT_VIEWS = 0.5;
/** Smallest share of such points; below it the cameras look outward, as in a room, and all points are content. */
const MIN_CONTENT = 0.1;
/** Points beyond this multiple of the nearest depth are background. */
const CONTENT_DEPTH = 4;
/** Share of the points that are dropped as outliers at each end of an axis. */
const OUTLIERS = 0.02;
/** Share of the depths that are dropped as outliers at each end. */
const DEPTH_OUTLIERS = 0.005;
/** The cube is larger than the box of the points by this share. */
const MARGIN = 0.1;
/** Share of the points outside the cube above which the capture is unbounded. */
const MIN_OUTSIDE = 0.01;
/** Default bounds of the depth, in sides of the cube. */
const DEFAULT_NEAR = 0.02;
const DEFAULT_FAR = 200;

/**
 * Finds the bounds of a capture's content from the first of these that it has: transparent pixels (alpha 0) in its
 * views, sparse points, the views' depth ranges, or the cameras alone. Depth maps are not used.
 *
 * A sparse point belongs to the content if it is in the image of half of the views and not much farther than the
 * nearest point. If few points qualify, the cameras look outward from inside, and all points belong to the content.
 * Outliers are dropped.
 *
 * @throws UltrametricError "input" if there is no view, or if neither points nor cameras determine the bounds: all
 * cameras share one position, or look away from each other
 */
export function FindCaptureBounds(capture: Pick<Capture, "name" | "views" | "sparsePoints">): CaptureBounds {
    return RunCoroutineSync(CaptureBoundsCoroutine(capture));
}

/** Does the same as {@link FindCaptureBounds}, in time slices. */
export function* CaptureBoundsCoroutine(
    capture: Pick<Capture, "name" | "views" | "sparsePoints">,
): Coroutine<CaptureBounds> {
    const { views, sparsePoints } = capture;
    if (views.length === 0) {
        throw new UltrametricError("input", `The capture "${capture.name}" has no views, so its bounds are unknown.`);
    }
    if (yield* HasTransparentPixels(views)) {
        const cube = yield* SceneBoundsCoroutine(views);
        const { near, far } = depthsOfCube(views, cube);
        return { cube, unbounded: false, near, far, from: "transparent pixels" };
    }
    if (sparsePoints !== undefined && sparsePoints.positions.length >= 3 * MIN_POINTS) {
        const bounds = boundsOfPoints(views, sparsePoints.positions);
        if (bounds !== null) {
            return bounds;
        }
    }
    const ranges = views.flatMap(({ depthRange }) => (depthRange === undefined ? [] : [depthRange]));
    if (ranges.length === views.length) {
        return boundsOfRanges(views, ranges);
    }
    const cube = yield* SceneBoundsCoroutine(views);
    return {
        cube,
        unbounded: true,
        near: DEFAULT_NEAR * cube.extent,
        far: DEFAULT_FAR * cube.extent,
        from: "cameras",
    };
}

/** Returns the bounds of sparse points; null if they have no extent, or no view sees any. */
function boundsOfPoints(views: readonly View[], positions: Float32Array): CaptureBounds | null {
    const total = positions.length / 3;
    const step = Math.max(1, total / MAX_POINTS);
    const points: number[] = [];
    for (let i = 0; i < total; i += step) {
        points.push(Math.floor(i));
    }
    const seenBy = new Uint32Array(points.length);
    const depthSums = new Float64Array(points.length);
    const depths: number[] = [];
    const projected = [0, 0, 0];
    for (const { camera } of views) {
        points.forEach((point, i) => {
            camera.project(positions[3 * point], positions[3 * point + 1], positions[3 * point + 2], projected);
            const [u, v, depth] = projected;
            if (depth > 0 && u >= 0 && v >= 0 && u <= camera.width && v <= camera.height) {
                seenBy[i]++;
                depthSums[i] += depth;
                depths.push(depth);
            }
        });
    }
    if (depths.length === 0) {
        return null;
    }
    const sorted = Float64Array.from(depths).sort();
    const nearest = quantile(sorted, DEPTH_OUTLIERS);
    const farthest = quantile(sorted, 1 - DEPTH_OUTLIERS);
    const central = points.filter(
        (_, i) => seenBy[i] >= CONTENT_VIEWS * views.length && depthSums[i] / seenBy[i] <= CONTENT_DEPTH * nearest,
    );
    const content = central.length >= MIN_CONTENT * points.length ? central : points;
    const low = [0, 0, 0];
    const high = [0, 0, 0];
    for (let axis = 0; axis < 3; axis++) {
        const along = Float64Array.from(content, (point) => positions[3 * point + axis]).sort();
        low[axis] = quantile(along, OUTLIERS);
        high[axis] = quantile(along, 1 - OUTLIERS);
    }
    const cube = cubeAround(low, high);
    if (cube === null) {
        return null;
    }
    const outside = points.filter((point) =>
        [0, 1, 2].some((axis) => {
            const inside = positions[3 * point + axis] - cube.low[axis];
            return inside < 0 || inside > cube.extent;
        }),
    );
    return {
        cube,
        unbounded: outside.length > MIN_OUTSIDE * points.length,
        // The scene may extend beyond its sparse points.
        near: nearest / 2,
        far: farthest * 2,
        from: "sparse points",
    };
}

/** Returns the bounds of the views' frusta between their nearest and farthest depth. */
function boundsOfRanges(views: readonly View[], ranges: readonly (readonly [number, number])[]): CaptureBounds {
    const near = Math.min(...ranges.map(([nearest]) => nearest));
    const far = Math.max(...ranges.map(([, farthest]) => farthest));
    const background = Math.min(far, CONTENT_DEPTH * near);
    const low = [Infinity, Infinity, Infinity];
    const high = [-Infinity, -Infinity, -Infinity];
    const corner = [0, 0, 0];
    views.forEach(({ camera }, view) => {
        for (const [u, v] of [
            [0, 0],
            [camera.width, 0],
            [0, camera.height],
            [camera.width, camera.height],
        ]) {
            for (const depth of [ranges[view][0], Math.max(background, ranges[view][0])]) {
                camera.unproject(u, v, depth, corner);
                for (let axis = 0; axis < 3; axis++) {
                    low[axis] = Math.min(low[axis], corner[axis]);
                    high[axis] = Math.max(high[axis], corner[axis]);
                }
            }
        }
    });
    const extent = Math.max(...high.map((value, axis) => value - low[axis]));
    const cube = new UnitCube(low.map((value, axis) => (value + high[axis] - extent) / 2) as Corner, extent);
    return { cube, unbounded: far > background, near: near / 2, far: far * 2, from: "depth ranges" };
}

/** Returns the depth range of a cube that holds the whole scene. */
function depthsOfCube(views: readonly View[], { low, extent }: UnitCube): { near: number; far: number } {
    let near = Infinity;
    let far = 0;
    for (const { camera } of views) {
        const fromCenter = camera.position.map((value, axis) => value - low[axis] - extent / 2);
        const distance = Math.hypot(...fromCenter);
        const radius = (Math.sqrt(3) / 2) * extent;
        near = Math.min(near, distance - radius);
        far = Math.max(far, distance + radius);
    }
    return { near: Math.max(near, DEFAULT_NEAR * extent), far };
}

type Corner = [number, number, number];

/** Returns the cube around a box, with a margin; null if the box has no extent. */
function cubeAround(low: readonly number[], high: readonly number[]): UnitCube | null {
    const side = Math.max(...high.map((value, axis) => value - low[axis]));
    if (!(side > 0)) {
        return null;
    }
    const extent = side * (1 + MARGIN);
    return new UnitCube(low.map((value, axis) => (value + high[axis] - extent) / 2) as Corner, extent);
}

/** Returns a quantile of sorted values. */
function quantile(sorted: Float64Array, share: number): number {
    return sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(share * (sorted.length - 1))))];
}
