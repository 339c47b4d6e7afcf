import type { Part } from "./part";

/** Returns the nearest ancestor that a merge with at least `minLeaves` leaves beside `part` makes; null for none. */
export function ClimbPart(part: Part, minLeaves: number): Part | null {
    let below = part;
    for (let above = below.parent; above; above = above.parent) {
        if (above.size - below.size >= minLeaves) {
            return above;
        }
        below = above;
    }
    return null;
}

/**
 * Returns the side that holds a leaf at the next split of `part` into two sides of at least `minLeaves` leaves each.
 *
 * @param leaf of the part
 * @returns null if there is no such split, or if the leaf belongs to a small fragment that splits off before
 */
export function DescendPart(part: Part, leaf: number, minLeaves: number): Part | null {
    for (let whole = part; ; ) {
        const side = whole.children.find((child) => child.contains(leaf));
        if (!side || side.size < minLeaves) {
            return null;
        }
        if (whole.size - side.size >= minLeaves) {
            return side;
        }
        whole = side;
    }
}

/**
 * Returns the smaller side at the next split of `part` into two sides of at least `minLeaves` leaves each; of two
 * equal sides, the later one in the leaf order. Null if there is no such split.
 */
export function SmallerSideOfSplit(part: Part, minLeaves: number): Part | null {
    for (let whole: Part | undefined = part; whole; ) {
        const [small, large]: Part[] = whole.children.sort((a, b) => a.size - b.size || b.start - a.start);
        if (small && small.size >= minLeaves) {
            return small;
        }
        whole = large;
    }
    return null;
}
