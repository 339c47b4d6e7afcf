import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { GpuArray } from "../../compute/gpu/gpuArray";
import type { LeafMap } from "./leafMap";

/** The appearance of parts on meshes; numbers are 0..1 unless noted. */
export interface PartLookSettings {
    /** The share of the parts' colors over the surface's own color. */
    readonly partShare: number;
    /** The share of a lamp at the camera in the shading of the parts' colors. */
    readonly lamp: number;
    /** The share of the surface's brightness in the shading of the parts' colors. */
    readonly shading: number;
    /** The share of white in the color of the hovered part. */
    readonly highlight: number;
    /** The share of dark gray in the colors of all but the selected part. */
    readonly dimming: number;
    /** The width of outlines in pixels; 0 for none. */
    readonly outline: number;
    /** The color of outlines, sRGB. */
    readonly outlineColor: readonly [number, number, number];
}

/** The buffers that partLook.wgsl reads for one mesh. */
export interface PartLookBuffers {
    /** The mesh's leaf map. */
    readonly umFaces: GpuArray<"u32">;
    /** The colors of the leaves, with marks. */
    readonly umColors: GpuArray<"u32">;
    /** The {@link PartLookSettings}. */
    readonly umSettings: GpuArray<"f32">;
}

const SETTING_COUNT = 9;

/** Creates the buffer of settings, which {@link WriteSettings} fills. */
export function CreateSettings(engine: WebGPUEngine): GpuArray<"f32"> {
    return new GpuArray(engine, "f32", [SETTING_COUNT], { label: "look of parts" });
}

/** Writes settings into the buffer that the shaders read. */
export function WriteSettings(buffer: GpuArray<"f32">, settings: PartLookSettings): void {
    const { partShare, lamp, shading, highlight, dimming, outline, outlineColor } = settings;
    buffer.upload(Float32Array.of(partShare, lamp, shading, highlight, dimming, outline, ...outlineColor));
}

/** Uploads a leaf map. @throws UltrametricError "limits" if it is too large for the device */
export function UploadLeafMap(engine: WebGPUEngine, { words }: LeafMap, label: string): GpuArray<"u32"> {
    return GpuArray.From(engine, "u32", words, [words.length], { label });
}
