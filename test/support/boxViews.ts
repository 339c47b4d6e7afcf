import type { View } from "../../src/compute/views/capture";
import { LookAt } from "./cameras";

/** A box by its lower and upper corner. */
export type Box = readonly [low: readonly number[], high: readonly number[]];

/**
 * A view of boxes with exact depth, all of one color, clear where nothing is. From within a box its inner side is seen.
 */
export function BoxView(boxes: readonly Box[], from: readonly number[], to: readonly number[], size = 48): View {
    const camera = LookAt(from, to, size, 1.2 * size);
    const image = new Uint8Array(4 * size * size);
    const depth = new Float32Array(size * size);
    const far = [0, 0, 0];
    for (let pixel = 0; pixel < size * size; pixel++) {
        camera.unproject((pixel % size) + 0.5, Math.floor(pixel / size) + 0.5, 1, far);
        const ray = far.map((x, axis) => x - from[axis]); // one unit of planar depth
        let nearest = Number.POSITIVE_INFINITY;
        for (const [low, high] of boxes) {
            const ends = ray.map((x, axis) => [(low[axis] - from[axis]) / x, (high[axis] - from[axis]) / x]);
            const entry = Math.max(...ends.map((pair) => Math.min(...pair)));
            const exit = Math.min(...ends.map((pair) => Math.max(...pair)));
            if (exit >= entry && exit > 0) {
                nearest = Math.min(nearest, entry > 0 ? entry : exit);
            }
        }
        if (nearest < Number.POSITIVE_INFINITY) {
            depth[pixel] = nearest;
            image.set([200, 200, 200, 255], 4 * pixel);
        }
    }
    return { name: `from ${from}`, camera, image, depth };
}

/** Views from all around a place, none straight from above or below. */
export function ViewsAround(
    boxes: readonly Box[],
    center: readonly number[],
    distance: number,
    count: number,
    size = 48,
): View[] {
    return Array.from({ length: count }, (_, v) => {
        const azimuth = 2.4 * v;
        const height = (0.98 * (2 * v + 1)) / count - 0.98;
        const flat = Math.sqrt(1 - height * height);
        const way = [flat * Math.cos(azimuth), flat * Math.sin(azimuth), height];
        return BoxView(
            boxes,
            way.map((x, axis) => center[axis] + distance * x),
            center,
            size,
        );
    });
}
