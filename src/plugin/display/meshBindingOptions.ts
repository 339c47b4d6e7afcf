import { DEFAULT_LEAF_DISPLAY_OPTIONS, type LeafDisplayOptions } from "./leafDisplay";

/** Options of MeshBinding. */
export interface MeshBindingOptions extends LeafDisplayOptions {
    /**
     * The share of a lamp at the camera in the shading of the parts' colors in mode "parts", 0..1; it shows the shape.
     * Default 0.7.
     */
    lamp: number;
    /** The width of the outline of hovered and selected parts, in pixels; 0 for none. Default 2. */
    outline: number;
    /** The color of the outline, sRGB 0..1. Default white. */
    outlineColor: readonly [number, number, number];
    /** True if the parts are shown at first. Default true. */
    isShown: boolean;
}

/** The defaults of {@link MeshBindingOptions}. */
export const DEFAULT_MESH_BINDING_OPTIONS: Readonly<MeshBindingOptions> = {
    ...DEFAULT_LEAF_DISPLAY_OPTIONS,
    lamp: 0.7,
    outline: 2,
    outlineColor: [1, 1, 1],
    isShown: true,
};
