import type { View } from "../../compute/views/capture";

/** Returns the angle in degrees between the directions from a center to the cameras of two views. */
export function AngleBetweenViews(a: View, b: View, center: readonly [number, number, number]): number {
    const direction = (view: View): number[] => {
        const d = view.camera.position.map((p, axis) => p - center[axis]);
        const length = Math.hypot(...d);
        return d.map((x) => x / length);
    };
    const [p, q] = [direction(a), direction(b)];
    return (Math.acos(Math.min(1, Math.max(-1, p[0] * q[0] + p[1] * q[1] + p[2] * q[2]))) * 180) / Math.PI;
}
