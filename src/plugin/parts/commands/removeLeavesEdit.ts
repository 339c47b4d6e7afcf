import { LEAF_HIDDEN } from "../../../compute/partColors/leafColors";
import { LEAF_REMOVED, type LeafOverrides } from "../model/leafOverrides";
import { LeafEdit } from "./leafEdit";

/** Removes leaves that are deleted or extracted. */
export class RemoveLeavesEdit extends LeafEdit {
    public constructor(name: string, overrides: LeafOverrides, leaves: Uint32Array) {
        super(name, overrides, leaves, (bits) => bits | LEAF_HIDDEN | LEAF_REMOVED);
    }
}
