import { RemoveDuplicateMasks } from "../../compute/masks/maskDuplicates";
import type { Mask, ViewMasks } from "../../compute/masks/maskSet";
import type { View } from "../../compute/views/capture";
import { BoxNms } from "../sam/boxNms";
import { DEFAULT_MASK_GENERATOR_OPTIONS, type MaskGeneratorOptions } from "../sam/maskGenerator";
import { FindForeground } from "./findForeground";

/** Thresholds for the masks of a view. */
export interface MaskQualityOptions {
    /** The smallest predicted IoU of a mask. Default 0. */
    minPredictedIou: number;
    /** The smallest stability of a mask. Default 0. */
    minStability: number;
    /**
     * The box IoU above which the mask of lower predicted IoU is dropped; 1 drops none. For masks generated with
     * {@link KEEP_ALL_MASKS}, for which the generator does not do so. Default 1.
     */
    maxBoxIou: number;
    /** The smallest area of a mask in pixels. Default 10. */
    minArea: number;
    /** The smallest share of a mask that lies in the foreground; masks below it are background. Default 0.5. */
    minForegroundShare: number;
    /**
     * The IoU in the foreground above which the less stable mask is dropped as a duplicate; 1 drops none. Default 0.9.
     */
    duplicateIou: number;
}

/** The defaults of {@link MaskQualityOptions}. */
export const DEFAULT_MASK_QUALITY_OPTIONS: Readonly<MaskQualityOptions> = {
    minPredictedIou: 0,
    minStability: 0,
    maxBoxIou: 1,
    minArea: 10,
    minForegroundShare: 0.5,
    duplicateIou: 0.9,
};

/**
 * Options of GenerateMasksAsync that keep all masks for later thresholds from 0.5 on, with duplicates: a few thousand
 * per view. {@link SelectMasks} with {@link GENERATOR_QUALITY}, or with other thresholds, then returns what the
 * generator would with these thresholds, because suppression follows the thresholds (except for holes that the
 * generator's `minRegionArea` fills).
 */
export const KEEP_ALL_MASKS: {
    readonly generator: Readonly<Partial<MaskGeneratorOptions>>;
    readonly quality: Readonly<MaskQualityOptions>;
} = {
    generator: { minPredictedIou: 0.5, minStability: 0.5, maxBoxIou: 1, maxCropBoxIou: 1 },
    quality: { minPredictedIou: 0, minStability: 0, maxBoxIou: 1, minArea: 1, minForegroundShare: 0, duplicateIou: 1 },
};

/** The mask generator's default thresholds, for masks generated with {@link KEEP_ALL_MASKS}. */
export const GENERATOR_QUALITY: Readonly<Pick<MaskQualityOptions, "minPredictedIou" | "minStability" | "maxBoxIou">> = {
    minPredictedIou: DEFAULT_MASK_GENERATOR_OPTIONS.minPredictedIou,
    minStability: DEFAULT_MASK_GENERATOR_OPTIONS.minStability,
    maxBoxIou: DEFAULT_MASK_GENERATOR_OPTIONS.maxBoxIou,
};

/** Counts of the masks of a view that were kept and dropped. */
export interface MaskQualityReport {
    /** The number of masks before selection. */
    readonly total: number;
    /** Masks dropped for a low predicted IoU or stability. */
    readonly weak: number;
    /** Masks dropped for a small area. */
    readonly tiny: number;
    /** Masks dropped as background. */
    readonly background: number;
    /** Masks dropped as duplicates, by box IoU or by IoU. */
    readonly duplicates: number;
    readonly kept: number;
    /** The share of the foreground's pixels inside at least one kept mask, 0..1; 0 without foreground. */
    readonly coverage: number;
}

/** Drops the masks that fail the thresholds, and reports how many. The others keep their order. */
export function SelectMasks(
    view: View,
    { masks }: ViewMasks,
    options: Partial<MaskQualityOptions> = {},
): { viewMasks: ViewMasks; report: MaskQualityReport } {
    const { minPredictedIou, minStability, maxBoxIou, minArea, minForegroundShare, duplicateIou } = {
        ...DEFAULT_MASK_QUALITY_OPTIONS,
        ...options,
    };
    const { width, height } = view.camera;
    const foreground = FindForeground(view.image, width, height, view.depth, width, height);
    const strong = masks.filter((mask) => mask.predictedIou >= minPredictedIou && mask.stability >= minStability);
    const distinct = maxBoxIou < 1 ? suppressBoxes(strong, maxBoxIou) : strong;
    const large = distinct.filter(({ region }) => region.area >= Math.max(minArea, 1));
    const bitmap = new Uint8Array(width * height);
    const countForeground = ({ region }: Mask, covered: Uint8Array | null): number => {
        region.toBitmap(bitmap);
        let count = 0;
        for (let p = 0; p < bitmap.length; p++) {
            if (bitmap[p] !== 0 && (foreground === null || foreground[p] !== 0)) {
                count++;
                if (covered !== null) {
                    covered[p] = 1;
                }
            }
        }
        return count;
    };
    const inForeground = large.filter((mask) => countForeground(mask, null) >= minForegroundShare * mask.region.area);
    const viewMasks =
        duplicateIou < 1
            ? RemoveDuplicateMasks({ masks: inForeground }, { maxIou: duplicateIou, depth: foreground })
            : { masks: inForeground };
    const covered = new Uint8Array(width * height);
    for (const mask of viewMasks.masks) {
        countForeground(mask, covered);
    }
    const foregroundSize =
        foreground === null ? width * height : foreground.reduce((sum, c) => sum + (c === 0 ? 0 : 1), 0);
    return {
        viewMasks,
        report: {
            total: masks.length,
            weak: masks.length - strong.length,
            tiny: distinct.length - large.length,
            background: large.length - inForeground.length,
            duplicates: strong.length - distinct.length + inForeground.length - viewMasks.masks.length,
            kept: viewMasks.masks.length,
            coverage: foregroundSize === 0 ? 0 : covered.reduce((sum, c) => sum + c, 0) / foregroundSize,
        },
    };
}

function suppressBoxes(masks: readonly Mask[], maxBoxIou: number): Mask[] {
    const boxes = masks.map(({ region }) => region.bounds);
    const scores = masks.map(({ predictedIou }) => predictedIou);
    return BoxNms(boxes, scores, maxBoxIou)
        .sort((a, b) => a - b)
        .map((i) => masks[i]);
}
