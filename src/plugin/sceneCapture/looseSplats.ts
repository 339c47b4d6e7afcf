import type { Coroutine } from "../../compute/base/coroutine";
import { SPLATS_PER_CHUNK, type SplatData } from "./splatData";

/** Side of a cell in units of the splats' extent over the root of their number: a few times how far they lie apart on a surface. */
const CELL = 6;
/** The extent is that of all splats but for so many at either end of each axis. */
const TRIMMED = 0.02;
/** Splats that the extent is measured on. */
const EXTENT_SAMPLES = 4096;
/** Cells along an axis that can be told apart. */
const GRID = 2 ** 17;

/**
 * Which splats float by themselves, as trainings leave them in the air: those in clumps of less than a share of all. Splats whose cells of a grid touch
 * are one clump. In short runs.
 *
 * @param minOpacity fainter splats are not looked at
 * @param leastShare of the splats that are looked at; 0 finds none
 * @returns [n] 1 for loose ones
 */
export function* FindLooseSplats(splats: SplatData, minOpacity: number, leastShare: number): Coroutine<Uint8Array> {
    const { count, positions, colors } = splats;
    const isLoose = new Uint8Array(count);
    const solid = new Uint32Array(count);
    let found = 0;
    for (let i = 0; i < count; i++) {
        if (i % SPLATS_PER_CHUNK === 0) {
            yield;
        }
        if (colors[4 * i + 3] >= 255 * minOpacity) {
            solid[found++] = i;
        }
    }
    const { middle, extent } = measure(positions, solid.subarray(0, found));
    const scale = Math.sqrt(found) / (CELL * extent);
    if (leastShare * found <= 1 || !Number.isFinite(scale)) {
        return isLoose;
    }
    const place = (i: number, axis: number): number => {
        const cell = Math.floor((positions[3 * i + axis] - middle[axis]) * scale) + GRID / 2;
        return Math.min(Math.max(cell, 1), GRID - 2) || 1;
    };
    const sizes = new Map<number, number>();
    const cells = new Float64Array(found);
    for (let s = 0; s < found; s++) {
        if (s % SPLATS_PER_CHUNK === 0) {
            yield;
        }
        const cell = (place(solid[s], 0) * GRID + place(solid[s], 1)) * GRID + place(solid[s], 2);
        cells[s] = cell;
        sizes.set(cell, (sizes.get(cell) ?? 0) + 1);
    }
    const around: number[] = [];
    for (let n = 0; n < 27; n++) {
        around.push(((Math.floor(n / 9) - 1) * GRID + (Math.floor(n / 3) % 3) - 1) * GRID + (n % 3) - 1);
    }
    const clumpOf = new Map<number, number>();
    const clumpSizes: number[] = [];
    let steps = 0;
    for (const start of sizes.keys()) {
        if (clumpOf.has(start)) {
            continue;
        }
        const clump = clumpSizes.length;
        clumpSizes.push(0);
        clumpOf.set(start, clump);
        const open = [start];
        while (open.length > 0) {
            if (steps++ % (SPLATS_PER_CHUNK >> 4) === 0) {
                yield;
            }
            const cell = open.pop()!;
            clumpSizes[clump] += sizes.get(cell)!;
            for (const offset of around) {
                if (sizes.has(cell + offset) && !clumpOf.has(cell + offset)) {
                    clumpOf.set(cell + offset, clump);
                    open.push(cell + offset);
                }
            }
        }
    }
    for (let s = 0; s < found; s++) {
        if (s % SPLATS_PER_CHUNK === 0) {
            yield;
        }
        isLoose[solid[s]] = clumpSizes[clumpOf.get(cells[s])!] < leastShare * found ? 1 : 0;
    }
    return isLoose;
}

/** Where splats are, but for a few far off: the middle and the longest side of their box. */
function measure(positions: Float32Array, splats: Uint32Array): { middle: number[]; extent: number } {
    const samples = Math.min(EXTENT_SAMPLES, splats.length);
    const middle: number[] = [];
    let extent = 0;
    for (let axis = 0; axis < 3; axis++) {
        const values = Float64Array.from({ length: samples }, (_, i) => {
            return positions[3 * splats[Math.floor((i * splats.length) / samples)] + axis];
        }).sort();
        const low = values[Math.floor(TRIMMED * samples)];
        const high = values[Math.ceil((1 - TRIMMED) * samples) - 1];
        middle.push((low + high) / 2);
        extent = Math.max(extent, high - low);
    }
    return { middle, extent };
}
