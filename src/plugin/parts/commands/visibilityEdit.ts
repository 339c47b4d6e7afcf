import { LEAF_HIDDEN } from "../../../compute/partColors/leafColors";
import { type LeafOverrides, ShowLeaf } from "../model/leafOverrides";
import { LeafEdit } from "./leafEdit";

/** Hides, shows or isolates leaves. Extracted and deleted leaves stay hidden. */
export class VisibilityEdit extends LeafEdit {
    /** @param isShown whether a leaf is shown after the edit */
    public constructor(
        name: string,
        overrides: LeafOverrides,
        leaves: Uint32Array,
        isShown: (leaf: number) => boolean,
    ) {
        super(name, overrides, leaves, (bits, leaf) => (isShown(leaf) ? ShowLeaf(bits) : bits | LEAF_HIDDEN));
    }
}
