/** An undirected graph as a list of edges. */
export interface EdgeList {
    readonly vertexCount: number;
    /** [m] the lower vertex of each edge. */
    readonly from: Uint32Array;
    /** [m] the higher vertex of each edge. */
    readonly to: Uint32Array;
}

/** Concatenates the edges of two lists. */
export function ConcatenateEdges(first: EdgeList, second: EdgeList): EdgeList {
    const join = (a: Uint32Array, b: Uint32Array): Uint32Array => {
        const all = new Uint32Array(a.length + b.length);
        all.set(a);
        all.set(b, a.length);
        return all;
    };
    return { vertexCount: first.vertexCount, from: join(first.from, second.from), to: join(first.to, second.to) };
}
