import { RemoveDuplicateMasks } from "../../compute/masks/maskDuplicates";
import type { Mask, ViewMasks } from "../../compute/masks/maskSet";
import type { View } from "../../compute/views/capture";
import { BoxNms } from "../sam/boxNms";
import { DEFAULT_MASK_GENERATOR_OPTIONS, type MaskGeneratorOptions } from "../sam/maskGenerator";

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
    /** The smallest share of a mask that lies on the view's content; masks below it are background. Default 0.5. */
    minContentShare: number;
    /** The IoU on the content above which the less stable mask is dropped as a duplicate; 1 drops none. Default 0.9. */
    duplicateIou: number;
}

/** The defaults of {@link MaskQualityOptions}. */
export const DEFAULT_MASK_QUALITY_OPTIONS: Readonly<MaskQualityOptions> = {
    minPredictedIou: 0,
    minStability: 0,
    maxBoxIou: 1,
    minArea: 10,
    minContentShare: 0.5,
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
    quality: { minPredictedIou: 0, minStability: 0, maxBoxIou: 1, minArea: 1, minContentShare: 0, duplicateIou: 1 },
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
    /** The share of the content's pixels inside at least one kept mask, 0..1; 0 without content. */
    readonly coverage: number;
}

/** Drops the masks that fail the thresholds, and reports how many. The others keep their order. */
export function SelectMasks(
    view: View,
    { masks }: ViewMasks,
    options: Partial<MaskQualityOptions> = {},
): { viewMasks: ViewMasks; report: MaskQualityReport } {
    const { minPredictedIou, minStability, maxBoxIou, minArea, minContentShare, duplicateIou } = {
        ...DEFAULT_MASK_QUALITY_OPTIONS,
        ...options,
    };
    const { width, height } = view.camera;
    const content = ContentOf(view.image, width, height, view.depth, width, height);
    const strong = masks.filter((mask) => mask.predictedIou >= minPredictedIou && mask.stability >= minStability);
    const distinct = maxBoxIou < 1 ? suppressBoxes(strong, maxBoxIou) : strong;
    const large = distinct.filter(({ region }) => region.area >= Math.max(minArea, 1));
    const bitmap = new Uint8Array(width * height);
    const countContent = ({ region }: Mask, covered: Uint8Array | null): number => {
        region.toBitmap(bitmap);
        let count = 0;
        for (let p = 0; p < bitmap.length; p++) {
            if (bitmap[p] !== 0 && (content === null || content[p] !== 0)) {
                count++;
                if (covered !== null) {
                    covered[p] = 1;
                }
            }
        }
        return count;
    };
    const onContent = large.filter((mask) => countContent(mask, null) >= minContentShare * mask.region.area);
    const viewMasks =
        duplicateIou < 1
            ? RemoveDuplicateMasks({ masks: onContent }, { maxIou: duplicateIou, depth: content })
            : { masks: onContent };
    const covered = new Uint8Array(width * height);
    for (const mask of viewMasks.masks) {
        countContent(mask, covered);
    }
    const contentSize = content === null ? width * height : content.reduce((sum, c) => sum + (c === 0 ? 0 : 1), 0);
    return {
        viewMasks,
        report: {
            total: masks.length,
            weak: masks.length - strong.length,
            tiny: distinct.length - large.length,
            background: large.length - onContent.length,
            duplicates: strong.length - distinct.length + onContent.length - viewMasks.masks.length,
            kept: viewMasks.masks.length,
            coverage: contentSize === 0 ? 0 : covered.reduce((sum, c) => sum + c, 0) / contentSize,
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

/**
 * Finds the content of an image: its pixels that are not transparent or, without transparent pixels, those with depth.
 *
 * @param rgba [height, width, 4] bytes
 * @param depth [depthHeight, depthWidth] of the same view, possibly of another size
 * @returns [height, width] nonzero where there is content; null for content everywhere, without transparency and depth
 */
export function ContentOf(
    rgba: Uint8Array,
    width: number,
    height: number,
    depth: Float32Array | null,
    depthWidth: number,
    depthHeight: number,
): Uint8Array | null {
    const content = new Uint8Array(width * height);
    let isTransparent = false;
    for (let p = 0; p < content.length; p++) {
        content[p] = rgba[4 * p + 3];
        isTransparent ||= content[p] === 0;
    }
    if (isTransparent) {
        return content;
    }
    if (depth === null) {
        return null;
    }
    for (let y = 0, p = 0; y < height; y++) {
        const row = Math.floor(((y + 0.5) * depthHeight) / height) * depthWidth;
        for (let x = 0; x < width; x++, p++) {
            content[p] = depth[row + Math.floor(((x + 0.5) * depthWidth) / width)] > 0 ? 1 : 0;
        }
    }
    return content;
}
