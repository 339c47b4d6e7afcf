import { CutAtCount } from "../../../compute/hierarchy/cut/partition";
import type { CompoundLeaves } from "../extract/compoundParts";
import type { PartGroup } from "../model/partGroups";
import type { PartTree } from "../model/partTree";
import type { EditTarget, EditTargets } from "./editTargets";

/**
 * Returns the leaves of targets that were not extracted or deleted; a leaf of several targets belongs to the first.
 *
 * @throws UltrametricError "input" if a leaf is locked, or a target has no leaf left
 */
export function LeavesOfTargets(targets: EditTargets, chosen: readonly EditTarget[]): CompoundLeaves[] {
    const isTaken = new Set<number>();
    return chosen.map((target) => {
        const leaves = targets.presentLeavesOf(target).filter((leaf) => !isTaken.has(leaf));
        for (const leaf of leaves) {
            isTaken.add(leaf);
        }
        return { name: targets.nameOf(target), isVisible: !targets.isHidden(target), leaves };
    });
}

/**
 * Returns the leaves of all parts of a cut that were not extracted or deleted, and those of the groups, which the parts
 * lose.
 *
 * @throws UltrametricError "input" if a leaf is locked
 */
export function LeavesOfCut(
    targets: EditTargets,
    tree: PartTree,
    partCount: number,
    groups: readonly PartGroup[],
    isPresent: (leaf: number) => boolean,
): CompoundLeaves[] {
    const { starts } = CutAtCount(tree.dendrogram, partCount);
    const intervals = Array.from({ length: starts.length - 1 }, (_, p) => ({ start: starts[p], end: starts[p + 1] }));
    const isGrouped = new Set(groups.flatMap(({ leaves }) => [...leaves]));
    const found = [...groups, ...intervals].map((target) => ({
        target,
        leaves: targets
            .editableLeavesOf(target)
            .filter((leaf) => isPresent(leaf) && ("leaves" in target || !isGrouped.has(leaf))),
    }));
    return found
        .filter(({ leaves }) => leaves.length > 0)
        .map(({ target, leaves }) => ({
            name: targets.nameOf(target),
            isVisible: !targets.isHidden(target),
            leaves,
        }));
}
