import { CreateDendrogram, type Dendrogram } from "../../src/compute/hierarchy/cut/dendrogram";

/**
 * Creates a dendrogram that merges the leaves of each group, and then pairs of groups. Heights are 1, 2, 3...
 * @param groups the group of each leaf, 0..k-1
 * @param pairs the groups to merge, in this order; each names a group that its part contains
 */
export function DendrogramOfGroups(
    groups: readonly number[],
    pairs: readonly (readonly [first: number, second: number])[],
): Dendrogram {
    const members: number[][] = Array.from({ length: Math.max(...groups) + 1 }, () => []);
    groups.forEach((group, leaf) => {
        members[group].push(leaf);
    });
    const merges = [
        ...members.flatMap(([head, ...others]) => others.map((leaf) => [head, leaf])),
        ...pairs.map(([first, second]) => [members[first][0], members[second][0]]),
    ];
    return CreateDendrogram({
        leafCount: groups.length,
        first: Uint32Array.from(merges, ([first]) => first),
        second: Uint32Array.from(merges, ([, second]) => second),
        height: Float64Array.from(merges, (_, m) => m + 1),
    });
}
