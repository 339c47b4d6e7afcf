import type { EdgeList } from "./edgeList";

const NONE = -1;

/**
 * Finds the edges of the minimum spanning forest in Boruvka rounds, without sorting: each component takes its lightest
 * edge to another one; of edges of equal weight, the first. An edge within a component is not looked at again.
 *
 * @param weights [m], without NaN
 * @returns [n - components] indices of the edges, ascending
 */
export function FindForestEdges({ vertexCount, from, to }: EdgeList, weights: ArrayLike<number>): Uint32Array {
    const component = new Uint32Array(vertexCount);
    const parent = new Uint32Array(vertexCount);
    for (let i = 0; i < vertexCount; i++) {
        component[i] = i;
        parent[i] = i;
    }
    const lightest = new Int32Array(vertexCount);
    const isChosen = new Uint8Array(from.length);
    let left = new Uint32Array(0);
    let leftCount = from.length;
    let chosen = 0;
    for (let isFirst = true; leftCount > 0; isFirst = false) {
        lightest.fill(NONE);
        const next = isFirst ? new Uint32Array(leftCount) : left;
        let kept = 0;
        for (let i = 0; i < leftCount; i++) {
            const e: number = isFirst ? i : left[i];
            const a = component[from[e]];
            const b = component[to[e]];
            if (a === b) {
                continue;
            }
            next[kept++] = e;
            const weight = weights[e];
            // Edges come in ascending order, so the first of equal weights stays.
            if (lightest[a] === NONE || weight < weights[lightest[a]]) {
                lightest[a] = e;
            }
            if (lightest[b] === NONE || weight < weights[lightest[b]]) {
                lightest[b] = e;
            }
        }
        left = next;
        leftCount = kept;
        for (let c = 0; c < vertexCount; c++) {
            const e = lightest[c];
            if (e === NONE || isChosen[e] === 1) {
                continue;
            }
            isChosen[e] = 1;
            chosen++;
            parent[findRoot(parent, component[from[e]])] = findRoot(parent, component[to[e]]);
        }
        for (let i = 0; i < vertexCount; i++) {
            component[i] = findRoot(parent, component[i]);
        }
    }
    const edges = new Uint32Array(chosen);
    for (let e = 0, place = 0; place < chosen; e++) {
        if (isChosen[e] === 1) {
            edges[place++] = e;
        }
    }
    return edges;
}

function findRoot(parent: Uint32Array, start: number): number {
    let x = start;
    while (parent[x] !== x) {
        parent[x] = parent[parent[x]];
        x = parent[x];
    }
    return x;
}
