import { UltrametricError } from "../../compute/base/ultrametricError";
import { PinholeCamera } from "../../compute/views/pinholeCamera";
import type { UpAxis } from "../babylon/worldFrame";
import { FibonacciDirections } from "../content/fibonacciDirections";
import type { ContentBounds } from "../content/sceneContent";

/** Options of `CreateSceneCameras`. Angles are in radians. */
export interface SceneCameraOptions {
    /** Number of cameras around the content. Default 24. */
    views: number;
    /** Number of cameras inside the content, for rooms. Default 0. */
    insideViews: number;
    /** Width and height of an image in pixels. Default 256. */
    size: number;
    /** Horizontal field of view of the cameras around the content. Default 0.7. */
    fieldOfView: number;
    /** Horizontal field of view of the cameras inside the content. Default 1.3. */
    insideFieldOfView: number;
    /**
     * Lowest and highest elevation of the cameras around the content: -pi/2 is straight below it, pi/2 straight above.
     * Default [-pi/2, pi/2].
     */
    elevations: readonly [number, number];
    /**
     * Margin around the content, at least 1: it fills at most 1/margin of an image's width and height. Default 1.05.
     */
    margin: number;
}

/** The defaults of {@link SceneCameraOptions}. */
export const DEFAULT_SCENE_CAMERA_OPTIONS: Readonly<SceneCameraOptions> = {
    views: 24,
    insideViews: 0,
    size: 256,
    fieldOfView: 0.7,
    insideFieldOfView: 1.3,
    elevations: [-Math.PI / 2, Math.PI / 2],
    margin: 1.05,
};

/** The central share of the box, along each axis, that inside cameras are placed in. */
const INSIDE_SHARE = 0.5;
/** Sine of the highest elevation at which inside cameras look; the lowest is its negative. */
const MAX_INSIDE_TILT = 0.6;

type Vector = readonly [number, number, number];

/**
 * Places cameras around and inside content.
 *
 * The first cameras lie on a Fibonacci sphere around the center of the content's box, evenly distributed by area
 * between the elevations. They look at the center, and all have the distance at which the content just fits into every
 * image. The inside cameras follow: they are spread over the central part of the box and look outwards.
 *
 * @param bounds of the content, in the capture's right-handed world
 * @param upAxis the up axis of that world
 * @throws UltrametricError "input" for options that allow no camera
 */
export function CreateSceneCameras(
    bounds: ContentBounds,
    upAxis: UpAxis,
    options: Partial<SceneCameraOptions> = {},
): PinholeCamera[] {
    const settings = { ...DEFAULT_SCENE_CAMERA_OPTIONS, ...options };
    checkOptions(settings);
    const { views, insideViews, size, fieldOfView, insideFieldOfView, elevations, margin } = settings;
    const up: Vector = upAxis === "y" ? [0, 1, 0] : [0, 0, 1];
    const center = mapAxes((a) => (bounds.low[a] + bounds.high[a]) / 2);
    const focal = size / 2 / Math.tan(fieldOfView / 2);

    const directions = FibonacciDirections(views, Math.sin(elevations[0]), Math.sin(elevations[1]), upAxis);
    const axes = directions.map((direction) => cameraAxes(direction, up));
    const outline = bounds.outline ?? cornersOf(bounds);
    const slope = (margin * focal * 2) / size;
    const distance = Math.max(0, ...axes.map((frame) => fitDistance(outline, center, frame, slope)));
    const around = axes.map((frame) => createCamera(size, focal, frame, along(center, frame[2], distance)));

    const insideFocal = size / 2 / Math.tan(insideFieldOfView / 2);
    const inside = FibonacciDirections(insideViews, -MAX_INSIDE_TILT, MAX_INSIDE_TILT, upAxis).map((direction, i) => {
        // The R3 sequence (Roberts 2018) spreads any number of positions evenly over the box.
        const position = mapAxes((a) => {
            const share = (0.5 + (i + 1) * [0.8191725134, 0.6710436067, 0.5497004779][a]) % 1;
            return center[a] + (share - 0.5) * INSIDE_SHARE * (bounds.high[a] - bounds.low[a]);
        });
        return createCamera(size, insideFocal, cameraAxes(direction, up), position);
    });
    return [...around, ...inside];
}

