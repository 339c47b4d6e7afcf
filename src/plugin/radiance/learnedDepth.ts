import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { type RunOptions, StageProgress } from "../../compute/base/progress";
import { ThrowIfAborted, UltrametricError } from "../../compute/base/ultrametricError";
import type { RadianceField } from "../../compute/fields/radiance/radianceField";
import {
    type RadianceFieldConfigOptions,
    type RadianceReport,
    TrainRadianceFieldAsync,
} from "../../compute/fields/radiance/radianceFieldTrainer";
import { CreateRadianceViewsAsync } from "../../compute/fields/radiance/radianceViews";
import type { MaskSet } from "../../compute/masks/maskSet";
import type { Capture, View } from "../../compute/views/capture";

/** Options of {@link RenderDepthAsync}. */
export interface RenderDepthOptions extends RunOptions {
    /** The smallest opacity of a pixel that shows a surface. Default 0.9. */
    readonly minOpacity?: number;
}

/** Options of {@link LearnDepthAsync}. */
export interface LearnedDepthOptions extends RadianceFieldConfigOptions, RenderDepthOptions {
    /**
     * The masks of the depth continuity loss (the training's `depthContinuity`): `masks.views[i]` belongs to
     * `capture.views[i]`. Default none.
     */
    readonly masks?: MaskSet;
    /** Called every 50 steps. */
    readonly onReport?: (report: RadianceReport) => void;
}

/** A capture with learned depth, and the radiance field that it was rendered from, which the caller disposes. */
export interface LearnedDepth {
    readonly capture: Capture;
    readonly field: RadianceField;
}

/**
 * Learns the depth of a capture's views from their images and poses: trains a radiance field, and renders its depth in
 * every view.
 *
 * @param capture the depth of its training views is ignored; held-out views keep theirs, and get the field's without
 * any
 * @returns the capture with planar depth in its own units, 0 for rays that do not become opaque
 * @throws UltrametricError "input" for options out of range, and when no pixel becomes opaque; "limits", "gpu",
 * "deviceLost", "aborted"
 */
export async function LearnDepthAsync(
    engine: WebGPUEngine,
    capture: Capture,
    options: LearnedDepthOptions = {},
): Promise<LearnedDepth> {
    const { minOpacity, masks = null, signal, onProgress, onReport, ...config } = options;
    const views = await CreateRadianceViewsAsync(capture, { masks, signal });
    const { field } = await TrainRadianceFieldAsync(engine, views, { ...config, signal, onProgress, onReport });
    try {
        return { capture: await RenderDepthAsync(field, capture, { minOpacity, signal, onProgress }), field };
    } catch (error) {
        field.dispose();
        throw error;
    }
}

/**
 * Renders the depth of a radiance field in the views of its capture; the second half of {@link LearnDepthAsync}.
 *
 * @param field trained on the capture
 * @param capture as for {@link LearnDepthAsync}
 * @throws UltrametricError "input" when no pixel is opaque, "gpu", "deviceLost", "aborted", "disposed"
 */
export async function RenderDepthAsync(
    field: RadianceField,
    capture: Capture,
    { minOpacity = 0.9, signal, onProgress }: RenderDepthOptions = {},
): Promise<Capture> {
    const stage = "Rendering depth";
    const total = capture.views.length + capture.heldOutViews.length;
    let done = 0;
    const withDepthAsync = async (view: View): Promise<View> => {
        ThrowIfAborted(signal, stage);
        const { depth } = await field.renderAsync(view.camera, { minOpacity, color: false, signal });
        onProgress?.(StageProgress("drawDepth", ++done / total));
        return { ...view, depth };
    };
    const views: View[] = [];
    for (const view of capture.views) {
        views.push(await withDepthAsync(view));
    }
    const heldOutViews: View[] = [];
    for (const view of capture.heldOutViews) {
        heldOutViews.push(view.depth === null ? await withDepthAsync(view) : view);
    }
    if (!views.some(({ depth }) => depth!.some((value) => value > 0))) {
        throw new UltrametricError(
            "input",
            `No pixel of the radiance field of "${capture.name}" is opaque, so it shows no surface. ` +
                "Train it for more steps, or check that the poses belong to the images.",
        );
    }
    return { ...capture, views, heldOutViews };
}
