import type { EdgeList } from "../../algorithms/edgeList";
import { UnionFind } from "../../algorithms/unionFind";
import { NEVER_MERGED } from "../cut/dendrogram";
import type { MergeRanks } from "./mergeRanks";

/**
 * Moves all but the largest connected piece of some regions to the adjacent region that merges with it first.
 *
 * @param region [n] region of each vertex; changed in place
 * @param isChosen [regions] 1 for regions that may have pieces; the others are connected
 * @param ranks the merges of the regions
 */
export function JoinLoosePieces(region: Uint32Array, isChosen: Uint8Array, edges: EdgeList, ranks: MergeRanks): void {
    const { from, to } = edges;
    const pieces = new UnionFind(region.length);
    for (let e = 0; e < from.length; e++) {
        const r = region[from[e]];
        if (isChosen[r] === 1 && r === region[to[e]]) {
            pieces.union(from[e], to[e]);
        }
    }
    const largest = new Int32Array(isChosen.length).fill(-1);
    for (let i = 0; i < region.length; i++) {
        const own = largest[region[i]];
        if (own < 0 || pieces.sizeOf(i) > pieces.sizeOf(own)) {
            largest[region[i]] = pieces.find(i);
        }
    }
    const isLoose = region.map((r, i) => (isChosen[r] === 1 && pieces.find(i) !== largest[r] ? 1 : 0));
    const around = findEdgesAt(isLoose, edges);
    for (let joined = around.length > 0; joined; ) {
        /** The adjacent region that merges first, by the vertex that stands for a loose piece. */
        const targets = new Map<number, { region: number; rank: number }>();
        const consider = (vertex: number, other: number): void => {
            if (isLoose[vertex] === 0 || isLoose[other] === 1) {
                return;
            }
            const piece = pieces.find(vertex);
            const r = region[other];
            const rank = r === region[vertex] ? 0 : ranks.between(region[vertex], r);
            const best = targets.get(piece);
            if (rank !== NEVER_MERGED && (!best || rank < best.rank || (rank === best.rank && r < best.region))) {
                targets.set(piece, { region: r, rank });
            }
        };
        for (const e of around) {
            consider(from[e], to[e]);
            consider(to[e], from[e]);
        }
        for (let i = 0; i < region.length && targets.size > 0; i++) {
            const target = isLoose[i] === 1 ? targets.get(pieces.find(i)) : undefined;
            if (target) {
                region[i] = target.region;
                isLoose[i] = 0;
            }
        }
        joined = targets.size > 0;
    }
}

function findEdgesAt(isWanted: Uint32Array, { from, to }: EdgeList): number[] {
    const found: number[] = [];
    for (let e = 0; e < from.length; e++) {
        if (isWanted[from[e]] === 1 || isWanted[to[e]] === 1) {
            found.push(e);
        }
    }
    return found;
}
