import { UNSEEN, type ViewObservation } from "../../src/compute/hierarchy/build/observations";
import { CreateMaskArrangement } from "../../src/compute/masks/maskArrangement";
import { RandomMasks } from "./randomMasks";

const SIDE = 24;

/**
 * Creates views that see random points in random pixels of an image with random masks. Points with neighboring indices
 * fall on neighboring pixels, so that masks hold runs of them; about every third point is not visible.
 */
export function RandomObservations(random: () => number, points: number, views: number, masks: number) {
    return Array.from({ length: views }, (): ViewObservation => {
        const all = RandomMasks(random, masks, SIDE, SIDE);
        const arrangement = CreateMaskArrangement(all, SIDE, SIDE);
        const offset = Math.floor(random() * SIDE * SIDE);
        const step = (SIDE * SIDE) / Math.max(points, 1);
        const cells = Uint16Array.from({ length: points }, (_, i) => {
            const pixel = (offset + Math.floor(i * step)) % (SIDE * SIDE);
            return random() < 0.3 ? UNSEEN : arrangement.cellOfPixel[pixel];
        });
        const confidence = Float32Array.from(all, () => 0.25 + 0.75 * random());
        return { eye: [0, 0, 0], cells, arrangement, confidence };
    });
}

/** True if mask `mask` of the view holds the point; null when the view does not see the point. */
export function IsHeld({ cells, arrangement }: ViewObservation, point: number, mask: number): boolean | null {
    const cell = cells[point];
    if (cell === UNSEEN) {
        return null;
    }
    return arrangement.cellMasks.subarray(arrangement.cellStart[cell], arrangement.cellStart[cell + 1]).includes(mask);
}
