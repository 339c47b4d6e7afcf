import type { RunOptions } from "../../compute/base/progress";
import { ThrowIfAborted, UltrametricError } from "../../compute/base/ultrametricError";
import type { Mask } from "../../compute/masks/maskSet";
import { RunLengthMask } from "../../compute/masks/runLengthMask";
import type { RgbaImage } from "../formats/pngImage";
import { BoxNms } from "./boxNms";
import { CreateCropBoxes, type CropBox, IsCutByCrop } from "./cropBoxes";
import type { MaskUpsampler } from "./maskUpsampler";
import { CreatePointGrid, type GridPoint } from "./pointGrid";
import type { PixelBox } from "./resizeImage";
import type { DecodedMasks, SamSession } from "./samSession";
import { RemoveSmallRegions } from "./smallRegions";

/**
 * When a point is not asked about because a mask that holds it was found already. Parts lie within parts, so this loses what it
 * saves: measured on four pictures of a chair (1,029 points on the object), maxShare 0.01 asks 3 % fewer points and loses 5 % of the
 * masks, 0.05 saves 6 % and loses 8 %, and 1 (masks of any size) saves 82 % and loses 65 %.
 */
export interface SkipFoundOptions {
    /** Masks of at least this predicted IoU count as found. Default 0.9. */
    minPredictedIou: number;
    /** Masks of at least this stability count as found. Default 0.95. */
    minStability: number;
    /** Masks of at most this share of the picture count as found: larger ones may hold parts yet unseen. Default 0.01. */
    maxShare: number;
}

/** The defaults of {@link SkipFoundOptions}. */
export const DEFAULT_SKIP_FOUND_OPTIONS: Readonly<SkipFoundOptions> = {
    minPredictedIou: 0.9,
    minStability: 0.95,
    maxShare: 0.01,
};

/** How everything in a picture is segmented; names in segment-anything's automatic mask generator in brackets. */
export interface MaskGeneratorOptions {
    /** Points a side of the grid (points_per_side). Default 32. */
    pointsPerSide: number;
    /** Prompts a run of the decoder (points_per_batch): memory grows with it. Default 8. */
    batchSize: number;
    /** Masks must exceed this predicted IoU (pred_iou_thresh). Default 0.88. */
    minPredictedIou: number;
    /** Masks need at least this stability (stability_score_thresh). Default 0.95. */
    minStability: number;
    /** Stability is the IoU of the masks at this logit and at its negative (stability_score_offset). Default 1. */
    stabilityOffset: number;
    /** Of two masks whose boxes have a higher IoU, the one of lower predicted IoU goes (box_nms_thresh). Default 0.7. */
    maxBoxIou: number;
    /** Holes and pieces with fewer pixels are removed (min_mask_region_area). Default 0. */
    minRegionArea: number;
    /** Layers of crops that are looked at by themselves, 4^i crops in layer i (crop_n_layers). Default 0: none. */
    cropLayers: number;
    /** Overlap of the crops as a share of the picture (crop_overlap_ratio). Default 512 / 1500. */
    cropOverlap: number;
    /** Of masks from different crops, as maxBoxIou; the one from the smaller crop stays (crop_nms_thresh). Default 0.7. */
    maxCropBoxIou: number;
    /** In layer i the grid has pointsPerSide / this^i points a side (crop_n_points_downscale_factor). Default 1. */
    cropPointsDivisor: number;
    /** Off the content, every so many-th point of the grid in both directions is asked too; 0: none. Default 0. */
    backgroundStep: number;
    /** Whether points inside masks found already are skipped, and then which. Default null: none, as it hardly pays. */
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

/** What a generator found in a picture, and what it took. */
export interface GeneratedMasks {
    /** By descending predicted IoU. */
    readonly masks: readonly Mask[];
    /** Points of the grid that were asked about, and that were skipped inside masks found already. */
    readonly pointCount: number;
    readonly skippedCount: number;
    readonly encoderSeconds: number;
    readonly decoderSeconds: number;
    /** Everything else: resolution, thresholds, suppression. */
    readonly otherSeconds: number;
}

interface Candidate extends Mask {
    readonly box: PixelBox;
    readonly crop: CropBox;
}

/**
 * Segments everything in a picture: asks about every point of a grid, and keeps the masks that are good, stable and new.
 * Source: segment-anything's automatic mask generator (Kirillov et al. 2023), step by step.
 */
export class MaskGenerator {
    private readonly _settings: MaskGeneratorOptions;
    private readonly _skip: SkipFoundOptions | null;
    private _batchSize: number;

