import { type RunOptions, StageProgress } from "../../compute/base/progress";
import { ThrowIfAborted, UltrametricError } from "../../compute/base/ultrametricError";
import type { Mask } from "../../compute/masks/maskSet";
import { RunLengthMask } from "../../compute/masks/runLengthMask";
import type { RgbaImage } from "../formats/base/pngImage";
import { BoxNms } from "./boxNms";
import { CreateCropBoxes, type CropBox, IsCutByCrop } from "./cropBoxes";
import type { MaskUpsampler } from "./maskUpsampler";
import { CreatePointGrid, type GridPoint } from "./pointGrid";
import type { PixelBox } from "./resizeImage";
import type { DecodedMasks, SamSession } from "./samSession";
import { RemoveSmallRegions } from "./smallRegions";

/**
 * Options for skipping grid points inside masks that were already found. Parts lie within parts, so skipping loses
 * about as many masks as it saves time: on four images of a chair (1,029 points on the object), maxShare 0.01 saves 3 %
 * of the points and loses 5 % of the masks, 0.05 saves 6 % and loses 8 %, and 1 saves 82 % and loses 65 %.
 */
export interface SkipFoundOptions {
    /** The smallest predicted IoU of a mask whose points are skipped. Default 0.9. */
    minPredictedIou: number;
    /** The smallest stability of a mask whose points are skipped. Default 0.95. */
    minStability: number;
    /** The largest such mask, as a share of the image: larger ones may contain further parts. Default 0.01. */
    maxShare: number;
}

/** The defaults of {@link SkipFoundOptions}. */
export const DEFAULT_SKIP_FOUND_OPTIONS: Readonly<SkipFoundOptions> = {
    minPredictedIou: 0.9,
    minStability: 0.95,
    maxShare: 0.01,
};

/** Options of `MaskGenerator`; the names in segment-anything's automatic mask generator are in parentheses. */
export interface MaskGeneratorOptions {
    /** The number of grid points per side (points_per_side). Default 32. */
    pointsPerSide: number;
    /** The number of prompts per decoder run (points_per_batch); memory is proportional to it. Default 8. */
    batchSize: number;
    /** The predicted IoU that a mask must exceed (pred_iou_thresh). Default 0.88. */
    minPredictedIou: number;
    /** The smallest stability of a mask (stability_score_thresh). Default 0.95. */
    minStability: number;
    /**
     * The logit of the stability, which is the IoU of the masks at this logit and at its negative
     * (stability_score_offset). Default 1.
     */
    stabilityOffset: number;
    /** The box IoU above which the mask of lower predicted IoU is dropped (box_nms_thresh). Default 0.7. */
    maxBoxIou: number;
    /** Smaller holes and regions of a mask, in pixels, are removed (min_mask_region_area). Default 0. */
    minRegionArea: number;
    /** The number of layers of crops that are segmented too, with 4^i crops in layer i (crop_n_layers). Default 0. */
    cropLayers: number;
    /** The overlap of the crops as a share of the image (crop_overlap_ratio). Default 512 / 1500. */
    cropOverlap: number;
    /** The box IoU above which the mask of the larger crop is dropped (crop_nms_thresh). Default 0.7. */
    maxCropBoxIou: number;
    /** The divisor of `pointsPerSide` for each further crop layer (crop_n_points_downscale_factor). Default 1. */
    cropPointsDivisor: number;
    /** In the background, every n-th row and column of the grid is used too; 0 for none. Default 0. */
    backgroundStep: number;
    /** Options for skipping points inside masks that were found; null skips none. Default null. */
    skipFound: Partial<SkipFoundOptions> | null;
}

/** The defaults of {@link MaskGeneratorOptions}. */
export const DEFAULT_MASK_GENERATOR_OPTIONS: Readonly<MaskGeneratorOptions> = {
    pointsPerSide: 32,
    batchSize: 8,
    minPredictedIou: 0.88,
    minStability: 0.95,
    stabilityOffset: 1,
    maxBoxIou: 0.7,
    minRegionArea: 0,
    cropLayers: 0,
    cropOverlap: 512 / 1500,
    maxCropBoxIou: 0.7,
    cropPointsDivisor: 1,
    backgroundStep: 0,
    skipFound: null,
};

/** The masks of an image, with counts and times. */
export interface GeneratedMasks {
    /** The masks by descending predicted IoU. */
    readonly masks: readonly Mask[];
    /** The number of grid points that were prompts. */
    readonly pointCount: number;
    /** The number of grid points that were skipped, see {@link SkipFoundOptions}. */
    readonly skippedCount: number;
    readonly encoderSeconds: number;
    readonly decoderSeconds: number;
    /** The time of everything else: upsampling, thresholds, suppression. */
    readonly otherSeconds: number;
}

