import { LEAF_LOCKED, type LeafOverrides } from "../model/leafOverrides";
import { LeafEdit } from "./leafEdit";

/** Locks or unlocks leaves. */
export class LockEdit extends LeafEdit {
    public constructor(name: string, overrides: LeafOverrides, leaves: Uint32Array, isLocked: boolean) {
        super(name, overrides, leaves, (bits) => (isLocked ? bits | LEAF_LOCKED : bits & ~LEAF_LOCKED));
    }
}
