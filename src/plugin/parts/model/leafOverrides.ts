import { Observable } from "@babylonjs/core/Misc/observable";
import { LEAF_HIDDEN, LEAF_RECOLORED, LEAF_SELECTED } from "../../../compute/partColors/leafColors";

/** The leaf belongs to a locked part: it is not picked. Beside the bits that PartColors knows. */
export const LEAF_LOCKED = 1 << 27;
/** The leaf was extracted or deleted, and is hidden for as long. */
export const LEAF_REMOVED = 1 << 28;
/** What edits set; whether a leaf is selected is not one of them. */
export const LEAF_EDITS = ~LEAF_SELECTED >>> 0;
/** Leaves with one of these bits are not picked. */
export const LEAF_UNPICKABLE = LEAF_HIDDEN | LEAF_LOCKED;

/**
 * What single leaves look like whatever part they are in: hidden, recolored, locked, selected. Bindings upload it when it changes, and only then.
 * It is kept by leaf, so that it stays when granularity or criterion change.
 */
export class LeafOverrides {
    /** [n] bits LEAF_* above 24 bits of color. Read it; change it with the methods. */
    public readonly data: Uint32Array<ArrayBuffer>;
    /** Notified once after each change. */
    public readonly onChangedObservable = new Observable<LeafOverrides>();
    private _hasSelection = false;

    public constructor(leafCount: number) {
        this.data = new Uint32Array(leafCount);
    }

    /** Whether leaves are flagged as selected. */
    public get hasSelection(): boolean {
        return this._hasSelection;
    }

    /** Takes the leaves at places of a leaf order as the selected ones, in place of those before. */
    public select(order: Uint32Array, intervals: readonly { readonly start: number; readonly end: number }[]): void {
        const { data } = this;
        if (this._hasSelection) {
            for (let leaf = 0; leaf < data.length; leaf++) {
                data[leaf] &= ~LEAF_SELECTED;
            }
        }
        for (const { start, end } of intervals) {
            for (let place = start; place < end; place++) {
                data[order[place]] |= LEAF_SELECTED;
            }
        }
        this._hasSelection = intervals.length > 0;
        this.onChangedObservable.notifyObservers(this);
    }

    /** The edits of leaves, without whether they are selected. */
    public read(leaves: Uint32Array): Uint32Array<ArrayBuffer> {
        const values = new Uint32Array(leaves.length);
        for (let i = 0; i < leaves.length; i++) {
            values[i] = this.data[leaves[i]] & LEAF_EDITS;
        }
        return values;
    }

    /** Sets the edits of leaves to values as {@link read} gives them. */
    public write(leaves: Uint32Array, values: Uint32Array): void {
        for (let i = 0; i < leaves.length; i++) {
            const leaf = leaves[i];
            this.data[leaf] = (this.data[leaf] & LEAF_SELECTED) | (values[i] & LEAF_EDITS);
        }
        this.onChangedObservable.notifyObservers(this);
    }
}

/** A color, 0..1 sRGB, as the bits of a recolored leaf. */
export function PackOverrideColor(color: { r: number; g: number; b: number }): number {
    const byte = (value: number): number => Math.round(255 * Math.min(Math.max(value, 0), 1));
    return (LEAF_RECOLORED | (byte(color.b) << 16) | (byte(color.g) << 8) | byte(color.r)) >>> 0;
}

/** The bits of a leaf that is shown again; one that was extracted or deleted stays hidden. */
export function Shown(bits: number): number {
    return bits & LEAF_REMOVED ? bits : bits & ~LEAF_HIDDEN;
}
