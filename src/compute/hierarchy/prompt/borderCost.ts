import type { Dendrogram } from "../cut/dendrogram";
import { LeafMoments } from "./leafMoments";
import type { NodeWays, WayNode } from "./nodeWays";
import type { TreeMark, TreePrompt } from "./treePrompt";

export const W = {
    size: 1,
    size0: 0.12,
    sizeW: 1.2,
    stab: 4,
    rel: 0,
    born: 0,
    merged: 0,
    center: 1,
    center0: 1.2,
    root: 3,
    later: 0,
} as Record<string, number>;

/** The input of an answer. */
export interface BorderContext {
    readonly marks: readonly TreeMark[];
    readonly box: Uint32Array | null;
}

export class BorderCost {
    private readonly _moments: LeafMoments;
    public constructor(
        private readonly _dendrogram: Dendrogram,
        private readonly _positions: Float32Array,
        _ways: NodeWays,
    ) {
        this._moments = new LeafMoments(_dendrogram.order, _positions);
    }

    public contextOf(prompt: TreePrompt): BorderContext {
        return prompt;
    }

    public features({ start, end, born, merged }: WayNode, marks: readonly TreeMark[]): Record<string, number> {
        const n = this._dendrogram.leafCount;
        const share = (end - start) / n;
        const up = Math.min(merged, 1.1);
        let center = 0;
        if (end - start > 1) {
            const { x, y, z, variance } = this._moments.spreadOf(start, end);
            let best = Infinity;
            for (const { orderIndex } of marks) {
                const p = 3 * this._dendrogram.order[orderIndex];
                const d = Math.hypot(this._positions[p] - x, this._positions[p + 1] - y, this._positions[p + 2] - z);
                best = Math.min(best, d);
            }
            center = best / Math.sqrt(variance + 1e-12);
        }
        return { ls: Math.log(share), up, born, center };
    }

    public of(node: WayNode, marks: readonly TreeMark[], _context: BorderContext): number {
        const f = this.features(node, marks);
        const s = (f.ls - Math.log(W.size0)) / W.sizeW;
        const c = Math.max(0, f.center - W.center0);
        return (
            W.size * s * s -
            W.stab * (f.up - f.born) -
            W.rel * Math.log(1e-3 + f.up) +
            W.center * c * c +
            (node.merged === Infinity ? W.root : 0) +
            3
        );
    }
}
