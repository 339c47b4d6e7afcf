import { encode } from "fast-png";
import { CreateRandom } from "../../src/compute/base/random";

/** A camera of a test: its axes and its position in the world. */
export interface TestPose {
    readonly right: readonly number[];
    readonly up: readonly number[];
    readonly back: readonly number[];
    readonly position: readonly number[];
}

/** Creates cameras that look at the origin from a distance of about 4, rolled at random. */
export function TestPoses(count: number, seed: number): TestPose[] {
    const random = CreateRandom(seed);
    return Array.from({ length: count }, () => {
        const back = Unit([random() - 0.5, random() - 0.5, random() - 0.5]);
        const right = Unit(Cross([random() - 0.5, random() - 0.5, random() - 0.5], back));
        const distance = 3.5 + random();
        return { right, up: Cross(back, right), back, position: back.map((x) => x * distance) };
    });
}

/** Options of {@link OrbitPoses}. Angles are in radians. */
export interface TestOrbit {
    /** The up direction of the world. */
    readonly up: readonly number[];
    /** The angle by which cameras look down. */
    readonly pitch: number;
    /** The angle of the arc. Default: the whole circle. */
    readonly arc?: number;
    /** The maximum of the random roll, to either side. Default 0. */
    readonly roll?: number;
}

/** Creates cameras on a circle that look at the origin from a distance of 4. */
export function OrbitPoses(
    count: number,
    seed: number,
    { up, pitch, arc = 2 * Math.PI, roll = 0 }: TestOrbit,
): TestPose[] {
    const random = CreateRandom(seed);
    const vertical = Unit(up);
    const east = Unit(Cross(vertical, [0.3, 0.9, -0.4]));
    const north = Cross(vertical, east);
    const mix = (a: readonly number[], s: number, b: readonly number[], t: number): number[] =>
        a.map((value, axis) => s * value + t * b[axis]);
    return Array.from({ length: count }, (_, i) => {
        const around = (arc * i) / count;
        const out = mix(east, Math.cos(around), north, Math.sin(around));
        const back = mix(out, Math.cos(pitch), vertical, Math.sin(pitch));
        const level = Cross(vertical, out);
        const rolled = (2 * random() - 1) * roll;
        const right = mix(level, Math.cos(rolled), Cross(back, level), Math.sin(rolled));
        return { right, up: Cross(back, right), back, position: back.map((x) => 4 * x) };
    });
}

/** Returns the camera-to-world matrix, row-major, with OpenGL axes. */
export function MatrixOf({ right, up, back, position }: TestPose): number[] {
    return [...[0, 1, 2].flatMap((r) => [right[r], up[r], back[r], position[r]]), 0, 0, 0, 1];
}

/** Encodes an image file with a constant color whose red is given. */
export function PlainImage(width: number, height: number, red: number): Uint8Array {
    const data = new Uint8Array(4 * width * height);
    for (let p = 0; p < data.length; p += 4) {
        data.set([red, 9, 9, 255], p);
    }
    return encode({ width, height, data, channels: 4, depth: 8 });
}

function Cross(a: readonly number[], b: readonly number[]): number[] {
    return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function Unit(a: readonly number[]): number[] {
    const length = Math.hypot(...a);
    return a.map((x) => x / length);
}
