import type { LeafOverrides } from "../model/leafOverrides";
import { LeafEdit } from "./leafEdit";

/** Sets some bits of leaves to saved ones. */
export class RestoreLeavesEdit extends LeafEdit {
    /**
     * @param saved [n] the saved bits of all leaves
     * @param mask the bits that are set
     */
    public constructor(name: string, overrides: LeafOverrides, leaves: Uint32Array, saved: Uint32Array, mask: number) {
        super(name, overrides, leaves, (bits, leaf) => (bits & ~mask) | (saved[leaf] & mask));
    }
}
