import type { Coroutine } from "../../compute/base/coroutine";
import { SPLATS_PER_CHUNK, type SplatData } from "./splatData";

/**
 * Side of a grid cell in units of extent / sqrt(number of splats): a few times the spacing of splats on a surface.
 */
const CELL_SIZE = 6;
/** The share of splats that the extent ignores at either end of each axis. */
const TRIMMED_SHARE = 0.02;
/** The number of splats that the extent is measured on. */
const EXTENT_SAMPLES = 4096;
/** The number of cells along an axis; the index of a cell, below GRID_SIZE^3, stays exact in a float64. */
const GRID_SIZE = 2 ** 17;

/**
 * Finds floaters, the isolated splats that training leaves in the air: those in clusters that hold less than a share of
 * all splats. Splats are in one cluster when their grid cells touch.
 *
 * @param minOpacity lowest opacity, 0..1; fainter splats are ignored
 * @param minClusterShare smallest share of the splats that are not ignored, for a cluster that stays; 0 finds no
 * floaters
 * @returns [n] 1 for floaters
 */
export function* FindSplatFloaters(
    splats: Pick<SplatData, "count" | "positions" | "colors">,
    minOpacity: number,
    minClusterShare: number,
): Coroutine<Uint8Array> {
    const { count, positions, colors } = splats;
    const isFloater = new Uint8Array(count);
    const opaque = new Uint32Array(count);
    let opaqueCount = 0;
    for (let i = 0; i < count; i++) {
        if (i % SPLATS_PER_CHUNK === 0) {
            yield;
        }
        if (colors[4 * i + 3] >= 255 * minOpacity) {
            opaque[opaqueCount++] = i;
        }
    }
    const { center, extent } = measureExtent(positions, opaque.subarray(0, opaqueCount));
    const scale = Math.sqrt(opaqueCount) / (CELL_SIZE * extent);
    if (minClusterShare * opaqueCount <= 1 || !Number.isFinite(scale)) {
        return isFloater;
    }
    const cellAlong = (splat: number, axis: number): number => {
        const cell = Math.floor((positions[3 * splat + axis] - center[axis]) * scale) + GRID_SIZE / 2;
        return Math.min(Math.max(cell, 1), GRID_SIZE - 2) || 1;
    };
    const cellSizes = new Map<number, number>();
    const cells = new Float64Array(opaqueCount);
    for (let s = 0; s < opaqueCount; s++) {
        if (s % SPLATS_PER_CHUNK === 0) {
            yield;
        }
        const splat = opaque[s];
        const cell = (cellAlong(splat, 0) * GRID_SIZE + cellAlong(splat, 1)) * GRID_SIZE + cellAlong(splat, 2);
        cells[s] = cell;
        cellSizes.set(cell, (cellSizes.get(cell) ?? 0) + 1);
    }
    const { clusterOfCell, clusterSizes } = yield* clusterCells(cellSizes);
    for (let s = 0; s < opaqueCount; s++) {
        if (s % SPLATS_PER_CHUNK === 0) {
            yield;
        }
        isFloater[opaque[s]] = clusterSizes[clusterOfCell.get(cells[s])!] < minClusterShare * opaqueCount ? 1 : 0;
    }
    return isFloater;
}

/** Joins touching cells (26 neighbors) to clusters, and adds up their splats. */
function* clusterCells(
    cellSizes: ReadonlyMap<number, number>,
): Coroutine<{ clusterOfCell: Map<number, number>; clusterSizes: number[] }> {
    const neighborOffsets: number[] = [];
    for (let n = 0; n < 27; n++) {
        neighborOffsets.push(
            ((Math.floor(n / 9) - 1) * GRID_SIZE + (Math.floor(n / 3) % 3) - 1) * GRID_SIZE + (n % 3) - 1,
        );
    }
    const clusterOfCell = new Map<number, number>();
    const clusterSizes: number[] = [];
    let steps = 0;
    for (const start of cellSizes.keys()) {
        if (clusterOfCell.has(start)) {
            continue;
        }
        const cluster = clusterSizes.length;
        clusterSizes.push(0);
        clusterOfCell.set(start, cluster);
        const open = [start];
        while (open.length > 0) {
            if (steps++ % (SPLATS_PER_CHUNK >> 4) === 0) {
                yield;
            }
            const cell = open.pop()!;
            clusterSizes[cluster] += cellSizes.get(cell)!;
            for (const offset of neighborOffsets) {
                if (cellSizes.has(cell + offset) && !clusterOfCell.has(cell + offset)) {
                    clusterOfCell.set(cell + offset, cluster);
                    open.push(cell + offset);
                }
            }
        }
    }
    return { clusterOfCell, clusterSizes };
}

/** Measures the center and the longest side of the bounding box of splats, without the outermost ones. */
function measureExtent(positions: Float32Array, splats: Uint32Array): { center: number[]; extent: number } {
    const samples = Math.min(EXTENT_SAMPLES, splats.length);
    const center: number[] = [];
    let extent = 0;
    for (let axis = 0; axis < 3; axis++) {
        const values = Float64Array.from({ length: samples }, (_, i) => {
            return positions[3 * splats[Math.floor((i * splats.length) / samples)] + axis];
        }).sort();
        const low = values[Math.floor(TRIMMED_SHARE * samples)];
        const high = values[Math.ceil((1 - TRIMMED_SHARE) * samples) - 1];
        center.push((low + high) / 2);
        extent = Math.max(extent, high - low);
    }
    return { center, extent };
}
