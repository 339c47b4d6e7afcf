import { type LeafInterval, NormalizeIntervals } from "./leafInterval";
import type { PartTree } from "./partTree";

/** Leaves that an edit made one part, whatever the hierarchy says: parts that were merged, or a side of a part that was split. Immutable. */
export interface PartGroup {
    readonly name: string;
    /** Indices of the hierarchy's points: the group stays when granularity or criterion change. */
    readonly leaves: Uint32Array;
}

/** A group as places in the leaf order of a tree: one interval where the tree knows it as a part. */
export function IntervalsOfGroup(tree: PartTree, group: PartGroup): LeafInterval[] {
    return NormalizeIntervals(
        Array.from(group.leaves, (leaf) => {
            const start = tree.placeOf(leaf);
            return { start, end: start + 1 };
        }),
    );
}