function checkOptions({
    views,
    insideViews,
    size,
    fieldOfView,
    insideFieldOfView,
    elevations,
    margin,
}: SceneCameraOptions): void {
    const checkInteger = (value: number, min: number, name: string): void => {
        if (!Number.isInteger(value) || value < min) {
            throw new UltrametricError(
                "input",
                `The option ${name} is ${value}; it must be an integer of at least ${min}.`,
            );
        }
    };
    checkInteger(views, 0, "views");
    checkInteger(insideViews, 0, "insideViews");
    checkInteger(size, 1, "size");
    if (views + insideViews === 0) {
        throw new UltrametricError("input", "The options ask for 0 views; a capture needs at least one.");
    }
    for (const [name, angle] of Object.entries({ fieldOfView, insideFieldOfView })) {
        if (!(angle > 0 && angle < Math.PI)) {
            throw new UltrametricError(
                "input",
                `The option ${name} is ${angle}; it must be an angle between 0 and pi (radians).`,
            );
        }
    }
    if (!(elevations[0] <= elevations[1] && elevations[0] >= -Math.PI / 2 && elevations[1] <= Math.PI / 2)) {
        throw new UltrametricError(
            "input",
            `The option elevations is [${elevations.join(", ")}]; it must be the lowest and the highest elevation, ` +
                "between -pi/2 and pi/2 (radians).",
        );
    }
    if (!(margin >= 1)) {
        throw new UltrametricError("input", `The option margin is ${margin}; below 1 the content would be clipped.`);
    }
}

/** Returns the right, up and back axes of a camera that looks along the negative `back` axis. */
function cameraAxes(back: Vector, up: Vector): [Vector, Vector, Vector] {
    let right = cross(up, back);
    if (Math.hypot(...right) < 1e-6) {
        right = cross([up[1], up[2], up[0]], back); // any right axis will do straight above or below
    }
    const length = Math.hypot(...right);
    right = mapAxes((a) => right[a] / length);
    return [right, cross(back, right), back];
}

/** Returns the distance from the center at which a camera sees all points [n, 3]. */
function fitDistance(outline: Float32Array, center: Vector, axes: readonly Vector[], slope: number): number {
    let distance = 0;
    for (let p = 0; p < outline.length; p += 3) {
        const offset = mapAxes((a) => outline[p + a] - center[a]);
        const [x, y, z] = axes.map((axis) => axis[0] * offset[0] + axis[1] * offset[1] + axis[2] * offset[2]);
        distance = Math.max(distance, z + slope * Math.max(Math.abs(x), Math.abs(y)));
    }
    return distance > 0 ? distance : 1;
}

function cornersOf({ low, high }: ContentBounds): Float32Array {
    return Float32Array.from({ length: 24 }, (_, i) => ((Math.floor(i / 3) >> (i % 3)) & 1 ? high : low)[i % 3]);
}

function createCamera(size: number, focal: number, [right, up, back]: readonly Vector[], eye: Vector): PinholeCamera {
    const pose = new Float64Array(16);
    for (let a = 0; a < 3; a++) {
        pose.set([right[a], up[a], back[a], eye[a]], 4 * a);
    }
    pose[15] = 1;
    return new PinholeCamera(size, size, focal, focal, size / 2, size / 2, pose);
}

function mapAxes(value: (axis: number) => number): [number, number, number] {
    return [value(0), value(1), value(2)];
}

function along(start: Vector, direction: Vector, length: number): Vector {
    return mapAxes((a) => start[a] + length * direction[a]);
}

function cross(a: Vector, b: Vector): Vector {
    return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
