import { type LeafInterval, NormalizeIntervals } from "./leafInterval";
import type { PartTree } from "./partTree";

/** Leaves that an edit made one part, independent of the hierarchy: merged parts, or a side of a split. Immutable. */
export interface PartGroup {
    readonly name: string;
    /** Indices of the hierarchy's points, so the group stays when the granularity or the criterion changes. */
    readonly leaves: Uint32Array;
}

/** The groups of a hierarchy. A leaf is in one group at most. */
export class PartGroups {
    private _all: readonly PartGroup[] = [];
    private _groupOfLeaf: Int32Array | null = null;
    private readonly _intervals = new WeakMap<PartGroup, { tree: PartTree; intervals: LeafInterval[] }>();

    public constructor(private readonly _leafCount: number) {}

    /** All groups; setting them replaces the previous ones. */
    public get all(): readonly PartGroup[] {
        return this._all;
    }

    public set all(groups: readonly PartGroup[]) {
        this._all = groups;
        this._groupOfLeaf = null;
    }

    /** Returns the group of a leaf; null for none. */
    public groupOf(leaf: number): PartGroup | null {
        if (!this._groupOfLeaf) {
            this._groupOfLeaf = new Int32Array(this._leafCount).fill(-1);
            for (const [g, { leaves }] of this._all.entries()) {
                for (const member of leaves) {
                    this._groupOfLeaf[member] = g;
                }
            }
        }
        return this._all[this._groupOfLeaf[leaf]] ?? null;
    }

    /** Returns the intervals of a group in the leaf order of a tree. */
    public intervalsOf(group: PartGroup, tree: PartTree): LeafInterval[] {
        let cached = this._intervals.get(group);
        if (cached?.tree !== tree) {
            const intervals = Array.from(group.leaves, (leaf) => {
                const start = tree.orderIndexOf(leaf);
                return { start, end: start + 1 };
            });
            cached = { tree, intervals: NormalizeIntervals(intervals) };
            this._intervals.set(group, cached);
        }
        return cached.intervals.slice();
    }

    /** Returns the groups with some more, which take their leaves from the other groups. */
    public with(added: readonly PartGroup[]): PartGroup[] {
        const isTaken = new Set(added.flatMap(({ leaves }) => [...leaves]));
        const others = this._all.flatMap((group) => {
            const leaves = group.leaves.filter((leaf) => !isTaken.has(leaf));
            if (leaves.length === group.leaves.length) {
                return [group];
            }
            return leaves.length > 0 ? [{ ...group, leaves }] : [];
        });
        return [...others, ...added];
    }
}
