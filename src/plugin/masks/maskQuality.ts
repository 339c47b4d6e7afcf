import { RemoveDuplicateMasks } from "../../compute/masks/maskDuplicates";
import type { Mask, ViewMasks } from "../../compute/masks/maskSet";
import type { View } from "../../compute/views/capture";
import { BoxNms } from "../sam/boxNms";
import { DEFAULT_MASK_GENERATOR_OPTIONS, type MaskGeneratorOptions } from "../sam/maskGenerator";

/** Which masks of a view are good enough. */
export interface MaskQualityOptions {
    /** Masks below this predicted IoU are dropped. Default 0. */
    minPredictedIou: number;
    /** Masks below this stability are dropped. Default 0. */
    minStability: number;
    /**
     * Of two masks whose boxes have a higher IoU, the one of lower predicted IoU goes; 1: none. For masks that were generated with
     * {@link KEEP_ALL_MASKS}, where the generator has not done so. Default 1.
     */
    maxBoxIou: number;
    /** Masks with fewer pixels are dropped. Default 10. */
    minArea: number;
    /** Masks that lie on the view's content with less than this share of their pixels are background, and dropped. Default 0.5. */
    minContentShare: number;
    /** Of two masks whose IoU on the content is above this, the less stable one is dropped; 1: none. Default 0.9. */
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
 * Options for GenerateMasksAsync with which all masks stay that thresholds from 0.5 on may want, each as often as it was found: some thousand
 * a view. {@link SelectMasks} with {@link GENERATOR_QUALITY}, or other thresholds, then gives what generating with these thresholds gives
 * (all but the holes that the generator's `minRegionArea` fills): suppression comes after the thresholds, so no mask that fails them hides another.
 */
export const KEEP_ALL_MASKS: {
    readonly generator: Readonly<Partial<MaskGeneratorOptions>>;
    readonly quality: Readonly<MaskQualityOptions>;
} = {
    generator: { minPredictedIou: 0.5, minStability: 0.5, maxBoxIou: 1, maxCropBoxIou: 1 },
    quality: { minPredictedIou: 0, minStability: 0, maxBoxIou: 1, minArea: 1, minContentShare: 0, duplicateIou: 1 },
};

/** The mask generator's own defaults, for masks that were made with {@link KEEP_ALL_MASKS}. */
export const GENERATOR_QUALITY: Readonly<Pick<MaskQualityOptions, "minPredictedIou" | "minStability" | "maxBoxIou">> = {
    minPredictedIou: DEFAULT_MASK_GENERATOR_OPTIONS.minPredictedIou,
    minStability: DEFAULT_MASK_GENERATOR_OPTIONS.minStability,
    maxBoxIou: DEFAULT_MASK_GENERATOR_OPTIONS.maxBoxIou,
};

/** How the masks of a view came out. */
export interface MaskQualityReport {
    /** Masks that were looked at. */
    readonly total: number;
    /** Dropped for a low predicted IoU or stability. */
    readonly weak: number;
    /** Dropped for too few pixels. */
    readonly tiny: number;
    readonly background: number;
    /** Dropped for one that is nearly the same, by boxes or by pixels. */
    readonly duplicates: number;
    readonly kept: number;
    /** Share of the content's pixels that at least one kept mask holds, 0..1; 0 without content. */
    readonly coverage: number;
}

/** Drops what is no part of the content, or is there twice, and reports what was dropped. The rest keep their order. */
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
    const distinct = maxBoxIou < 1 ? SuppressBoxes(strong, maxBoxIou) : strong;
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

function SuppressBoxes(masks: readonly Mask[], maxBoxIou: number): Mask[] {
    const boxes = masks.map(({ region }) => region.bounds);
    const scores = masks.map(({ predictedIou }) => predictedIou);
    return BoxNms(boxes, scores, maxBoxIou)
        .sort((a, b) => a - b)
        .map((i) => masks[i]);
}

/**
 * Where a picture shows something: where it is not transparent; for a picture without transparency where the view has depth; null
 * (everywhere) for one without either.
 * @param rgba [height, width, 4] bytes
 * @param depth [depthHeight, depthWidth] of the same view, perhaps of another size
 * @returns [height, width], not 0 where there is something
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
