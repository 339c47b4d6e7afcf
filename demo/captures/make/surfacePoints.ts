import { CreateRandom } from "../../../src/compute/base/random";
import type { PinholeCamera } from "../../../src/compute/views/pinholeCamera";
import type { LabeledSurface } from "./labeledSurface";

/** A labeled point of the model's surface. */
export interface SurfacePoint {
    readonly position: readonly [number, number, number];
    readonly part: number;
    /** The number of views where it is visible. */
    readonly views: number;
}

/** The largest difference from a view's depth of a visible point, in world units. */
const DEPTH_TOLERANCE = 0.01;
/** The minimum number of views of a point. */
const MIN_VIEWS = 2;

/** Draws `count` points, uniformly by area, from the surface that is visible in at least two views. */
export function SampleSurfacePoints(
    surface: LabeledSurface,
    cameras: readonly PinholeCamera[],
    depths: readonly Float64Array[],
    count: number,
    seed: number,
): SurfacePoint[] {
    const random = CreateRandom(seed);
    const { corners: c, parts } = surface;
    const cumulative = new Float64Array(parts.length);
    let total = 0;
    for (let i = 0; i < parts.length; i++) {
        const t = i * 9;
        const [ax, ay, az] = [c[t + 3] - c[t], c[t + 4] - c[t + 1], c[t + 5] - c[t + 2]];
        const [bx, by, bz] = [c[t + 6] - c[t], c[t + 7] - c[t + 1], c[t + 8] - c[t + 2]];
        total += Math.hypot(ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx);
        cumulative[i] = total;
    }
    const points: SurfacePoint[] = [];
    const image = [0, 0, 0];
    while (points.length < count) {
        const triangle = firstAbove(cumulative, random() * total);
        const root = Math.sqrt(random());
        const second = random() * root;
        const weights = [1 - root, root - second, second];
        const position: [number, number, number] = [0, 0, 0];
        for (let k = 0; k < 9; k++) {
            position[k % 3] += weights[Math.floor(k / 3)] * c[triangle * 9 + k];
        }
        let views = 0;
        cameras.forEach((camera, i) => {
            camera.project(...position, image);
            const [x, y] = [Math.floor(image[0]), Math.floor(image[1])];
            if (x >= 0 && y >= 0 && x < camera.width && y < camera.height) {
                views += Math.abs(depths[i][y * camera.width + x] - image[2]) < DEPTH_TOLERANCE ? 1 : 0;
            }
        });
        if (views >= MIN_VIEWS) {
            points.push({ position, part: parts[triangle], views });
        }
    }
    return points;
}

function firstAbove(cumulative: Float64Array, value: number): number {
    let [low, high] = [0, cumulative.length - 1];
    while (low < high) {
        const middle = (low + high) >> 1;
        if (cumulative[middle] > value) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}