    /** @throws UltrametricError "input" for options out of range, by name */
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
     * @param content [height, width], not 0 where there is something to segment; null: everywhere. Without any content there are no masks
     * @throws UltrametricError "aborted" (looked at between batches), "limits" when memory runs out even for single prompts
     */
    public async generateAsync(
        picture: RgbaImage,
        content: Uint8Array | null = null,
        { onProgress, signal }: RunOptions = {},
    ): Promise<GeneratedMasks> {
        const { cropLayers, cropOverlap, cropPointsDivisor, pointsPerSide, backgroundStep } = this._settings;
        const { width, height } = picture;
        const start = performance.now();
        const counts = { points: 0, skipped: 0, encoder: 0, decoder: 0 };
        const crops = CreateCropBoxes(width, height, cropLayers, cropOverlap).map((crop) => {
            const perSide = Math.max(1, Math.trunc(pointsPerSide / cropPointsDivisor ** crop.layer));
            const area = content && { data: content, width };
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
                    onProgress?.({ stage: "Making masks", fraction });
                };
                candidates = candidates.concat(
                    await this._searchCropAsync(picture, crop, points, found, counts, report, signal),
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
        picture: RgbaImage,
        crop: CropBox,
        points: readonly GridPoint[],
        found: Uint8Array,
        counts: { points: number; skipped: number; encoder: number; decoder: number },
        onBatch: () => void,
        signal: AbortSignal | undefined,
    ): Promise<Candidate[]> {
        const { width } = picture;
        const candidates: Candidate[] = [];
        const encodeStart = performance.now();
        const image = await this._session.encodeAsync(picture, crop.box);
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
                    decoded = await this._session.decodeAsync(image, prompts);
                } catch (error) {
                    if (error instanceof UltrametricError && error.kind === "limits" && this._batchSize > 1) {
                        this._batchSize >>= 1; // the same points again, fewer at a time
                        continue;
                    }
                    throw error;
                }
                counts.decoder += (performance.now() - decodeStart) / 1000;
                upsampler ??= this._session.createUpsampler(image, decoded);
                this._collect(decoded, upsampler, crop, candidates, found);
            }
            counts.points += batch.length;
            counts.skipped += skipped;
            next = end;
            onBatch();
            // Whoever cancels, or shows the progress, has a turn.
            await new Promise((resolve) => setTimeout(resolve));
        }
        const scores = candidates.map(({ predictedIou }) => predictedIou);
        const boxes = candidates.map(({ box }) => box);
        return BoxNms(boxes, scores, this._settings.maxBoxIou).map((i) => candidates[i]);
    }

    /** Keeps what passes the thresholds of a batch's masks. */
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

    /** Where a change makes two masks alike, the unchanged one stays. */
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

/** @throws UltrametricError "input" that names the option */
export function CheckMaskGeneratorOptions(options: MaskGeneratorOptions): void {
    const check = (name: keyof MaskGeneratorOptions, low: number, high: number, whole: boolean): void => {
        const value = options[name] as number;
        if (!(value >= low && value <= high) || (whole && !Number.isInteger(value))) {
            throw new UltrametricError(
                "input",
                `The option ${name} of the mask generator is ${value}; it is a ${whole ? "whole " : ""}number from ${low} to ${high}.`,
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
