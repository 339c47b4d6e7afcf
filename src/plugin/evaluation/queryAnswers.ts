import { UNLABELED } from "../../compute/hierarchy/cut/labelTransfer";
import { CountLabels } from "./normalizedCovering";

/** What a segmentation answers when pixels of a view are asked for their part, at every cut of a series. */
export class QueryAnswers {
    private readonly _areas: readonly Uint32Array[];

    /** @param cuts per cut [h, w] part of each pixel, -1 = none */
    public constructor(public readonly cuts: readonly Int32Array[]) {
        this._areas = cuts.map(CountLabels);
    }

    /**
     * For one true mask and each cut: the IoU of the mask with every part that holds a pixel of it.
     *
     * @param pixels of the true mask
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

    /** The cut whose answer at `pixel` fits the true mask best; the first of those that tie, -1 where no cut has an answer. */
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

    /** IoU of the answers at two pixels at one cut: parts of a cut are disjoint, so it is 1 or 0; 0 where there is no answer. */
    public agreement(cut: number, pixel: number, other: number): number {
        const label = this.cuts[cut][pixel];
        return label !== UNLABELED && label === this.cuts[cut][other] ? 1 : 0;
    }
}
