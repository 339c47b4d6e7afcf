import { FindBackdrop } from "../../bounds/backdrop";

/** The regions of a backdrop. */
export interface BackdropRegions {
    /** [regions] 1 for regions of which most points lie on the backdrop. */
    readonly regions: Uint8Array;
    /** Their share of all points, 0..1. */
    readonly share: number;
}

/**
 * Finds the regions of the backdrop, see {@link FindBackdrop}.
 *
 * @param positions [n, 3] world
 * @param region [n] region of each point, 0 .. regionCount - 1
 * @returns null where there is no backdrop, or nothing else
 */
export function FindBackdropRegions(
    positions: Float32Array,
    region: Uint32Array,
    regionCount: number,
): BackdropRegions | null {
    const backdrop = FindBackdrop(positions);
    if (!backdrop) {
        return null;
    }
    const size = new Uint32Array(regionCount);
    const inside = new Uint32Array(regionCount);
    for (let i = 0; i < region.length; i++) {
        size[region[i]]++;
        inside[region[i]] += backdrop.contains(positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]) ? 1 : 0;
    }
    const regions = Uint8Array.from(size, (points, r) => (2 * inside[r] > points ? 1 : 0));
    const share = size.reduce((sum, points, r) => sum + regions[r] * points, 0) / Math.max(region.length, 1);
    return share > 0 && share < 1 ? { regions, share } : null;
}
