import { type RunOptions, StageProgress } from "../../compute/base/progress";
import { ThrowIfAborted } from "../../compute/base/ultrametricError";
import type { Mask, MaskSet, ViewMasks } from "../../compute/masks/maskSet";
import { ResizeMask } from "../../compute/masks/resizeMask";
import type { Capture, View } from "../../compute/views/capture";
import type { RgbaImage } from "../formats/base/pngImage";
import type { ByteStore } from "../sam/byteStore";
import { CheckSamModel } from "../sam/checkSamModel";
import { LoadModelFileAsync } from "../sam/loadModelFile";
import {
    CheckMaskGeneratorOptions,
    DEFAULT_MASK_GENERATOR_OPTIONS,
    type GeneratedMasks,
    type MaskGeneratorOptions,
} from "../sam/maskGenerator";
import type { OnnxRuntimeOptions } from "../sam/onnxRuntime";
import { SamClient } from "../sam/samClient";
import type { SamModel } from "../sam/samModel";
import { FindForeground } from "./findForeground";
import { MaskCache } from "./maskCache";
import { type MaskQualityOptions, type MaskQualityReport, SelectMasks } from "./maskQuality";

/** The masks of one view. */
export interface ViewMasksResult {
    /** The index of the view in the capture. */
    readonly index: number;
    readonly view: View;
    /** The masks that pass the thresholds, at the size of the view. */
    readonly viewMasks: ViewMasks;
    readonly report: MaskQualityReport;
    /** The digest of the image, the model and the options. */
    readonly key: string;
    /** The generator's result; null for stored masks. */
    readonly generated: GeneratedMasks | null;
}

/** Options of {@link GenerateMasksAsync}. */
export interface GenerateMasksOptions extends RunOptions {
    readonly model: SamModel;
    /** Options of onnxruntime-web. Only with `moduleUrl` does the model run in a worker. */
    readonly runtime?: Partial<OnnxRuntimeOptions>;
    readonly generator?: Partial<MaskGeneratorOptions>;
    readonly quality?: Partial<MaskQualityOptions>;
    /**
     * Returns a larger version of a view's image, which gives finer masks. It must show the same scene content.
     * Default: the view's image.
     */
    readonly imageAsync?: (view: View, index: number) => Promise<RgbaImage>;
    /** The store of model files, in a page usually a CacheByteStore; null for none. Default null. */
    readonly modelStore?: ByteStore | null;
    /** The store of masks; null for none. Default null. */
    readonly maskStore?: ByteStore | null;
    /** Called before each view; masks that it returns are used unchanged, and null generates them. */
    readonly knownAsync?: (view: View, key: string) => Promise<ViewMasks | null>;
    /** Called with the masks of each view, in order, so that they survive a canceled run. May be asynchronous. */
    readonly onView?: (result: ViewMasksResult) => void | Promise<void>;
    /** Called with warnings, such as an exceeded storage quota. */
    readonly onWarning?: (message: string) => void;
}

/**
 * Generates the masks of all views of a capture with a Segment Anything model, one view after the other. The model is
 * started for the first view without stored masks.
 *
 * @throws UltrametricError "input" for a model that is corrupt, does not match its description or cannot be reached;
 * "unsupported" where it cannot run; "limits" when memory runs out; "aborted". Earlier views were passed to `onView`
 * and stored in `maskStore`
 */
export async function GenerateMasksAsync(capture: Capture, options: GenerateMasksOptions): Promise<MaskSet> {
    const { model, onProgress, onView, onWarning, signal, modelStore = null } = options;
    const settings: MaskGeneratorOptions = { ...DEFAULT_MASK_GENERATOR_OPTIONS, ...options.generator };
    CheckSamModel(model);
    CheckMaskGeneratorOptions(settings);
    const loading = { store: modelStore, onProgress, signal, onWarning };
    const encoder = await LoadModelFileAsync(model.encoder, loading);
    const decoder = await LoadModelFileAsync(model.decoder, loading);
    const cache = new MaskCache(options.maskStore ?? null, onWarning);
    const operation = `Making the masks of ${capture.name}`;
    let client: SamClient | null = null;
    const views: ViewMasks[] = [];
    try {
        for (const [index, view] of capture.views.entries()) {
            ThrowIfAborted(signal, operation);
            const { length } = capture.views;
            const report = (fraction: number): void => {
                const detail = `view ${index + 1} of ${length}`;
                onProgress?.(StageProgress("makeMasks", (index + fraction) / length, detail));
            };
            report(0);
            const { width, height } = view.camera;
            const image = (await options.imageAsync?.(view, index)) ?? { width, height, data: view.image };
            const foreground = FindForeground(image.data, image.width, image.height, view.depth, width, height);
            const key = await MaskCache.KeyAsync(image, foreground, [encoder.sha256, decoder.sha256], settings);
            const known = (await options.knownAsync?.(view, key)) ?? null;
            if (known !== null) {
                views.push(known);
                continue;
            }
            let generated: GeneratedMasks | null = null;
            let masks = await cache.readAsync(key);
            if (masks === null) {
                if (client === null) {
                    const input = {
                        model,
                        encoder: encoder.bytes,
                        decoder: decoder.bytes,
                        runtime: options.runtime ?? {},
                    };
                    onProgress?.(StageProgress("startModel", 0));
                    client = await SamClient.StartAsync(input, signal);
                    report(0);
                }
                generated = await client.generateAsync(image, foreground, settings, {
                    onProgress: ({ fraction }) => report(fraction),
                    signal,
                });
                masks = generated.masks;
                await cache.writeAsync(key, image, masks);
            }
            const selected = SelectMasks(view, { masks: resizeMasks(masks, width, height) }, options.quality);
            views.push(selected.viewMasks);
            await onView?.({ index, view, key, generated, ...selected });
        }
        ThrowIfAborted(signal, operation);
    } finally {
        client?.dispose();
    }
    onProgress?.(StageProgress("makeMasks", 1));
    return { views };
}

function resizeMasks(masks: readonly Mask[], width: number, height: number): Mask[] {
    return masks.map((mask) => ({ ...mask, region: ResizeMask(mask.region, width, height) }));
}
