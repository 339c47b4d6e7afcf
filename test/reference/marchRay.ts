import type { RadianceFieldOptions } from "../../src/compute/fields/radiance/radianceFieldOptions";

/** A sample along a ray. */
export interface RaySample {
    readonly t: number;
    /** In the field's grid. */
    readonly place: readonly number[];
}

/** Reference implementation of toGrid in march.wgsl. */
export function ToGrid(options: RadianceFieldOptions, position: readonly number[]): number[] {
    if (!options.unbounded) {
        return position.map((x) => Math.min(Math.max(x, 0), 1));
    }
    const centered = position.map((x) => 2 * x - 1);
    const size = Math.max(1, ...centered.map(Math.abs));
    return centered.map((x) => 0.5 + (0.25 * x * (2 - 1 / size)) / size);
}

/** Reference implementation of stepAt in march.wgsl, from the position in the unit cube instead of the grid. */
export function StepAt(options: RadianceFieldOptions, position: readonly number[]): number {
    const outside = Math.max(0, ...position.map((x) => Math.abs(x - 0.5) - 0.5));
    return Math.sqrt(3) / options.stepsPerDiagonal + (options.unbounded ? options.coneAngle * outside : 0);
}

/**
 * Reference implementation of marchCount.wgsl and marchWrite.wgsl on one ray.
 * @param isOccupied of a cell, x fastest
 * @returns the samples, and the smallest distance of any step to a cell's wall or to an end of the ray, where rounding
 * decides
 */
export function MarchRay(
    options: RadianceFieldOptions,
    isOccupied: (cell: number) => boolean,
    origin: readonly number[],
    direction: readonly number[],
    jitter: number,
): { samples: RaySample[]; margin: number } {
    const positionAt = (t: number): number[] => origin.map((o, axis) => o + t * direction[axis]);
    const stepAt = (t: number): number => StepAt(options, positionAt(t));
    let near = options.near;
    let far = options.far;
    if (!options.unbounded) {
        far = Number.POSITIVE_INFINITY;
        for (let axis = 0; axis < 3; axis++) {
            const d = Math.abs(direction[axis]) < 1e-9 ? 1e-9 : direction[axis];
            const [a, b] = [-origin[axis] / d, (1 - origin[axis]) / d];
            near = Math.max(near, Math.min(a, b));
            far = Math.min(far, Math.max(a, b));
        }
    }
    const { occupancyResolution: resolution } = options;
    const samples: RaySample[] = [];
    let margin = Math.abs(far - near);
    let t = near + jitter * stepAt(near);
    for (; t < far && samples.length < options.maxSamplesPerRay; t += stepAt(t)) {
        const place = ToGrid(options, positionAt(t));
        const cell = place.map((x) => Math.min(Math.floor(x * resolution), resolution - 1));
        for (const x of place) {
            const nearest = Math.round(x * resolution);
            if (nearest > 0 && nearest < resolution) {
                margin = Math.min(margin, Math.abs(x * resolution - nearest) / resolution);
            }
        }
        if (isOccupied(cell[0] + resolution * (cell[1] + resolution * cell[2]))) {
            samples.push({ t, place });
        }
        margin = Math.min(margin, Math.abs(far - t));
    }
    return { samples, margin: Math.min(margin, Math.abs(far - t)) };
}
