import type { LeafOverrides } from "../model/leafOverrides";
import type { EditCommand } from "./editCommand";

/** An edit of the bits of leaves; see LeafOverrides. */
export class LeafEdit implements EditCommand {
    /** The leaves whose bits change. */
    private readonly _leaves: Uint32Array;
    private readonly _before: Uint32Array;
    private readonly _after: Uint32Array;

    /** @param change returns the new bits of a leaf */
    public constructor(
        public readonly name: string,
        private readonly _overrides: LeafOverrides,
        leaves: Uint32Array,
        change: (bits: number, leaf: number) => number,
    ) {
        const bits = _overrides.read(leaves);
        const changed = new Uint32Array(leaves.length);
        const before = new Uint32Array(leaves.length);
        const after = new Uint32Array(leaves.length);
        let count = 0;
        for (let i = 0; i < leaves.length; i++) {
            const value = change(bits[i], leaves[i]) >>> 0;
            if (value !== bits[i]) {
                changed[count] = leaves[i];
                before[count] = bits[i];
                after[count++] = value;
            }
        }
        // A copy, so that the history does not keep long arrays of few changes.
        [this._leaves, this._before, this._after] = [changed, before, after].map((values) =>
            count < values.length ? values.slice(0, count) : values,
        );
    }

    /** True if the edit changes nothing. */
    public get isEmpty(): boolean {
        return this._leaves.length === 0;
    }

    public apply(): void {
        this._write(this._after);
    }

    public revert(): void {
        this._write(this._before);
    }

    private _write(bits: Uint32Array): void {
        if (!this.isEmpty) {
            this._overrides.write(this._leaves, bits);
        }
    }
}
