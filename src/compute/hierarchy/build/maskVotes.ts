import type { EdgeList } from "../../algorithms/edgeList";
import { UNSEEN, type ViewObservation } from "./observations";

const BLOCK = 4096;
/** Pairs of cells whose share is remembered, for each view. A power of 2. */
const REMEMBERED = 4096;

/**
 * How much the masks of all views want to part the two ends of each edge: of the masks that hold at least one end, the
 * share that holds exactly one; mean over the views that see both ends and have such a mask. Needs no training.
 *
 * @returns [m] 0..1; 0 where no view says anything
 */
export function VoteEdges(edges: EdgeList, observations: readonly ViewObservation[]): Float32Array {
    const count = edges.from.length;
    const total = new Float32Array(count);
    const views = new Uint16Array(count);
    const voters = observations.map((observation) => new ViewVoter(observation));
    // Edges that are near in the list are near in space: a block and what the views say about it stay in the cache.
    for (let begin = 0; begin < count; begin += BLOCK) {
        for (const voter of voters) {
            voter.vote(edges, begin, Math.min(begin + BLOCK, count), total, views);
        }
    }
    for (let e = 0; e < count; e++) {
        total[e] /= Math.max(views[e], 1);
    }
    return total;
}

/** One view's votes. Many edges cross the same border of cells: what was reckoned for a pair of cells is kept until another pair needs its place. */
class ViewVoter {
    private readonly _pairs = new Uint32Array(REMEMBERED);
    private readonly _shares = new Float64Array(REMEMBERED);

    public constructor(private readonly _observation: ViewObservation) {}

    /** Adds the votes on a run of edges. */
    public vote({ from, to }: EdgeList, begin: number, end: number, total: Float32Array, views: Uint16Array): void {
        const { cells } = this._observation;
        for (let e = begin; e < end; e++) {
            const a = cells[from[e]];
            const b = cells[to[e]];
            if (a === b) {
                // The same masks hold both, or none does: cell 0 is the pixels outside all masks.
                if (a !== UNSEEN && a !== 0) {
                    views[e]++;
                }
            } else if (a !== UNSEEN && b !== UNSEEN) {
                total[e] += this._shareOf(a, b);
                views[e]++;
            }
        }
    }

    private _shareOf(a: number, b: number): number {
        const pair = a * 0x10000 + b; // never 0, as a and b differ
        const place = (a * 61 + b) & (REMEMBERED - 1);
        if (this._pairs[place] !== pair) {
            const { arrangement, confidence } = this._observation;
            const { cellStart, cellMasks } = arrangement;
            this._pairs[place] = pair;
            this._shares[place] = shareApart(
                cellMasks,
                cellStart[a],
                cellStart[a + 1],
                cellStart[b],
                cellStart[b + 1],
                confidence,
            );
        }
        return this._shares[place];
    }
}

/** Of the union of two ascending runs of masks, the share (by confidence) that stands in one run only. */
function shareApart(
    masks: Uint32Array,
    i: number,
    iEnd: number,
    j: number,
    jEnd: number,
    confidence: Float32Array,
): number {
    let apart = 0;
    let all = 0;
    while (i < iEnd || j < jEnd) {
        const a = i < iEnd ? masks[i] : Number.POSITIVE_INFINITY;
        const b = j < jEnd ? masks[j] : Number.POSITIVE_INFINITY;
        const weight = confidence[Math.min(a, b)];
        all += weight;
        if (a === b) {
            i++;
            j++;
        } else {
            apart += weight;
            if (a < b) {
                i++;
            } else {
                j++;
            }
        }
    }
    return all > 0 ? apart / all : 0;
}

/** Averages an edge's vote with the mean vote of its two ends' edges -> [m]. */
export function SmoothVotes(votes: Float32Array, edges: EdgeList): Float32Array {
    const { from, to, vertexCount } = edges;
    const sum = new Float64Array(vertexCount);
    const degree = new Uint32Array(vertexCount);
    for (let e = 0; e < votes.length; e++) {
        sum[from[e]] += votes[e];
        sum[to[e]] += votes[e];
        degree[from[e]]++;
        degree[to[e]]++;
    }
    for (let v = 0; v < vertexCount; v++) {
        sum[v] /= Math.max(degree[v], 1);
    }
    return votes.map((vote, e) => (vote + (sum[from[e]] + sum[to[e]]) / 2) / 2);
}
