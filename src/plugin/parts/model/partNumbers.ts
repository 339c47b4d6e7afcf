import type { CondensedNode } from "../../../compute/hierarchy/cut/condensedTree";

/**
 * Numbers the nodes of a tree of parts such that each cut into k nodes has the numbers 1 to k: of the two sides of a
 * split, the larger one keeps the number, and the other one gets the next.
 *
 * @param nodes of a condensed tree, see CondenseTree
 * @param children [nodes]
 * @returns [nodes] from 1
 */
export function NumberParts(
    nodes: readonly CondensedNode[],
    children: readonly (readonly number[])[],
    roots: readonly number[],
): Uint32Array {
    const numbers = new Uint32Array(nodes.length);
    let count = 0;
    for (const root of roots) {
        numbers[root] = ++count;
    }
    // From the coarsest cut to the finest.
    const splits = [...nodes.keys()]
        .filter((node) => children[node].length > 0)
        .sort((a, b) => nodes[children[b][0]].mergedRank - nodes[children[a][0]].mergedRank || a - b);
    const sizeOf = (node: number): number => nodes[node].end - nodes[node].start;
    for (const node of splits) {
        const [main, ...others] = children[node].toSorted((a, b) => sizeOf(b) - sizeOf(a) || a - b);
        numbers[main] = numbers[node];
        for (const other of others) {
            numbers[other] = ++count;
        }
    }
    return numbers;
}
