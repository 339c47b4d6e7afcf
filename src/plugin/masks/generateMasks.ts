import type { RunOptions } from "../../compute/base/progress";
import { ThrowIfAborted } from "../../compute/base/ultrametricError";
import type { Mask, MaskSet, ViewMasks } from "../../compute/masks/maskSet";
import type { Capture, View } from "../../compute/views/capture";
import type { RgbaImage } from "../formats/pngImage";
import type { ByteStore } from "../sam/byteStore";
import {
    CheckMaskGeneratorOptions,
    DEFAULT_MASK_GENERATOR_OPTIONS,
    type GeneratedMasks,
    type MaskGeneratorOptions,
} from "../sam/maskGenerator";
import { LoadModelFileAsync } from "../sam/modelCache";
import type { OnnxRuntimeOptions } from "../sam/onnxRuntime";
import { SamClient } from "../sam/samClient";
import type { SamModel } from "../sam/samModel";
import { MaskCache } from "./maskCache";
import { ContentOf, type MaskQualityOptions, type MaskQualityReport, SelectMasks } from "./maskQuality";
import { ResizeMask } from "./resizeMask";

/** The masks of one view, as soon as they are there. */
export interface ViewMasksResult {
    /** Of the view within the capture. */
    readonly index: number;
    readonly view: View;
    /** At the view's size, good ones only. */
    readonly viewMasks: ViewMasks;
    readonly report: MaskQualityReport;
    /** Names the picture, the model and the options that the masks come from. */
    readonly key: string;
    /** What the generator did; null where the masks were kept from before. */
    readonly generated: GeneratedMasks | null;
}

/** Options of {@link GenerateMasksAsync}. */
export interface GenerateMasksOptions extends RunOptions {
    readonly model: SamModel;
    /** Which build of onnxruntime-web runs where. A page that is to stay smooth gives `moduleUrl`. */
    readonly runtime?: Partial<OnnxRuntimeOptions>;
    readonly generator?: Partial<MaskGeneratorOptions>;
    readonly quality?: Partial<MaskQualityOptions>;
    /**
     * Gets a larger picture of a view, from which finer masks come; it shows what the view shows, and only its size differs.
     * Default: the view's own.
     */
    readonly imageAsync?: (view: View, index: number) => Promise<RgbaImage>;
    /** Where model files are kept; in a page usually a CacheByteStore. Default null. */
    readonly modelStore?: ByteStore | null;
    /** Where masks are kept. Default null. */
    readonly maskStore?: ByteStore | null;
    /** Asked before a view is looked at; masks that are given back for this key are taken as they are. */
    readonly knownAsync?: (view: View, key: string) => Promise<ViewMasks | null>;
    /** Called for every view, in order: what is there when a run ends early is not lost. May be asynchronous. */
    readonly onView?: (result: ViewMasksResult) => void | Promise<void>;
    /** Told about what is no error, such as no room to keep a download. */
    readonly onWarning?: (message: string) => void;
}

/**
 * Makes masks of all views of a capture with a Segment Anything model, one view after the other. The model starts when the first
 * view needs it: not at all when all masks are kept from before.
 * @throws UltrametricError "input" for a model that is broken, does not fit its description or cannot be reached; "unsupported" where
 * it cannot be run; "limits" when memory runs out; "aborted". The views before were given to `onView`, and are kept in `maskStore`
 */
export async function GenerateMasksAsync(capture: Capture, options: GenerateMasksOptions): Promise<MaskSet> {
    const { model, onProgress, onView, onWarning, signal, modelStore = null } = options;
    const settings: MaskGeneratorOptions = { ...DEFAULT_MASK_GENERATOR_OPTIONS, ...options.generator };
    CheckMaskGeneratorOptions(settings);
    const loading = { store: modelStore, onProgress, signal, onWarning };
    const encoder = await LoadModelFileAsync(model.encoder, loading);
    const decoder = await LoadModelFileAsync(model.decoder, loading);
    const cache = new MaskCache(options.maskStore ?? null, onWarning);
    const what = `Making the masks of ${capture.name}`;
    let client: SamClient | null = null;
    const views: ViewMasks[] = [];
    try {
        for (const [index, view] of capture.views.entries()) {
            ThrowIfAborted(signal, what);
            const { length } = capture.views;
            const report = (fraction: number): void => {
                const detail = `view ${index + 1} of ${length}`;
                onProgress?.({ stage: "Making masks", fraction: (index + fraction) / length, detail });
            };
            report(0);
            const { width, height } = view.camera;
            const picture = (await options.imageAsync?.(view, index)) ?? { width, height, data: view.image };
            const content = ContentOf(picture.data, picture.width, picture.height, view.depth, width, height);
            const key = await MaskCache.KeyAsync(picture, content, [encoder.sha256, decoder.sha256], settings);
            const known = (await options.knownAsync?.(view, key)) ?? null;
            if (known !== null) {
                views.push(known);
                continue;
            }
            let generated: GeneratedMasks | null = null;
            let masks = await cache.readAsync(key);
            if (masks === null) {
                if (client === null) {
                    const started = { model, encoder: encoder.bytes, decoder: decoder.bytes };
                    onProgress?.({ stage: "Starting the model", fraction: 0 });
                    client = await SamClient.StartAsync({ ...started, runtime: options.runtime ?? {} }, signal);
                    report(0);
                }
                generated = await client.generateAsync(picture, content, settings, {
                    onProgress: ({ fraction }) => report(fraction),
                    signal,
                });
                masks = generated.masks;
                await cache.writeAsync(key, picture, masks);
            }
            const selected = SelectMasks(view, { masks: resizeMasks(masks, width, height) }, options.quality);
            views.push(selected.viewMasks);
            await onView?.({ index, view, key, generated, ...selected });
        }
        ThrowIfAborted(signal, what);
    } finally {
        client?.dispose();
    }
    onProgress?.({ stage: "Making masks", fraction: 1 });
    return { views };
}

function resizeMasks(masks: readonly Mask[], width: number, height: number): Mask[] {
    return masks.map((mask) => ({ ...mask, region: ResizeMask(mask.region, width, height) }));
}
