import { LEAF_HIDDEN, LEAF_RECOLORED } from "../../../compute/partColors/leafColors";
import type { LeafInterval } from "./leafInterval";
import { LEAF_LOCKED } from "./leafOverrides";

/** What edits did to the leaves, summed along a leaf order: for an interval of any length it is known at once. Immutable. */
export class LeafStates {
    /** [n + 1] hidden leaves before each place; so with locked ones. */
    private readonly _hidden: Uint32Array;
    private readonly _locked: Uint32Array;

    /**
     * @param order leaf at each place
     * @param data of LeafOverrides, which is read now and when colors are asked for
     */
    public constructor(
        private readonly _order: Uint32Array,
        private readonly _data: Uint32Array,
    ) {
        this._hidden = new Uint32Array(_order.length + 1);
        this._locked = new Uint32Array(_order.length + 1);
        for (let place = 0; place < _order.length; place++) {
            const bits = _data[_order[place]];
            this._hidden[place + 1] = this._hidden[place] + (bits & LEAF_HIDDEN ? 1 : 0);
            this._locked[place + 1] = this._locked[place] + (bits & LEAF_LOCKED ? 1 : 0);
        }
    }

    /** Number of leaves of an interval that are hidden, extracted or deleted. */
    public hiddenIn({ start, end }: LeafInterval): number {
        return this._hidden[end] - this._hidden[start];
    }

    /** Number of leaves of an interval that are locked. */
    public lockedIn({ start, end }: LeafInterval): number {
        return this._locked[end] - this._locked[start];
    }

    /** sRGB 0..1 that the leaf at a place was given; null where it has its part's color. */
    public colorAt(place: number): [number, number, number] | null {
        const bits = this._data[this._order[place]];
        return bits & LEAF_RECOLORED
            ? [(bits & 255) / 255, ((bits >> 8) & 255) / 255, ((bits >> 16) & 255) / 255]
            : null;
    }
}
