import type { RunOptions } from "../../../compute/base/progress";
import { type Mask, MaskConfidence } from "../../../compute/masks/maskSet";
import { CreateImageMasksAsync } from "../../masks/createImageMasks";
import type { SamPrompt } from "../../sam/samSession";
import type { PromptView } from "./promptView";

/** Finds masks of views for clicks. */
export interface ViewMasker {
    /** The name of the origin, as in "from Segment Anything". */
    readonly name: string;
    /** Returns true if {@link prepareAsync} was done for a view. */
    isPrepared(view: PromptView): boolean;
    /** Looks at a view, so that prompts on it are quick. */
    prepareAsync(view: PromptView, run: RunOptions): Promise<void>;
    /** Returns the masks that a prompt may mean, usually up to three, on a prepared view. */
    predictAsync(view: PromptView, prompt: SamPrompt): Promise<readonly Mask[]>;
    dispose(): void;
}

/** The number of masks that one prompt may mean. */
const MASK_COUNT = 3;

/** Takes the masks that views came with or, where there are none, that their pictures give without a model. */
export class PictureMasker implements ViewMasker {
    public readonly name = "the picture's masks";
    private readonly _masks = new Map<string, readonly Mask[]>();

    public isPrepared({ key }: PromptView): boolean {
        return this._masks.has(key);
    }

    public async prepareAsync({ key, view, masks }: PromptView, run: RunOptions): Promise<void> {
        if (!this._masks.has(key)) {
            const capture = { name: view.name, views: [view], heldOutViews: [] };
            this._masks.set(key, (masks ?? (await CreateImageMasksAsync(capture, run)).views[0]).masks);
        }
    }

    /** Returns the smallest masks that hold all points inside and none outside, or all of a box that they fill best. */
    public async predictAsync({ key, view }: PromptView, { points = [], box }: SamPrompt): Promise<readonly Mask[]> {
        const { height } = view.camera;
        const columnMajor = points.map(({ x, y }) => Math.floor(x) * height + Math.floor(y));
        const fits = ({ region }: Mask): boolean => {
            const isInside = pixelsInside(region.counts, columnMajor);
            return points.every(({ inside }, i) => inside === isInside[i]);
        };
        const found = this._masks.get(key)!.filter((mask) => MaskConfidence(mask) > 0 && fits(mask));
        const order = box
            ? found.map((mask) => [mask, -boxIou(mask.region.bounds, box)] as const)
            : found.map((mask) => [mask, mask.region.area] as const);
        return order
            .sort(([, a], [, b]) => a - b)
            .slice(0, MASK_COUNT)
            .map(([mask]) => mask);
    }

    public dispose(): void {
        this._masks.clear();
    }
}

/** Returns whether the runs of a mask hold each of some pixels, given in column-major order. */
function pixelsInside(counts: Uint32Array, pixels: readonly number[]): boolean[] {
    const isInside = pixels.map(() => false);
    let start = 0;
    for (let run = 0; run < counts.length; run++) {
        const end = start + counts[run];
        if (run % 2 === 1) {
            pixels.forEach((pixel, i) => {
                isInside[i] ||= pixel >= start && pixel < end;
            });
        }
        start = end;
    }
    return isInside;
}

type Box = readonly [left: number, top: number, width: number, height: number];

function boxIou([ax, ay, aw, ah]: Box, [bx, by, bw, bh]: Box): number {
    const width = Math.min(ax + aw, bx + bw) - Math.max(ax, bx);
    const height = Math.min(ay + ah, by + bh) - Math.max(ay, by);
    const shared = width > 0 && height > 0 ? width * height : 0;
    return shared / (aw * ah + bw * bh - shared);
}
