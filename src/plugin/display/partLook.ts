import type { Effect } from "@babylonjs/core/Materials/effect";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
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

/** The input of a binding's shaders, with WebGPU from buffers and with WebGL2 from textures. */
export interface LookStore {
    /** Sets the appearance of all parts. */
    write(settings: PartLookSettings): void;
    /**
     * Uploads the leaf maps of meshes that share vertices, see JoinLeafMaps.
     *
     * @throws UltrametricError "limits" if they are too large for the device
     */
    createFaces(maps: readonly LeafMap[], label: string): LookFaces;
    /** Releases all but the faces. Safe to call again. */
    dispose(): void;
}

/** Leaf maps that a {@link LookStore} has uploaded. */
export interface LookFaces {
    /** Binds the leaf maps, the colors and the settings for the next draw. */
    bind(effect: Effect): void;
    dispose(): void;
}

/** The coloring of a mesh that holds vertices while it shows parts. */
export interface PartLook {
    readonly faces: LookFaces;
    /** The slot of the mesh or of the instance that is drawn alone, or of thin instances; -1 for none. */
    readonly drawnSlot: number;
}

const shownLooks = new WeakMap<AbstractMesh, PartLook>();

/** Returns how a mesh is colored; null while it looks as without parts. */
export function ShownLook(mesh: AbstractMesh): PartLook | null {
    return shownLooks.get(mesh) ?? null;
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

/** Returns the settings in the order in which the shaders read them. */
export function SettingValues(settings: PartLookSettings): Float32Array<ArrayBuffer> {
    const { partShare, lamp, shading, highlight, dimming, outline, outlineColor } = settings;
    return Float32Array.of(partShare, lamp, shading, highlight, dimming, outline, ...outlineColor);
}

/**
 * Returns the words of the leaf maps of meshes that share vertices: their number; for each, its first word and the
 * number of its faces, those of all thin instances; then the maps.
 *
 * @param minLength the length of the array, which is filled with zeros
 */
export function JoinLeafMaps(maps: readonly LeafMap[], minLength = 0): Uint32Array<ArrayBuffer> {
    const header = [maps.length];
    let size = 1 + 2 * maps.length;
    for (const { words, elementCount } of maps) {
        header.push(size, elementCount);
        size += words.length;
    }
    const joined = new Uint32Array(Math.max(size, minLength));
    joined.set(header);
    for (const [m, { words }] of maps.entries()) {
        joined.set(words, header[1 + 2 * m]);
    }
    return joined;
}
