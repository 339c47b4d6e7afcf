import type { IColor3Like } from "@babylonjs/core/Maths/math.like";
import { LEAF_COLOR, type LeafOverrides, PackOverrideColor } from "../model/leafOverrides";
import { LeafEdit } from "./leafEdit";

/** Gives leaves one color. */
export class RecolorEdit extends LeafEdit {
    /** @param color sRGB 0..1; null restores the colors of the leaves' parts */
    public constructor(name: string, overrides: LeafOverrides, leaves: Uint32Array, color: IColor3Like | null) {
        const colorBits = color ? PackOverrideColor(color) : 0;
        super(name, overrides, leaves, (bits) => (bits & ~LEAF_COLOR) | colorBits);
    }
}
