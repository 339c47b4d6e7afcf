import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { RunOptions } from "../../compute/base/progress";
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

/** How a field's depth is drawn. */
export interface DepthDrawingOptions extends RunOptions {
    /** A pixel whose ray is less opaque than this shows no surface. Default 0.9. */
    readonly minOpacity?: number;
}

/** Options of {@link LearnDepthAsync}. */
export interface LearnedDepthOptions extends RadianceFieldConfigOptions, DepthDrawingOptions {
    /** For the depth continuity loss (the training's `depthContinuity`): `masks.views[i]` belongs to `capture.views[i]`. Default: none. */
    readonly masks?: MaskSet;
    /** Called every 50 steps. */
    readonly onReport?: (report: RadianceReport) => void;
}

/** A capture whose depth was learned, and what learned it, which belongs to the caller. */
export interface LearnedDepth {
    readonly capture: Capture;
    readonly field: RadianceField;
}

/**
 * Gives the views of a capture depth, from their pictures and poses alone: a radiance field is trained, and drawn from where the views were taken.
 *
 * @param capture depth that its training views have is passed over; held-out views keep theirs, and get the field's where they have none
 * @returns the capture with planar depth in its own units, 0 where a ray meets nothing for certain
 * @throws UltrametricError "input" for options out of range and where nothing became opaque, "limits", "gpu", "deviceLost", "aborted"
 */
export async function LearnDepthAsync(
    engine: WebGPUEngine,
    capture: Capture,
    options: LearnedDepthOptions = {},
): Promise<LearnedDepth> {
    const { minOpacity, masks = null, signal, onProgress, onReport, ...recipe } = options;
    const views = await CreateRadianceViewsAsync(capture, { masks }, signal);
    const { field } = await TrainRadianceFieldAsync(engine, views, recipe, {
        signal,
        onProgress,
        onReport,
    });
    try {
        return { capture: await DrawDepthAsync(field, capture, { minOpacity, signal, onProgress }), field };
    } catch (error) {
        field.dispose();
        throw error;
    }
}

/**
 * Gives the views of a capture the depth that a radiance field shows from where they were taken; the second half of {@link LearnDepthAsync}.
 *
 * @param field trained on the capture
 * @param capture as for {@link LearnDepthAsync}
 * @throws UltrametricError "input" where nothing is opaque, "gpu", "deviceLost", "aborted", "disposed"
 */
export async function DrawDepthAsync(
    field: RadianceField,
    capture: Capture,
    { minOpacity = 0.9, signal, onProgress }: DepthDrawingOptions = {},
): Promise<Capture> {
    const stage = "Drawing the depth of views";
    const total = capture.views.length + capture.heldOutViews.length;
    let done = 0;
    const withDepthAsync = async (view: View): Promise<View> => {
        ThrowIfAborted(signal, stage);
        const { depth } = await field.renderAsync(view.camera, { minOpacity, color: false, signal });
        onProgress?.({ stage, fraction: ++done / total });
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
            `The radiance field of "${capture.name}" became nowhere opaque, so it shows no surface. Train it for more steps, or check that ` +
                "the poses belong to the pictures.",
        );
    }
    return { ...capture, views, heldOutViews };
}