interface Candidate extends Mask {
    readonly box: PixelBox;
    readonly crop: CropBox;
}

/**
 * Segments everything in an image: prompts the model at every point of a grid, and keeps the stable, distinct masks of
 * high predicted IoU. Source: segment-anything's automatic mask generator (Kirillov et al. 2023), step by step.
 */
export class MaskGenerator {
    private readonly _settings: MaskGeneratorOptions;
    private readonly _skip: SkipFoundOptions | null;
    private _batchSize: number;

    /** @throws UltrametricError "input" for an option out of range */
    public constructor(
        private readonly _session: SamSession,
        options: Partial<MaskGeneratorOptions> = {},
    ) {
        this._settings = { ...DEFAULT_MASK_GENERATOR_OPTIONS, ...options };
        CheckMaskGeneratorOptions(this._settings);
        const { skipFound, batchSize } = this._settings;
        this._skip = skipFound && { ...DEFAULT_SKIP_FOUND_OPTIONS, ...skipFound };
        this._batchSize = batchSize;
    }

    /**
     * @param foreground [height, width] nonzero in the foreground; null when all of the image is
     * @returns no masks for an image without foreground
     * @throws UltrametricError "aborted" between batches; "limits" when memory runs out even for single prompts
     */
    public async generateAsync(
        image: RgbaImage,
        foreground: Uint8Array | null = null,
        { onProgress, signal }: RunOptions = {},
    ): Promise<GeneratedMasks> {
        const { cropLayers, cropOverlap, cropPointsDivisor, pointsPerSide, backgroundStep } = this._settings;
        const { width, height } = image;
        const start = performance.now();
        const counts = { points: 0, skipped: 0, encoder: 0, decoder: 0 };
        const crops = CreateCropBoxes(width, height, cropLayers, cropOverlap).map((crop) => {
            const perSide = Math.max(1, Math.trunc(pointsPerSide / cropPointsDivisor ** crop.layer));
            const area = foreground && { data: foreground, width };
            return { crop, points: CreatePointGrid(crop.box, perSide, area, backgroundStep, this._skip !== null) };
        });
        const total = crops.reduce((sum, { points }) => sum + points.length, 0);
        const found = new Uint8Array(this._skip === null ? 0 : width * height);
        let candidates: Candidate[] = [];
        for (const { crop, points } of crops) {
            ThrowIfAborted(signal, "Making masks");
            if (points.length > 0) {
                const report = (): void => {
                    const fraction = (counts.points + counts.skipped) / total;
                    onProgress?.(StageProgress("makeMasks", fraction));
                };
                candidates = candidates.concat(
                    await this._searchCropAsync(image, crop, points, found, counts, report, signal),
                );
            }
        }
        if (crops.length > 1) {
            const sizes = candidates.map(({ crop: { box } }) => 1 / (box[2] * box[3]));
            const boxes = candidates.map(({ box }) => box);
            candidates = BoxNms(boxes, sizes, this._settings.maxCropBoxIou).map((i) => candidates[i]);
        }
        candidates = this._removeSmallRegions(candidates);
        candidates.sort((a, b) => b.predictedIou - a.predictedIou);
        return {
            masks: candidates.map(({ region, predictedIou, stability }) => ({ region, predictedIou, stability })),
            pointCount: counts.points,
            skippedCount: counts.skipped,
            encoderSeconds: counts.encoder,
            decoderSeconds: counts.decoder,
            otherSeconds: (performance.now() - start) / 1000 - counts.encoder - counts.decoder,
        };
    }

