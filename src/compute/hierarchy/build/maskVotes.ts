import type { EdgeList } from "../../algorithms/edgeList";
import { UNSEEN, type ViewObservation } from "./observations";

/** Runs of edges per block. */
const BLOCK_SIZE = 512;
/** Entries of each view's cache of cell pairs, a power of 2. */
const CACHE_SIZE = 4096;

/**
 * Lets the masks of all views vote on each edge: the vote of a view is the share of masks that hold exactly one end,
 * among those that hold at least one. The result is the mean over the views that see both ends and have such a mask.
 *
 * @returns [m] 0..1; 0 without votes
 */
export function VoteEdges(edges: EdgeList, observations: readonly ViewObservation[]): Float32Array {
    const count = edges.from.length;
    const total = new Float32Array(count);
    const views = new Uint16Array(count);
    const voters = observations.map((observation) => new ViewVoter(observation));
    const runs = findRuns(edges.from);
    // Consecutive edges are near in space, so the cells of a block's points stay in the processor's cache.
    for (let begin = 0, last = runs.length - 1; begin < last; begin += BLOCK_SIZE) {
        for (const voter of voters) {
            voter.vote(edges, runs, begin, Math.min(begin + BLOCK_SIZE, last), total, views);
        }
    }
    for (let e = 0; e < count; e++) {
        total[e] /= Math.max(views[e], 1);
    }
    return total;
}

/** Returns the first edges of the runs of edges with the same lower vertex, and the number of edges. */
function findRuns(from: Uint32Array): Uint32Array {
    const isFirst = (e: number): boolean => e === 0 || from[e] !== from[e - 1];
    let count = 0;
    for (let e = 0; e < from.length; e++) {
        count += isFirst(e) ? 1 : 0;
    }
    const runs = new Uint32Array(count + 1);
    for (let e = 0, run = 0; e < from.length; e++) {
        if (isFirst(e)) {
            runs[run++] = e;
        }
    }
    runs[count] = from.length;
    return runs;
}

/** The votes of one view. Many edges cross the same border of cells, so the shares of pairs of cells are cached. */
class ViewVoter {
    private readonly _pairs = new Uint32Array(CACHE_SIZE);
    private readonly _shares = new Float64Array(CACHE_SIZE);

    public constructor(private readonly _observation: ViewObservation) {}

    /** Adds the votes on the edges of a range of runs. */
    public vote(
        { from, to }: EdgeList,
        runs: Uint32Array,
        begin: number,
        end: number,
        total: Float32Array,
        views: Uint16Array,
    ): void {
        const { cells } = this._observation;
        for (let run = begin; run < end; run++) {
            const a = cells[from[runs[run]]];
            if (a === UNSEEN) {
                continue;
            }
            for (let e = runs[run]; e < runs[run + 1]; e++) {
                const b = cells[to[e]];
                if (a === b) {
                    // The same masks hold both ends. Cell 0 is outside all masks and does not vote.
                    views[e] += a === 0 ? 0 : 1;
                } else if (b !== UNSEEN) {
                    total[e] += this._separatingShare(a, b);
                    views[e]++;
                }
            }
        }
    }

    private _separatingShare(a: number, b: number): number {
        const pair = a * 0x10000 + b; // never 0, because a and b differ
        const slot = (a * 61 + b) & (CACHE_SIZE - 1);
        if (this._pairs[slot] !== pair) {
            const { arrangement, confidence } = this._observation;
            const { cellStart, cellMasks } = arrangement;
            this._pairs[slot] = pair;
            this._shares[slot] = differingShare(
                cellMasks,
                cellStart[a],
                cellStart[a + 1],
                cellStart[b],
                cellStart[b + 1],
                confidence,
            );
        }
        return this._shares[slot];
    }
}

/** Returns the share, by confidence, of the union of two ascending lists of masks that is in one list only. */
function differingShare(
    masks: Uint32Array,
    i: number,
    iEnd: number,
    j: number,
    jEnd: number,
    confidence: Float32Array,
): number {
    let differing = 0;
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
            differing += weight;
            if (a < b) {
                i++;
            } else {
                j++;
            }
        }
    }
    return all > 0 ? differing / all : 0;
}

/** Smooths votes: averages each edge's vote with the mean vote of the edges at its two ends -> [m]. */
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
