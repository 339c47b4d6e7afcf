import type { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { Scene } from "@babylonjs/core/scene";
import type { Pacer } from "../../../compute/base/pacer";
import { PinholeCamera } from "../../../compute/views/pinholeCamera";

/** The longer side of a view, in pixels: that of the input of Segment Anything. */
const VIEW_SIZE = 1024;
/** The largest difference of the scales of a transform's axes, relative, up to which it keeps angles. */
const MAX_STRETCH = 1e-3;

/** The views that clicks on leaves can be answered in. */
export interface PromptViews<View> {
    /**
     * Returns the view that is most like the one that the person looks at.
     *
     * @param leaves that it should see: the clicks. Empty before the first
     * @returns null if there is none
     */
    currentAsync(leaves: readonly number[], pacer: Pacer): Promise<View | null>;
    /** Returns views from other sides that see some leaves, at most `count`. */
    othersAsync(current: View, leaves: Uint32Array, count: number, pacer: Pacer): Promise<View[]>;
    dispose(): void;
}

/**
 * Returns the active camera of a scene as a pinhole camera in the world of leaves.
 *
 * @param leavesToScene a transform that keeps angles
 * @returns null without a perspective camera, and for another transform
 */
export function PinholeOfScene(scene: Scene, leavesToScene: Matrix): PinholeCamera | null {
    const camera = scene.activeCamera;
    if (!camera) {
        return null;
    }
    const engine = scene.getEngine();
    const viewport = camera.viewport.toGlobal(engine.getRenderWidth(), engine.getRenderHeight());
    const projection = camera.getProjectionMatrix(true).m;
    // Babylon's matrices are for row vectors: w is plus or minus z for a perspective, and 1 for parallel rays.
    if (Math.abs(projection[11]) !== 1 || !(viewport.width >= 1 && viewport.height >= 1)) {
        return null;
    }
    const scale = VIEW_SIZE / Math.max(viewport.width, viewport.height);
    const width = Math.max(1, Math.round(viewport.width * scale));
    const height = Math.max(1, Math.round(viewport.height * scale));
    const toWorld = camera.getViewMatrix(true).clone().invert().multiply(leavesToScene.clone().invert()).m;
    const axes = [0, 1, 2].map((row) => [toWorld[4 * row], toWorld[4 * row + 1], toWorld[4 * row + 2]]);
    const lengths = axes.map((axis) => Math.hypot(...axis));
    if (!(Math.min(...lengths) > 0 && Math.max(...lengths) / Math.min(...lengths) < 1 + MAX_STRETCH)) {
        return null;
    }
    // The camera looks along z in left-handed scenes, and against it in right-handed ones.
    const back = scene.useRightHandedSystem ? 1 : -1;
    const pose = new Float64Array(16);
    pose[15] = 1;
    for (let a = 0; a < 3; a++) {
        const [right, up, forward] = axes.map((axis, i) => axis[a] / lengths[i]);
        pose.set([right, up, back * forward, toWorld[12 + a]], 4 * a);
    }
    return new PinholeCamera(
        width,
        height,
        (Math.abs(projection[0]) * width) / 2,
        (Math.abs(projection[5]) * height) / 2,
        ((1 + projection[11] * projection[8]) * width) / 2,
        ((1 - projection[11] * projection[9]) * height) / 2,
        pose,
    );
}

/** Returns a camera turned around a point, about its own upward axis. @param angle in radians */
export function TurnCamera(camera: PinholeCamera, center: readonly number[], angle: number): PinholeCamera {
    const { width, height, focalX, focalY, centerX, centerY, cameraToWorld: m } = camera;
    const axis = [m[1], m[5], m[9]];
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    // The rotation of a vector about an axis.
    const turn = (v: readonly number[]): number[] => {
        const along = axis[0] * v[0] + axis[1] * v[1] + axis[2] * v[2];
        return v.map((value, a) => {
            const [b, c] = [(a + 1) % 3, (a + 2) % 3];
            return value * cos + (axis[b] * v[c] - axis[c] * v[b]) * sin + axis[a] * along * (1 - cos);
        });
    };
    const pose = new Float64Array(16);
    pose[15] = 1;
    for (let column = 0; column < 3; column++) {
        turn([m[column], m[4 + column], m[8 + column]]).forEach((value, a) => {
            pose[4 * a + column] = value;
        });
    }
    turn([m[3] - center[0], m[7] - center[1], m[11] - center[2]]).forEach((value, a) => {
        pose[4 * a + 3] = center[a] + value;
    });
    return new PinholeCamera(width, height, focalX, focalY, centerX, centerY, pose);
}

/** Returns the mean position of leaves, of at most a few thousand of them. */
export function CenterOfLeaves(positions: Float32Array, leaves: ArrayLike<number>): number[] {
    const step = Math.max(1, Math.floor(leaves.length / 4096));
    const sum = [0, 0, 0];
    let count = 0;
    for (let i = 0; i < leaves.length; i += step, count++) {
        for (let a = 0; a < 3; a++) {
            sum[a] += positions[3 * leaves[i] + a];
        }
    }
    return sum.map((value) => value / Math.max(count, 1));
}
