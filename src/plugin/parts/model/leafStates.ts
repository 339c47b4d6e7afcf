import { LEAF_HIDDEN, LEAF_RECOLORED } from "../../../compute/partColors/leafColors";
import type { LeafInterval } from "./leafInterval";
import { LEAF_LOCKED } from "./leafOverrides";

/** The hidden and locked leaves, summed along a leaf order to count intervals in constant time. Immutable. */
export class LeafStates {
    /** [n + 1] the number of hidden leaves before each order index. */
    private readonly _hidden: Uint32Array;
    /** [n + 1] the number of locked leaves before each order index. */
    private readonly _locked: Uint32Array;

    /**
     * @param _order [n] the leaf at each order index
     * @param _data LeafOverrides.data; summed now, and read again for colors
     */
    public constructor(
        private readonly _order: Uint32Array,
        private readonly _data: Uint32Array,
    ) {
        this._hidden = new Uint32Array(_order.length + 1);
        this._locked = new Uint32Array(_order.length + 1);
        for (let orderIndex = 0; orderIndex < _order.length; orderIndex++) {
            const bits = _data[_order[orderIndex]];
            this._hidden[orderIndex + 1] = this._hidden[orderIndex] + (bits & LEAF_HIDDEN ? 1 : 0);
            this._locked[orderIndex + 1] = this._locked[orderIndex] + (bits & LEAF_LOCKED ? 1 : 0);
        }
    }

    /** Returns the number of leaves of an interval that are hidden, extracted or deleted. */
    public hiddenIn({ start, end }: LeafInterval): number {
        return this._hidden[end] - this._hidden[start];
    }

    /** Returns the number of leaves of an interval that are locked. */
    public lockedIn({ start, end }: LeafInterval): number {
        return this._locked[end] - this._locked[start];
    }

    /** Returns the color, sRGB 0..1, that the leaf at an order index was given; null if it has its part's color. */
    public colorAt(orderIndex: number): [number, number, number] | null {
        const bits = this._data[this._order[orderIndex]];
        return bits & LEAF_RECOLORED
            ? [(bits & 255) / 255, ((bits >> 8) & 255) / 255, ((bits >> 16) & 255) / 255]
            : null;
    }
}
