import { CreateRandom } from "../../base/random";

/**
 * Draws random points of each region, with replacement, each with the same probability.
 *
 * @param region [n] region of each point, 0 .. regionCount - 1, each with at least one point
 * @returns [regionCount, count] indices of points
 */
export function SampleRegions(region: Uint32Array, regionCount: number, count: number, seed: number): Uint32Array {
    const random = CreateRandom(seed);
    const chosen = new Uint32Array(count * regionCount);
    const met = new Uint32Array(regionCount);
    // One reservoir per point (Vitter 1985).
    for (let i = 0; i < region.length; i++) {
        const r = region[i];
        met[r]++;
        for (let c = r * count; c < (r + 1) * count; c++) {
            if (random() * met[r] < 1) {
                chosen[c] = i;
            }
        }
    }
    return chosen;
}
