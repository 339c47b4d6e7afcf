import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
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

/** The buffers that partLook.wgsl reads. */
export interface PartLookBuffers {
    /** The leaf maps of the meshes that share vertices, see {@link UploadLeafMaps}. */
    readonly umFaces: GpuArray<"u32">;
    /** The colors of the leaves, with marks. */
    readonly umColors: GpuArray<"u32">;
    /** The {@link PartLookSettings}. */
    readonly umSettings: GpuArray<"f32">;
}

/** How a mesh that holds vertices is colored while it shows parts. */
export interface PartLook {
    readonly buffers: PartLookBuffers;
    /** The slot of the mesh or of the instance that is drawn alone, or of thin instances; -1 for none. */
    readonly drawnSlot: number;
}

const shownLooks = new WeakMap<AbstractMesh, PartLook>();

/** Returns how a mesh is colored; null while it looks as without parts. */
export function ShownLook(mesh: AbstractMesh): PartLook | null {
    return shownLooks.get(mesh) ?? null;
}

/** Binds the buffers of a look for the next draw. */
export function BindLook(engine: WebGPUEngine, { buffers }: PartLook): void {
    engine.setStorageBuffer("umFaces", buffers.umFaces.buffer);
    engine.setStorageBuffer("umColors", buffers.umColors.buffer);
    engine.setStorageBuffer("umSettings", buffers.umSettings.buffer);
}

/** Colors a mesh from the next frame on, in place of its previous look. */
export function ShowLook(mesh: AbstractMesh, look: PartLook): void {
    shownLooks.set(mesh, look);
}

/** Ends a look, if it still is that of the mesh. */
export function HideLook(mesh: AbstractMesh, look: PartLook): void {
    if (shownLooks.get(mesh) === look) {
        shownLooks.delete(mesh);
    }
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

/**
 * Uploads the leaf maps of meshes that share vertices: their number; for each, its first word and the number of its
 * faces, those of all thin instances; then their words.
 *
 * @throws UltrametricError "limits" if they are too large for the device
 */
export function UploadLeafMaps(engine: WebGPUEngine, maps: readonly LeafMap[], label: string): GpuArray<"u32"> {
    const header = [maps.length];
    let size = 1 + 2 * maps.length;
    for (const { words, elementCount } of maps) {
        header.push(size, elementCount);
        size += words.length;
    }
    const array = new GpuArray(engine, "u32", [size], { label });
    array.upload(Uint32Array.from(header));
    for (const [m, { words }] of maps.entries()) {
        array.upload(words, header[1 + 2 * m]);
    }
    return array;
}
