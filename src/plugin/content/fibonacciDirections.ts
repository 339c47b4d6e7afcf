import type { UpAxis } from "../babylon/worldFrame";

const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/**
 * Returns unit directions on a Fibonacci spiral, evenly distributed by area between two elevations of the unit sphere.
 *
 * @param low sine of the lowest elevation
 * @param high sine of the highest elevation
 * @param upAxis the axis that elevations are measured along
 */
export function FibonacciDirections(
    count: number,
    low: number,
    high: number,
    upAxis: UpAxis,
): [number, number, number][] {
    return Array.from({ length: count }, (_, i) => {
        const height = low + ((i + 0.5) / count) * (high - low);
        const radius = Math.sqrt(Math.max(0, 1 - height * height));
        const angle = i * GOLDEN_ANGLE;
        const a = radius * Math.cos(angle);
        const b = radius * Math.sin(angle);
        return upAxis === "z" ? [a, b, height] : [b, height, a];
    });
}