    private async _searchCropAsync(
        image: RgbaImage,
        crop: CropBox,
        points: readonly GridPoint[],
        found: Uint8Array,
        counts: { points: number; skipped: number; encoder: number; decoder: number },
        onBatch: () => void,
        signal: AbortSignal | undefined,
    ): Promise<Candidate[]> {
        const { width } = image;
        const candidates: Candidate[] = [];
        const encodeStart = performance.now();
        const encoded = await this._session.encodeAsync(image, crop.box);
        counts.encoder += (performance.now() - encodeStart) / 1000;
        let upsampler: MaskUpsampler | null = null;
        let next = 0;
        while (next < points.length) {
            ThrowIfAborted(signal, "Making masks");
            const batch: GridPoint[] = [];
            let end = next;
            let skipped = 0;
            for (; end < points.length && batch.length < this._batchSize; end++) {
                const { x, y } = points[end];
                if (this._skip !== null && found[Math.floor(y) * width + Math.floor(x)] !== 0) {
                    skipped++;
                } else {
                    batch.push(points[end]);
                }
            }
            if (batch.length > 0) {
                const decodeStart = performance.now();
                let decoded: DecodedMasks;
                try {
                    const prompts = batch.map(({ x, y }) => ({ points: [{ x, y, inside: true }] }));
                    decoded = await this._session.decodeAsync(encoded, prompts);
                } catch (error) {
                    if (error instanceof UltrametricError && error.kind === "limits" && this._batchSize > 1) {
                        this._batchSize >>= 1; // the same points again, in smaller batches
                        continue;
                    }
                    throw error;
                }
                counts.decoder += (performance.now() - decodeStart) / 1000;
                upsampler ??= this._session.createUpsampler(encoded, decoded);
                this._collect(decoded, upsampler, crop, candidates, found);
            }
            counts.points += batch.length;
            counts.skipped += skipped;
            next = end;
            onBatch();
            // Lets messages arrive, such as a cancellation.
            await new Promise((resolve) => setTimeout(resolve));
        }
        const scores = candidates.map(({ predictedIou }) => predictedIou);
        const boxes = candidates.map(({ box }) => box);
        return BoxNms(boxes, scores, this._settings.maxBoxIou).map((i) => candidates[i]);
    }

    /** Adds the masks of a batch that pass the thresholds to the candidates. */
    private _collect(
        { logits, ious, width: lowWidth, height: lowHeight }: DecodedMasks,
        upsampler: MaskUpsampler,
        crop: CropBox,
        candidates: Candidate[],
        found: Uint8Array,
    ): void {
        const { minPredictedIou, minStability, stabilityOffset } = this._settings;
        const { width, height } = upsampler;
        const skip = this._skip;
        for (let i = 0; i < ious.length; i++) {
            const predictedIou = ious[i];
            if (!(predictedIou > minPredictedIou)) {
                continue;
            }
            const { region, stability } = upsampler.threshold(logits, i * lowWidth * lowHeight, stabilityOffset);
            if (region.area === 0 || stability < minStability) {
                continue;
            }
            const box = region.bounds;
            if (IsCutByCrop(box, crop.box, width, height)) {
                continue;
            }
            candidates.push({ region, predictedIou, stability, box, crop });
            if (
                skip !== null &&
                predictedIou >= skip.minPredictedIou &&
                stability >= skip.minStability &&
                region.area <= skip.maxShare * width * height
            ) {
                region.toBitmap().forEach((inside, p) => {
                    found[p] |= inside;
                });
            }
        }
    }

    /** Cleans the masks, and drops duplicates that arise; unchanged masks are preferred. */
    private _removeSmallRegions(candidates: Candidate[]): Candidate[] {
        const { minRegionArea, maxBoxIou, maxCropBoxIou } = this._settings;
        if (minRegionArea <= 0 || candidates.length === 0) {
            return candidates;
        }
        const unchanged: number[] = [];
        const cleaned = candidates.map((candidate) => {
            const { width, height } = candidate.region;
            const bitmap = candidate.region.toBitmap();
            const isChanged = RemoveSmallRegions(bitmap, width, height, minRegionArea);
            unchanged.push(isChanged ? 0 : 1);
            if (!isChanged) {
                return candidate;
            }
            const region = RunLengthMask.FromBitmap(bitmap, width, height);
            return { ...candidate, region, box: region.bounds };
        });
        const boxes = cleaned.map(({ box }) => box);
        return BoxNms(boxes, unchanged, Math.max(maxBoxIou, maxCropBoxIou)).map((i) => cleaned[i]);
    }
}

/**
 * Checks the ranges of all options.
 *
 * @throws UltrametricError "input" for an option out of range
 */
export function CheckMaskGeneratorOptions(options: MaskGeneratorOptions): void {
    const check = (name: keyof MaskGeneratorOptions, low: number, high: number, whole: boolean): void => {
        const value = options[name] as number;
        if (!(value >= low && value <= high) || (whole && !Number.isInteger(value))) {
            throw new UltrametricError(
                "input",
                `The mask generator's option ${name} must be a ${whole ? "whole " : ""}number ` +
                    `from ${low} to ${high}, not ${value}.`,
            );
        }
    };
    check("pointsPerSide", 1, 256, true);
    check("batchSize", 1, 256, true);
    check("minPredictedIou", 0, 2, false);
    check("minStability", 0, 1, false);
    check("stabilityOffset", 1e-6, 100, false);
    check("maxBoxIou", 0, 1, false);
    check("minRegionArea", 0, 1e9, false);
    check("cropLayers", 0, 4, true);
    check("cropOverlap", 0, 0.9, false);
    check("maxCropBoxIou", 0, 1, false);
    check("cropPointsDivisor", 1, 64, false);
    check("backgroundStep", 0, 256, true);
}
