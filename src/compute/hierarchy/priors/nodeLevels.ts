/**
 * Converts a tree of nodes to levels, from the top down: each level holds the ancestor of every point at one depth.
 * Points on shorter branches keep their own node. Omits levels that do not refine the previous one, such as those of
 * nodes with a single child, and the level at which all points are together.
 *
 * @param nodes [n] node of each point
 * @param parents [all nodes] parent of each node; -1 for a root
 * @returns for each level the nodes of the points, [n]
 */
export function FindNodeLevels(nodes: Uint32Array, parents: Int32Array): Uint32Array[] {
    const paths = new Map<number, number[]>();
    let depth = 0;
    for (const node of new Set(nodes)) {
        const path: number[] = [];
        for (let at = node; at >= 0; at = parents[at]) {
            path.unshift(at);
        }
        paths.set(node, path);
        depth = Math.max(depth, path.length);
    }
    const levels: Uint32Array[] = [];
    let previousCount = 1;
    for (let level = 0; level < depth; level++) {
        const ancestorOf = (path: number[]): number => path[Math.min(level, path.length - 1)];
        const count = new Set([...paths.values()].map(ancestorOf)).size;
        // A level refines the previous one, so an equal number of ancestors means an equal partition.
        if (count > previousCount) {
            previousCount = count;
            levels.push(nodes.map((node) => ancestorOf(paths.get(node)!)));
        }
    }
    return levels;
}
