import { PinholeCamera } from "../../src/compute/views/pinholeCamera";

/** Options of {@link CreateCamera}. */
export interface CameraOptions {
    /** Image height in pixels. Default: the width. */
    readonly height?: number;
    /** Focal length in pixels. Default: the width. */
    readonly focal?: number;
    /** World position. Default [0, 0, 4]. */
    readonly position?: readonly [x: number, y: number, z: number];
}

/** Creates a camera that looks along -z, with y up and its principal point in the middle of the image. */
export function CreateCamera(
    width: number,
    { height = width, focal = width, position: [x, y, z] = [0, 0, 4] }: CameraOptions = {},
): PinholeCamera {
    const pose = Float64Array.of(1, 0, 0, x, 0, 1, 0, y, 0, 0, 1, z, 0, 0, 0, 1);
    return new PinholeCamera(width, height, focal, focal, width / 2, height / 2, pose);
}

/** Creates a camera at `from` that looks at `to`, with z up and a square image. `focal` is in pixels. */
export function LookAt(from: readonly number[], to: readonly number[], size: number, focal: number): PinholeCamera {
    const back = Unit(from.map((x, axis) => x - to[axis]));
    const right = Unit([-back[1], back[0], 0]);
    const up = [
        back[1] * right[2] - back[2] * right[1],
        back[2] * right[0] - back[0] * right[2],
        back[0] * right[1] - back[1] * right[0],
    ];
    const pose = Float64Array.from([
        ...[0, 1, 2].flatMap((axis) => [right[axis], up[axis], back[axis], from[axis]]),
        ...[0, 0, 0, 1],
    ]);
    return new PinholeCamera(size, size, focal, focal, size / 2, size / 2, pose);
}

function Unit(vector: readonly number[]): number[] {
    const length = Math.hypot(...vector);
    return vector.map((x) => x / length);
}
