/**
 * A tree of nodes as levels, from the top down: on each level the ancestor that a point belongs to there. Points whose branch is shorter keep their own
 * node. Levels that part nothing more than the one before, as those of nodes with a single child, are left out, and so is the top where all are one.
 *
 * @param nodes [n] node of each point
 * @param parents [all nodes] parent of each node; -1 at the top
 * @returns for each level [n] numbers that are equal where points belong together
 */
export function LevelsOfNodes(nodes: Uint32Array, parents: Int32Array): Uint32Array[] {
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
    let known = 1;
    for (let level = 0; level < depth; level++) {
        const ancestorOf = (path: number[]): number => path[Math.min(level, path.length - 1)];
        const count = new Set([...paths.values()].map(ancestorOf)).size;
        // Levels only ever part further: as many ancestors as before are the same parting.
        if (count > known) {
            known = count;
            levels.push(nodes.map((node) => ancestorOf(paths.get(node)!)));
        }
    }
    return levels;
}
