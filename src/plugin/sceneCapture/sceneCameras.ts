import { UltrametricError } from "../../compute/base/ultrametricError";
import { PinholeCamera } from "../../compute/views/pinholeCamera";

/** Where content is, in the capture's world. */
export interface ContentBounds {
    /** Lower corner of its box along the axes. */
    readonly low: readonly [number, number, number];
    readonly high: readonly [number, number, number];
    /** [n, 3] points that lie farthest out; null takes the corners of the box. */
    readonly outline: Float32Array | null;
}

/** Where cameras are placed around and inside a box. Angles are in radians. */
export interface SceneCameraOptions {
    /** Number of cameras around the content. Default 24. */
    views: number;
    /** Number of cameras inside the content, for rooms. Default 0. */
    insideViews: number;
    /** Width and height of an image in pixels. Default 256. */
    size: number;
    /** Angle from the left to the right edge of an image, seen from outside. Default 0.7. */
    fieldOfView: number;
    /** The same, seen from inside. Default 1.3. */
    insideFieldOfView: number;
    /** Lowest and highest elevation of the cameras around the content: -pi/2 is straight below it, pi/2 above. Default [-pi/2, pi/2]. */
    elevations: readonly [number, number];
    /** The content takes at most 1/margin of an image's width and height. Default 1.05. */
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

const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));
/** Cameras inside stand within this share of the box, around its middle. */
const INSIDE_SHARE = 0.5;
/** Sine of the highest and lowest angle at which cameras inside look. */
const INSIDE_TILT = 0.6;

type Vector = readonly [number, number, number];

/**
 * Cameras around content: on a Fibonacci sphere about the middle of its box (even in area between the elevations), all at the distance at which
 * the content just fits into every image, looking at the middle. After them the cameras inside: spread over the middle of the box, looking
 * outwards.
 *
 * @param bounds of the content, in the capture's right-handed world
 * @param upAxis which axis of that world points up
 * @throws UltrametricError "input" for options that allow no camera
 */
export function CreateSceneCameras(
    bounds: ContentBounds,
    upAxis: "y" | "z",
    options: Partial<SceneCameraOptions> = {},
): PinholeCamera[] {
    const settings = { ...DEFAULT_SCENE_CAMERA_OPTIONS, ...options };
    check(settings);
    const { views, insideViews, size, fieldOfView, insideFieldOfView, elevations, margin } = settings;
    const up: Vector = upAxis === "y" ? [0, 1, 0] : [0, 0, 1];
    const middle = mapAxes((a) => (bounds.low[a] + bounds.high[a]) / 2);
    const focal = size / 2 / Math.tan(fieldOfView / 2);

    const directions = FibonacciDirections(views, Math.sin(elevations[0]), Math.sin(elevations[1]), upAxis);
    const axes = directions.map((direction) => cameraAxes(direction, up));
    const outline = bounds.outline ?? cornersOf(bounds);
    const slope = (margin * focal * 2) / size;
    const distance = Math.max(0, ...axes.map((frame) => fitDistance(outline, middle, frame, slope)));
    const around = axes.map((frame) => createCamera(size, focal, frame, along(middle, frame[2], distance)));

    const insideFocal = size / 2 / Math.tan(insideFieldOfView / 2);
    const inside = FibonacciDirections(insideViews, -INSIDE_TILT, INSIDE_TILT, upAxis).map((direction, i) => {
        // The R3 sequence (Roberts 2018) spreads any number of places evenly over the box.
        const place = mapAxes((a) => {
            const share = (0.5 + (i + 1) * [0.8191725134, 0.6710436067, 0.5497004779][a]) % 1;
            return middle[a] + (share - 0.5) * INSIDE_SHARE * (bounds.high[a] - bounds.low[a]);
        });
        return createCamera(size, insideFocal, cameraAxes(direction, up), place);
    });
    return [...around, ...inside];
}

/**
 * Unit directions on a Fibonacci spiral, even in area between two heights on the unit sphere.
 *
 * @param low sine of the lowest elevation
 * @param high sine of the highest elevation
 */
export function FibonacciDirections(count: number, low: number, high: number, upAxis: "y" | "z"): Vector[] {
    return Array.from({ length: count }, (_, i) => {
        const height = low + ((i + 0.5) / count) * (high - low);
        const radius = Math.sqrt(Math.max(0, 1 - height * height));
        const angle = i * GOLDEN_ANGLE;
        const a = radius * Math.cos(angle);
        const b = radius * Math.sin(angle);
        return upAxis === "z" ? [a, b, height] : [b, height, a];
    });
}

function check({
    views,
    insideViews,
    size,
    fieldOfView,
    insideFieldOfView,
    elevations,
    margin,
}: SceneCameraOptions): void {
    const whole = (value: number, least: number, name: string): void => {
        if (!Number.isInteger(value) || value < least) {
            throw new UltrametricError(
                "input",
                `The option ${name} is ${value}; it is a whole number of at least ${least}.`,
            );
        }
    };
    whole(views, 0, "views");
    whole(insideViews, 0, "insideViews");
    whole(size, 1, "size");
    if (views + insideViews === 0) {
        throw new UltrametricError("input", "The options ask for 0 views; a capture needs at least one.");
    }
    for (const [name, angle] of Object.entries({ fieldOfView, insideFieldOfView })) {
        if (!(angle > 0 && angle < Math.PI)) {
            throw new UltrametricError(
                "input",
                `The option ${name} is ${angle}; it is an angle between 0 and pi (radians).`,
            );
        }
    }
    if (!(elevations[0] <= elevations[1] && elevations[0] >= -Math.PI / 2 && elevations[1] <= Math.PI / 2)) {
        throw new UltrametricError(
            "input",
            `The option elevations is [${elevations.join(", ")}]; the lowest comes first, both between -pi/2 and pi/2 (radians).`,
        );
    }
    if (!(margin >= 1)) {
        throw new UltrametricError("input", `The option margin is ${margin}; below 1 the content would be cut off.`);
    }
}

/** Right, up and back axis of a camera that looks against `back`. */
function cameraAxes(back: Vector, up: Vector): [Vector, Vector, Vector] {
    let right = cross(up, back);
    if (Math.hypot(...right) < 1e-6) {
        right = cross([up[1], up[2], up[0]], back); // straight above or below any direction is to the right
    }
    const length = Math.hypot(...right);
    right = mapAxes((a) => right[a] / length);
    return [right, cross(back, right), back];
}

/** How far from the middle a camera must stand to see all points [n, 3]. */
function fitDistance(outline: Float32Array, middle: Vector, axes: readonly Vector[], slope: number): number {
    let distance = 0;
    for (let p = 0; p < outline.length; p += 3) {
        const offset = mapAxes((a) => outline[p + a] - middle[a]);
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
