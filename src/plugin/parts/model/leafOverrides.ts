import type { IColor3Like } from "@babylonjs/core/Maths/math.like";
import { Observable } from "@babylonjs/core/Misc/observable";
import { LEAF_HIDDEN, LEAF_RECOLORED, LEAF_SELECTED } from "../../../compute/partColors/leafColors";
import type { LeafInterval } from "./leafInterval";

// Bits of a leaf beside those that PartColors reads.
/** The leaf belongs to a locked part; it cannot be picked. */
export const LEAF_LOCKED = 1 << 27;
/** The leaf was extracted or deleted; it is hidden, too. */
export const LEAF_REMOVED = 1 << 28;
/** The bits that edits set: all but LEAF_SELECTED. */
export const LEAF_EDITS = ~LEAF_SELECTED >>> 0;
/** Leaves with one of these bits cannot be picked. */
export const LEAF_UNPICKABLE = LEAF_HIDDEN | LEAF_LOCKED;
/** The bits of a leaf's own color. */
export const LEAF_COLOR = LEAF_RECOLORED | 0xffffff;

/**
 * The appearance of single leaves, independent of their parts: hidden, recolored, locked, selected. It is stored by
 * leaf, so it stays when the granularity or the criterion changes. Bindings upload it only when it changes.
 */
export class LeafOverrides {
    /** [n] bits LEAF_* above 24 bits of color. Read-only; change it with the methods. */
    public readonly data: Uint32Array<ArrayBuffer>;
    /** Notified once after each change. */
    public readonly onChangedObservable = new Observable<LeafOverrides>();
    private _hasSelection = false;

    public constructor(leafCount: number) {
        this.data = new Uint32Array(leafCount);
    }

    /** True if any leaf has LEAF_SELECTED. */
    public get hasSelection(): boolean {
        return this._hasSelection;
    }

    /** Sets LEAF_SELECTED on the leaves of intervals of a leaf order, and clears it on all others. */
    public select(order: Uint32Array, intervals: readonly LeafInterval[]): void {
        const { data } = this;
        if (this._hasSelection) {
            for (let leaf = 0; leaf < data.length; leaf++) {
                data[leaf] &= ~LEAF_SELECTED;
            }
        }
        for (const { start, end } of intervals) {
            for (let orderIndex = start; orderIndex < end; orderIndex++) {
                data[order[orderIndex]] |= LEAF_SELECTED;
            }
        }
        this._hasSelection = intervals.length > 0;
        this.onChangedObservable.notifyObservers(this);
    }

    /** Returns the bits of leaves, without LEAF_SELECTED. */
    public read(leaves: Uint32Array): Uint32Array<ArrayBuffer> {
        const values = new Uint32Array(leaves.length);
        for (let i = 0; i < leaves.length; i++) {
            values[i] = this.data[leaves[i]] & LEAF_EDITS;
        }
        return values;
    }

    /** Sets the bits of leaves, without LEAF_SELECTED, to values from {@link read}. */
    public write(leaves: Uint32Array, values: Uint32Array): void {
        for (let i = 0; i < leaves.length; i++) {
            const leaf = leaves[i];
            this.data[leaf] = (this.data[leaf] & LEAF_SELECTED) | (values[i] & LEAF_EDITS);
        }
        this.onChangedObservable.notifyObservers(this);
    }

    /** Takes over the bits of other overrides of the same leaves, with some leaves hidden as well. */
    public copyHiding(other: LeafOverrides, leaves: Iterable<number>): void {
        this.data.set(other.data);
        this._hasSelection = other.hasSelection;
        for (const leaf of leaves) {
            this.data[leaf] |= LEAF_HIDDEN;
        }
        this.onChangedObservable.notifyObservers(this);
    }
}

/** Returns a color, sRGB 0..1, as the bits of a recolored leaf. */
export function PackOverrideColor({ r, g, b }: IColor3Like): number {
    const byte = (value: number): number => Math.round(255 * Math.min(Math.max(value, 0), 1));
    return (LEAF_RECOLORED | (byte(b) << 16) | (byte(g) << 8) | byte(r)) >>> 0;
}

/** Returns the bits of a leaf after it is shown; an extracted or deleted leaf stays hidden. */
export function ShowLeaf(bits: number): number {
    return bits & LEAF_REMOVED ? bits : bits & ~LEAF_HIDDEN;
}
