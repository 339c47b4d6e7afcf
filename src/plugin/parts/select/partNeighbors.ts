import { KdTree } from "../../../compute/algorithms/kdTree";
import { CutAtCount, LabelLeaves } from "../../../compute/hierarchy/cut/partition";
import { type LeafInterval, SubtractIntervals } from "../model/leafInterval";
import type { PartTree } from "../model/partTree";
import type { Selection } from "../model/selection";

/** The number of nearest leaves that are neighbors of a leaf. */
const NEIGHBOR_COUNT = 8;

/**
 * Grows and shrinks selections by whole parts. Two parts are neighbors if a leaf of one is among the 8 nearest leaves
 * of a leaf of the other. The neighbors of all leaves are computed on first use (0.5 s for 100,000 leaves) and kept.
 */
export class PartNeighbors {
    private _nearest: Int32Array | null = null;

    /** @param positions [n, 3] of the leaves */
    public constructor(private readonly _positions: Float32Array) {}

    /**
     * Returns the parts that a selection grows by: the parts of the cut with `count` parts that are neighbors of
     * selected leaves or partly selected; if there are none, the parents of the selected parts.
     */
    public grown(tree: PartTree, count: number, selection: Selection): LeafInterval[] {
        const { starts, labels, isSelected } = this._cut(tree, count, selection);
        const labelsToAdd = new Set<number>();
        this._forEachBorder(isSelected, (_inside, outside) => labelsToAdd.add(labels[outside]));
        labels.forEach((label, leaf) => {
            if (isSelected[leaf]) {
                labelsToAdd.add(label);
            }
        });
        const parts = [...labelsToAdd].map((p) => ({ start: starts[p], end: starts[p + 1] }));
        if (parts.some((part) => !selection.contains(part))) {
            return parts;
        }
        return selection.intervals.flatMap((interval) => {
            const part = tree.partOfInterval(interval);
            return part?.parent ? [part.parent] : [];
        });
    }

    /**
     * Returns a selection without its outer parts: the parts of the cut with `count` parts that have neighbors outside.
     * If nothing remains, returns the larger child of the largest selected part.
     */
    public shrunk(tree: PartTree, count: number, selection: Selection): LeafInterval[] {
        const { starts, labels, isSelected } = this._cut(tree, count, selection);
        const outer = new Set<number>();
        this._forEachBorder(isSelected, (inside) => outer.add(labels[inside]));
        const remaining = SubtractIntervals(
            selection.intervals,
            [...outer].sort((a, b) => a - b).map((p) => ({ start: starts[p], end: starts[p + 1] })),
        );
        if (remaining.length > 0 && outer.size > 0) {
            return remaining;
        }
        const largest = [...selection.intervals].sort((a, b) => b.end - b.start - (a.end - a.start))[0];
        const part = largest && tree.partOfInterval(largest);
        const child = part?.children.sort((a, b) => b.size - a.size || a.start - b.start)[0];
        return child ? [child] : [...selection.intervals];
    }

    private _cut(
        tree: PartTree,
        count: number,
        selection: Selection,
    ): { starts: Uint32Array; labels: Uint32Array; isSelected: Uint8Array } {
        const partition = CutAtCount(tree.dendrogram, count);
        const isSelected = new Uint8Array(tree.dendrogram.leafCount);
        for (const leaf of selection.leaves(tree.dendrogram.order)) {
            isSelected[leaf] = 1;
        }
        return { starts: partition.starts, labels: LabelLeaves(partition), isSelected };
    }

    private _forEachBorder(isSelected: Uint8Array, visit: (inside: number, outside: number) => void): void {
        this._nearest ??= new KdTree(this._positions).nearest(this._positions, NEIGHBOR_COUNT, true).indices;
        for (let leaf = 0; leaf < isSelected.length; leaf++) {
            for (let k = 0; k < NEIGHBOR_COUNT; k++) {
                const other = this._nearest[NEIGHBOR_COUNT * leaf + k];
                if (other >= 0 && isSelected[leaf] !== isSelected[other]) {
                    visit(isSelected[leaf] ? leaf : other, isSelected[leaf] ? other : leaf);
                }
            }
        }
    }
}
