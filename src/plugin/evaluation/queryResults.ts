import { UNLABELED } from "../../compute/hierarchy/cut/labelTransfer";
import { CountLabels } from "./countLabels";

/** The parts at the pixels of a view, for a series of cuts. */
export class QueryResults {
    private readonly _areas: readonly Uint32Array[];

    /** @param cuts per cut [h, w] part of each pixel, -1 for none */
    public constructor(public readonly cuts: readonly Int32Array[]) {
        this._areas = cuts.map(CountLabels);
    }

    /**
     * Returns for each cut the IoU of a true mask with every part that overlaps it.
     *
     * @param pixels the pixels of the true mask
     */
    public scoreMask(pixels: readonly number[]): Map<number, number>[] {
        return this.cuts.map((labels, cut) => {
            const shared = new Map<number, number>();
            for (const p of pixels) {
                if (labels[p] !== UNLABELED) {
                    shared.set(labels[p], (shared.get(labels[p]) ?? 0) + 1);
                }
            }
            const areas = this._areas[cut];
            return new Map([...shared].map(([label, n]) => [label, n / (pixels.length + areas[label] - n)]));
        });
    }

    /**
     * Returns the first cut whose part at a pixel has the best IoU with the true mask; -1 where no cut has a part.
     *
     * @param scores see {@link scoreMask}
     */
    public bestCut(pixel: number, scores: readonly Map<number, number>[]): number {
        let best = -1;
        let highest = -1;
        for (let cut = 0; cut < this.cuts.length; cut++) {
            const label = this.cuts[cut][pixel];
            const iou = label === UNLABELED ? -1 : (scores[cut].get(label) ?? -1);
            if (iou > highest) {
                highest = iou;
                best = cut;
            }
        }
        return best;
    }

    /** Returns the IoU of the parts at two pixels in one cut: 1 for the same part, otherwise 0. */
    public agreement(cut: number, pixel: number, other: number): number {
        const label = this.cuts[cut][pixel];
        return label !== UNLABELED && label === this.cuts[cut][other] ? 1 : 0;
    }
}
