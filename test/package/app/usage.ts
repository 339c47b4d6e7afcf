// Compiled, not run: the declarations serve applications written in TypeScript.
import type { Scene } from "@babylonjs/core/scene.js";
import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture.js";
import {
    type Capture,
    CutAtCount,
    LabelLeaves,
    type MaskSet,
    type Part,
    SegmentCaptureAsync,
    UltrametricSegmentation,
} from "babylon-ultrametric";
import { GranularityPanel } from "babylon-ultrametric/ui";

export async function ShowAsync(scene: Scene, texture: AdvancedDynamicTexture, url: string): Promise<Part | null> {
    const segmentation = new UltrametricSegmentation(scene, { granularity: 0.3 });
    await segmentation.loadAsync(url);
    new GranularityPanel(segmentation, texture, { width: 300 });
    return segmentation.pick(1, 2);
}

export async function LabelAsync(capture: Capture, masks: MaskSet): Promise<Uint32Array> {
    const hierarchy = await SegmentCaptureAsync(null, capture, masks);
    return LabelLeaves(CutAtCount(hierarchy.dendrogram("consensus"), 30));
}

// @ts-expect-error: a type that is not "any" tells a text from a scene.
new UltrametricSegmentation("scene");

/** The other entries. */
export type Entries = [
    typeof import("babylon-ultrametric/compute"),
    typeof import("babylon-ultrametric/evaluation"),
    typeof import("babylon-ultrametric/fields"),
    typeof import("babylon-ultrametric/formats"),
    typeof import("babylon-ultrametric/masks"),
    typeof import("babylon-ultrametric/parts"),
];
