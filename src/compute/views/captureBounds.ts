import { type Coroutine, RunCoroutineSync } from "../base/coroutine";
import { UltrametricError } from "../base/ultrametricError";
import type { Capture, View } from "./capture";
import { HaveClearPixels, SceneBoundsCoroutine } from "./sceneBounds";
import { UnitCube } from "./unitCube";

/** Where the content of a capture is. World units. */
export interface CaptureBounds {
    /** The cube of what the views are about. */
    readonly cube: UnitCube;
    /** Whether there is something to be seen outside of the cube. */
    readonly unbounded: boolean;
    /** Nothing is nearer to a camera than this depth; above 0. */
    readonly near: number;
    /** Nothing is farther from a camera than this depth. */
    readonly far: number;
    /** What the bounds were found from. */
    readonly from: "clear pixels" | "sparse points" | "depth ranges" | "cameras";
}

/** Sparse points that are looked at; of more, evenly spread ones. */
const MAX_POINTS = 20_000;
/** With fewer points bounds are not found from points. */
const MIN_POINTS = 30;
/** The content is what this share of the views has in its image. */
const CONTENT_VIEWS = 0.5;
/** With a smaller share of such points the cameras look around, as in a room, and all points are the content. */
const MIN_CONTENT = 0.1;
/** What is farther than this times the nearest depth is background. */
const CONTENT_DEPTH = 4;
/** Shares of points left out at each end, since matches may be wrong. */
const OUTLIERS = 0.02;
const DEPTH_OUTLIERS = 0.005;
/** The cube is wider than the points by this share. */
const MARGIN = 0.1;
/** Where so many points lie outside of the cube, something is to be seen there. */
const MIN_OUTSIDE = 0.01;
/** Distances where nothing tells: what is nearer to a camera, or farther away, in sides of the cube. */
const USUAL_NEAR = 0.02;
const USUAL_FAR = 200;

/**
 * Finds where the content of a capture is, from the first of these that it has: clear pixels (alpha 0) in its views, the sparse points, the
 * views' depth ranges, or the cameras alone. Depth is not looked at.
 *
 * Points belong to the content where half of the views have them in their image (the cameras' frusta meet there) and they are not much
 * farther than the nearest; where few do, the cameras look around from inside, and all points belong to it. Ends of distributions
 * are left out.
 *
 * @throws UltrametricError ("input") where no view is given, or neither points nor cameras tell where the content is: cameras at one place, or
 * looking apart
 */
export function FindCaptureBounds(capture: Pick<Capture, "name" | "views" | "sparsePoints">): CaptureBounds {
    return RunCoroutineSync(CaptureBoundsCoroutine(capture));
}

/** As {@link FindCaptureBounds}, in time slices. */
export function* CaptureBoundsCoroutine(
    capture: Pick<Capture, "name" | "views" | "sparsePoints">,
): Coroutine<CaptureBounds> {
    const { views, sparsePoints } = capture;
    if (views.length === 0) {
        throw new UltrametricError(
            "input",
            `The capture "${capture.name}" has no views, so where its content is is unknown.`,
        );
    }
    if (yield* HaveClearPixels(views)) {
        const cube = yield* SceneBoundsCoroutine(views);
        const { near, far } = depthsOfCube(views, cube);
        return { cube, unbounded: false, near, far, from: "clear pixels" };
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
        near: USUAL_NEAR * cube.extent,
        far: USUAL_FAR * cube.extent,
        from: "cameras",
    };
}

/** Bounds from sparse points; null where they have no extent, or no view sees any. */
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
    const place = [0, 0, 0];
    for (const { camera } of views) {
        points.forEach((point, i) => {
            camera.project(positions[3 * point], positions[3 * point + 1], positions[3 * point + 2], place);
            const [u, v, depth] = place;
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
        // Between the points there may be something nearer, and behind them something farther.
        near: nearest / 2,
        far: farthest * 2,
        from: "sparse points",
    };
}

/** Bounds from what each view sees between its nearest and farthest depth. */
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

/** Nearest and farthest depth of a cube outside of which nothing is. */
function depthsOfCube(views: readonly View[], { low, extent }: UnitCube): { near: number; far: number } {
    let near = Infinity;
    let far = 0;
    for (const { camera } of views) {
        const away = camera.position.map((value, axis) => value - low[axis] - extent / 2);
        const distance = Math.hypot(...away);
        const reach = (Math.sqrt(3) / 2) * extent;
        near = Math.min(near, distance - reach);
        far = Math.max(far, distance + reach);
    }
    return { near: Math.max(near, USUAL_NEAR * extent), far };
}

type Corner = [number, number, number];

/** The cube around a box, wider by the margin; null where the box has no extent. */
function cubeAround(low: readonly number[], high: readonly number[]): UnitCube | null {
    const side = Math.max(...high.map((value, axis) => value - low[axis]));
    if (!(side > 0)) {
        return null;
    }
    const extent = side * (1 + MARGIN);
    return new UnitCube(low.map((value, axis) => (value + high[axis] - extent) / 2) as Corner, extent);
}

/** The value below which a share of the sorted ones lies. */
function quantile(sorted: Float64Array, share: number): number {
    return sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(share * (sorted.length - 1))))];
}
