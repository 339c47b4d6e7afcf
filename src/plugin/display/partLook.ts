import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { GpuArray } from "../../compute/gpu/gpuArray";
import type { LeafMap } from "./leafMap";

/** How leaves look on meshes; the numbers are 0..1. */
export interface PartLookSettings {
    /** How much of the parts' colors shows over the surface's own. */
    readonly partShare: number;
    /** How far the parts' colors take on the light of a lamp at the eye. */
    readonly lamp: number;
    /** How far the parts' colors take on the light and shade of the surface. */
    readonly shading: number;
    readonly highlight: number;
    readonly dimming: number;
    /** Width of outlines in pixels; 0 for none. */
    readonly outline: number;
    /** sRGB. */
    readonly outlineColor: readonly [number, number, number];
}

/** The buffers that partLook.wgsl reads, for one mesh. */
export interface PartLookBuffers {
    readonly umFaces: GpuArray<"u32">;
    readonly umColors: GpuArray<"u32">;
    readonly umSettings: GpuArray<"f32">;
}

const SETTINGS = 9;

/** The buffer of settings, which {@link WriteSettings} fills. */
export function CreateSettings(engine: WebGPUEngine): GpuArray<"f32"> {
    return new GpuArray(engine, "f32", [SETTINGS], { label: "look of parts" });
}

/** Writes settings where the shaders read them. */
export function WriteSettings(to: GpuArray<"f32">, settings: PartLookSettings): void {
    const { partShare, lamp, shading, highlight, dimming, outline, outlineColor } = settings;
    to.upload(Float32Array.of(partShare, lamp, shading, highlight, dimming, outline, ...outlineColor));
}

/** The buffer of a leaf map. @throws UltrametricError "limits" when it is too large for the device */
export function UploadLeafMap(engine: WebGPUEngine, { words }: LeafMap, label: string): GpuArray<"u32"> {
    return GpuArray.From(engine, "u32", words, [words.length], { label });
}
