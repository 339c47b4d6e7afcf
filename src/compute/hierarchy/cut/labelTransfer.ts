import type { KdTree } from "../../algorithms/kdTree";
import { LabelLeaves, type Partition, RankPartsBySize } from "./partition";

/** Options of {@link LabelTransfer}. */
export interface LabelTransferOptions {
    /** Number of nearest leaves that vote (paper, supplement A.1: k_query). Default 5. */
    readonly neighbors?: number;
    /** Number of the largest parts that are used as labels (paper: N). Default 200. */
    readonly keepLargest?: number;
    /**
     * Distance of the nearest leaf beyond which a point is unlabeled (paper: d), unit of the positions. Default
     * Infinity.
     */
    readonly maxDistance?: number;
}

/** Label of a point that belongs to no part. */
export const UNLABELED = -1;

/**
 * Transfers cuts of a hierarchy to other points, such as the pixels of a view: each point takes the most frequent part
 * among its nearest leaves (paper, section 4.2). The neighbors are found once and serve every cut.
 */
export class LabelTransfer {
    private readonly _neighbors: Int32Array;
    private readonly _k: number;
    private readonly _keepLargest: number;
    private readonly _tooFar: Uint8Array;

    /**
     * @param tree of the leaves' positions
     * @param queries [q, 3] positions in the same frame
     */
    public constructor(tree: KdTree, queries: Float32Array, options: LabelTransferOptions = {}) {
        this._k = Math.min(options.neighbors ?? 5, tree.count);
        this._keepLargest = options.keepLargest ?? 200;
        const maxDistance = options.maxDistance ?? Number.POSITIVE_INFINITY;
        const { indices, squaredDistances } = tree.nearest(queries, this._k);
        this._neighbors = indices;
        this._tooFar = new Uint8Array(queries.length / 3);
        for (let q = 0; q < this._tooFar.length; q++) {
            this._tooFar[q] = squaredDistances[q * this._k] > maxDistance * maxDistance ? 1 : 0;
        }
    }

    /** Number of query points. */
    public get count(): number {
        return this._tooFar.length;
    }

    /**
     * Returns the part of each query as its rank by size, 0 = largest -> [q]; UNLABELED if the most frequent part is
     * not one of the largest. In a tie UNLABELED precedes the larger part.
     */
    public label(partition: Partition): Int32Array {
        const ranks = RankPartsBySize(partition, this._keepLargest);
        const parts = LabelLeaves(partition);
        const labels = new Int32Array(parts.length);
        // Int32Array.from with a function takes ten times as long.
        for (let leaf = 0; leaf < labels.length; leaf++) {
            labels[leaf] = ranks[parts[leaf]];
        }
        return this.labelAs(labels);
    }

    /**
     * Returns the most frequent label among the nearest leaves of each query -> [q]; UNLABELED if they are too far. In
     * a tie the smaller label.
     *
     * @param leafLabels [leaves]
     */
    public labelAs(leafLabels: Int32Array): Int32Array {
        const labels = new Int32Array(this.count);
        const votes = new Int32Array(this._k);
        for (let q = 0; q < labels.length; q++) {
            if (this._tooFar[q] === 1 || this._k === 0) {
                labels[q] = UNLABELED;
                continue;
            }
            for (let j = 0; j < this._k; j++) {
                votes[j] = leafLabels[this._neighbors[q * this._k + j]];
            }
            labels[q] = mostFrequent(votes);
        }
        return labels;
    }
}

/** Returns the most frequent value; in a tie the smallest. */
function mostFrequent(values: Int32Array): number {
    let best = values[0];
    let bestCount = 0;
    for (let i = 0; i < values.length; i++) {
        let count = 0;
        for (let j = 0; j < values.length; j++) {
            count += values[j] === values[i] ? 1 : 0;
        }
        if (count > bestCount || (count === bestCount && values[i] < best)) {
            best = values[i];
            bestCount = count;
        }
    }
    return best;
}
