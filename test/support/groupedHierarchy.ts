import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";

/**
 * Creates a hierarchy whose cut into as many parts as there are groups has the groups as its parts.
 *
 * @param groups [leaves]
 */
export function GroupedHierarchy(
    name: string,
    positions: Float32Array,
    colors: Uint8Array,
    groups: ArrayLike<number>,
): SegmentationHierarchy {
    const firstOf = new Map<number, number>();
    const merges: [number, number][] = [];
    for (let leaf = 0; leaf < groups.length; leaf++) {
        const first = firstOf.get(groups[leaf]);
        if (first === undefined) {
            firstOf.set(groups[leaf], leaf);
        } else {
            merges.push([first, leaf]);
        }
    }
    const [root, ...others] = firstOf.values();
    merges.push(...others.map((other): [number, number] => [root, other]));
    const dendrogram = CreateDendrogram({
        leafCount: groups.length,
        first: Uint32Array.from(merges, ([first]) => first),
        second: Uint32Array.from(merges, ([, second]) => second),
        height: Float64Array.from(merges, (_, m) => m),
    });
    return new SegmentationHierarchy(name, positions, colors, new Map([["consensus", dendrogram]]));
}
