import type { CartesianTree } from "../../../compute/hierarchy/cut/cartesianTree";
import type { LeafInterval } from "../model/leafInterval";

/** A part of the tree is taken whole from this share of its seen leaves inside on, and not at all up to the rest. */
const WHOLE_SHARE = 0.9;
/** An unseen part follows its sibling in the tree if it has at most this many times its leaves. */
const MOST_UNSEEN = 2;

/** The evidence of views and of the tree about leaves, by order index. */
export interface SeenLeaves {
    /** [n] above 0: views show the leaf inside; below 0: outside; 0: no view shows it. */
    readonly votes: Float32Array;
    /** [n] 1 for leaves that the tree's own answer holds; null if it contradicts the views. */
    readonly fromTree: Uint8Array | null;
    /** Order indices that are inside, and that are not, whatever else is said. */
    readonly clicks: readonly { readonly orderIndex: number; readonly isPositive: boolean }[];
}

/**
 * Completes a set of leaves that is known where views show it: a part of the tree whose seen leaves are mostly inside
 * is inside with its other sides, and where a part is mixed, its two sides are looked at. So the set has borders of the
 * tree where there are any, and those of the views elsewhere.
 *
 * @returns disjoint intervals, ascending
 */
export function CompleteSeenSet(tree: CartesianTree, { votes, fromTree, clicks }: SeenLeaves): LeafInterval[] {
    const count = votes.length;
    // Sums up to each order index: of the leaves seen, and of those inside.
    const seen = new Float64Array(count + 1);
    const inside = new Float64Array(count + 1);
    for (let i = 0; i < count; i++) {
        seen[i + 1] = seen[i] + Math.abs(votes[i]);
        inside[i + 1] = inside[i] + Math.max(votes[i], 0);
    }
    const intervals: { start: number; end: number }[] = [];
    const take = (start: number, end: number): void => {
        const last = intervals[intervals.length - 1];
        if (last?.end === start) {
            last.end = end;
        } else {
            intervals.push({ start, end });
        }
    };
    interface Node {
        readonly gap: number;
        readonly start: number;
        readonly end: number;
        /** True if it is inside if no view shows it. */
        readonly isInside: boolean;
    }
    // A stack of its own: the tree may be as deep as it has leaves. The first order index is on top.
    const stack: Node[] = [];
    for (let i = tree.roots.length - 1; i >= 0; i--) {
        stack.push({ ...tree.roots[i], isInside: false });
    }
    for (let node = stack.pop(); node; node = stack.pop()) {
        const { gap, start, end } = node;
        const all = seen[end] - seen[start];
        const share = all > 0 ? (inside[end] - inside[start]) / all : Number(node.isInside);
        const within = clicks.filter(({ orderIndex }) => orderIndex >= start && orderIndex < end);
        const isWhole =
            gap < 0 ||
            ((share >= WHOLE_SHARE || share <= 1 - WHOLE_SHARE) &&
                within.every(({ isPositive }) => isPositive === share > 0.5));
        if (isWhole) {
            if (gap < 0 && within.length > 0 ? within[0].isPositive : share > 0.5) {
                take(start, end);
            }
            continue;
        }
        const sides = [
            { gap: tree.left[gap], start, end: gap },
            { gap: tree.right[gap], start: gap, end },
        ];
        for (const i of [1, 0]) {
            const side = sides[i];
            const other = sides[1 - i];
            const otherSeen = seen[other.end] - seen[other.start];
            const isInside =
                fromTree?.[side.start] === 1 ||
                (otherSeen > 0 &&
                    inside[other.end] - inside[other.start] > otherSeen / 2 &&
                    side.end - side.start <= MOST_UNSEEN * (other.end - other.start));
            stack.push({ ...side, isInside });
        }
    }
    return intervals;
}
