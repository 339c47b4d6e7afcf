import { CreateRandom } from "../src/compute/base/random";
import type { MaskSet } from "../src/compute/masks/maskSet";
import { RunLengthMask } from "../src/compute/masks/runLengthMask";
import type { View } from "../src/compute/views/capture";
import { PinholeCamera } from "../src/compute/views/pinholeCamera";

/** A bumpy ball with views from all around, whose masks of nested patches differ from view to view. */
export interface SyntheticScene {
    /** The points on the surface, [n, 3]. */
    readonly positions: Float32Array;
    readonly views: readonly View[];
    readonly masks: MaskSet;
}

const CAMERA_DISTANCE = 4;

/** Returns the distance of the surface from the center in direction (x, y, z). */
function radiusAt(x: number, y: number, z: number): number {
    return 1 + 0.08 * Math.sin(7 * x) * Math.sin(7 * y + 1) * Math.sin(7 * z + 2);
}

/** Returns the i-th of `count` directions of a Fibonacci sphere. */
function direction(i: number, count: number): [number, number, number] {
    const z = 1 - (2 * i + 1) / count;
    const angle = i * Math.PI * (3 - Math.sqrt(5));
    const r = Math.sqrt(1 - z * z);
    return [r * Math.cos(angle), r * Math.sin(angle), z];
}

/** Returns the camera-to-world matrix of a camera at `at` that looks at the origin. */
function lookAtOrigin([x, y, z]: [number, number, number]): Float64Array {
    const length = Math.hypot(x, y, z);
    const back = [x / length, y / length, z / length];
    const flat = Math.hypot(back[0], back[1]);
    const right = flat > 1e-6 ? [-back[1] / flat, back[0] / flat, 0] : [1, 0, 0];
    const up = [
        back[1] * right[2] - back[2] * right[1],
        back[2] * right[0] - back[0] * right[2],
        back[0] * right[1] - back[1] * right[0],
    ];
    return Float64Array.from([0, 1, 2].flatMap((a) => [right[a], up[a], back[a], [x, y, z][a]]).concat([0, 0, 0, 1]));
}

/** Creates the scene. @param masksPerView patches around points of the surface, from a few pixels to the whole ball */
export function CreateSyntheticScene(
    pointCount: number,
    viewCount: number,
    masksPerView: number,
    imageSize: number,
    seed: number,
): SyntheticScene {
    const random = CreateRandom(seed);
    const positions = new Float32Array(3 * pointCount);
    for (let i = 0; i < pointCount; i++) {
        const d = direction(i, pointCount);
        const r = radiusAt(...d);
        positions.set([d[0] * r, d[1] * r, d[2] * r], 3 * i);
    }
    const focal = 1.7 * imageSize;
    const views: View[] = [];
    const masks: { masks: { region: RunLengthMask; predictedIou: number; stability: number }[] }[] = [];
    for (let v = 0; v < viewCount; v++) {
        const eye = direction(v, viewCount).map((x) => CAMERA_DISTANCE * x) as [number, number, number];
        const camera = new PinholeCamera(
            imageSize,
            imageSize,
            focal,
            focal,
            imageSize / 2,
            imageSize / 2,
            lookAtOrigin(eye),
        );
        const { depth, points } = castRays(camera, eye);
        views.push({ name: `view ${v}`, camera, image: new Uint8Array(4 * imageSize * imageSize).fill(200), depth });
        const ofView: (typeof masks)[number]["masks"] = [];
        const seen = Uint32Array.from(depth.keys()).filter((p) => depth[p] > 0);
        while (ofView.length < masksPerView) {
            const center = direction(Math.floor(random() * 400), 400);
            const size = 0.15 * 14 ** random() * (0.9 + 0.2 * random());
            const bitmap = new Uint8Array(imageSize * imageSize);
            let area = 0;
            for (const p of seen) {
                const x = points[3 * p] - center[0];
                const y = points[3 * p + 1] - center[1];
                const z = points[3 * p + 2] - center[2];
                if (x * x + y * y + z * z < size * size) {
                    bitmap[p] = 1;
                    area++;
                }
            }
            if (area > 20) {
                ofView.push({
                    region: RunLengthMask.FromBitmap(bitmap, imageSize, imageSize),
                    predictedIou: 1,
                    stability: 1,
                });
            }
        }
        masks.push({ masks: ofView });
    }
    return { positions, views, masks: { views: masks } };
}

/** Returns depth and surface points of every pixel, by a few fixed-point iterations onto the bumpy surface. */
function castRays(camera: PinholeCamera, eye: [number, number, number]): { depth: Float32Array; points: Float32Array } {
    const { width, height } = camera;
    const depth = new Float32Array(width * height);
    const points = new Float32Array(3 * width * height);
    const far = new Float64Array(3);
    for (let p = 0; p < depth.length; p++) {
        camera.unproject((p % width) + 0.5, Math.floor(p / width) + 0.5, 1, far);
        const ray = [far[0] - eye[0], far[1] - eye[1], far[2] - eye[2]];
        const a = ray[0] ** 2 + ray[1] ** 2 + ray[2] ** 2;
        const b = ray[0] * eye[0] + ray[1] * eye[1] + ray[2] * eye[2];
        const c = CAMERA_DISTANCE ** 2;
        let radius = 1;
        let t = 0;
        for (let step = 0; step < 8; step++) {
            const root = b * b - a * (c - radius * radius);
            t = root > 0 ? (-b - Math.sqrt(root)) / a : 0;
            if (t === 0) {
                break;
            }
            const at = ray.map((x, axis) => (eye[axis] + t * x) / radius);
            radius = radiusAt(at[0], at[1], at[2]);
        }
        if (t > 0) {
            depth[p] = t;
            for (let axis = 0; axis < 3; axis++) {
                points[3 * p + axis] = eye[axis] + t * ray[axis];
            }
        }
    }
    return { depth, points };
}
