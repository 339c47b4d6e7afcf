import type { Part } from "./part";

/**
 * The part that `part` becomes when it is next joined with something that matters: the nearest ancestor with a side of at least `minLeaves`
 * leaves beside it. Null when nothing like that follows.
 */
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
 * The side that holds a leaf where `part` next falls into two sides of at least `minLeaves` leaves each; null when it does not, or when the leaf
 * is part of what crumbles off before.
 *
 * @param leaf of the part
 */
export function DescendPart(part: Part, leaf: number, minLeaves: number): Part | null {
    for (let whole = part; ; ) {
        const children = whole.children;
        const mine = children.find((child) => child.contains(leaf));
        if (!mine || mine.size < minLeaves) {
            return null;
        }
        if (whole.size - mine.size >= minLeaves) {
            return mine;
        }
        whole = mine;
    }
}
