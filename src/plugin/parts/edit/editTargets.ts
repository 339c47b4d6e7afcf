import { UltrametricError } from "../../../compute/base/ultrametricError";
import { LEAF_HIDDEN } from "../../../compute/partColors/leafColors";
import type { CondensedParts } from "../model/condensedParts";
import { ExtractedPart } from "../model/extractedPart";
import { type LeafInterval, LeavesOfIntervals, NormalizeIntervals } from "../model/leafInterval";
import { LEAF_LOCKED, LEAF_REMOVED, type LeafOverrides } from "../model/leafOverrides";
import type { Part } from "../model/part";
import type { PartGroup, PartGroups } from "../model/partGroups";
import type { PartNames } from "../model/partNames";
import type { PartTree } from "../model/partTree";

/** The leaves of an edit: a part, a group, a selection, or intervals of the leaf order of the tree that is shown. */
export type EditTarget =
    | Part
    | PartGroup
    | LeafInterval
    | { readonly intervals: readonly LeafInterval[] }
    | readonly LeafInterval[];

/** The parts that edit targets refer to. */
export interface EditTargetsHost {
    /** The tree that is shown. */
    readonly tree: PartTree;
    readonly overrides: LeafOverrides;
    /** The parts without small fragments, which names are made from. Default: names are made from intervals. */
    readonly condensed?: CondensedParts;
}

/** Resolves edit targets to leaves and names, and checks that they may be edited. */
export class EditTargets {
    public constructor(
        private readonly _host: EditTargetsHost,
        private readonly _groups: PartGroups,
        private readonly _names: PartNames,
    ) {}

    /** Returns the intervals of a target in the leaf order of the tree that is shown. */
    public intervalsOf(target: EditTarget): LeafInterval[] {
        const { tree } = this._host;
        if (isGroup(target)) {
            return this._groups.intervalsOf(target, tree);
        }
        if ("start" in target) {
            if ("tree" in target && target.tree !== tree) {
                throw new UltrametricError(
                    "input",
                    "The part belongs to another hierarchy or criterion than the one that is shown.",
                );
            }
            return [{ start: target.start, end: target.end }];
        }
        return NormalizeIntervals("intervals" in target ? target.intervals : target);
    }

    /** Returns the [size] leaves of a target. */
    public leavesOf(target: EditTarget): Uint32Array {
        return isGroup(target)
            ? target.leaves
            : LeavesOfIntervals(this._host.tree.dendrogram.order, this.intervalsOf(target));
    }

    /** Returns the name of a target: the given one, or one such as "part 12" or "3 parts". */
    public nameOf(target: EditTarget | ExtractedPart): string {
        if ("name" in target) {
            return target.name;
        }
        const intervals = this.intervalsOf(target);
        return intervals.length === 1
            ? this._names.nameOf(this._host.tree.dendrogram, intervals[0], this._host.condensed)
            : `${intervals.length} parts`;
    }

    /** Returns true if all leaves of a target are hidden, extracted or deleted. */
    public isHidden(target: EditTarget): boolean {
        const { data } = this._host.overrides;
        return this.leavesOf(target).every((leaf) => (data[leaf] & LEAF_HIDDEN) !== 0);
    }

    /** Returns true if a leaf of a target is locked. */
    public isLocked(target: EditTarget | ExtractedPart): boolean {
        if (target instanceof ExtractedPart) {
            return target.isLocked;
        }
        return this._isAnyLocked(this.leavesOf(target));
    }

    /** Returns the leaves of a target. @throws UltrametricError "input" if one of them is locked */
    public editableLeavesOf(target: EditTarget): Uint32Array {
        const leaves = this.leavesOf(target);
        if (this._isAnyLocked(leaves)) {
            throw new UltrametricError(
                "input",
                `${this.nameOf(target)} is locked, or a part of it is; unlock it before editing.`,
            );
        }
        return leaves;
    }

    /**
     * Returns the leaves of a target that were not extracted or deleted.
     *
     * @throws UltrametricError "input" if one of its leaves is locked, or if there are none
     */
    public presentLeavesOf(target: EditTarget): Uint32Array {
        const { data } = this._host.overrides;
        const leaves = this.editableLeavesOf(target).filter((leaf) => (data[leaf] & LEAF_REMOVED) === 0);
        if (leaves.length === 0) {
            throw new UltrametricError(
                "input",
                `${this.nameOf(target)} has been extracted or deleted, or it is empty; ` +
                    "undo that, or edit the extracted part.",
            );
        }
        return leaves;
    }

    private _isAnyLocked(leaves: Uint32Array): boolean {
        const { data } = this._host.overrides;
        return leaves.some((leaf) => (data[leaf] & LEAF_LOCKED) !== 0);
    }
}

/** @throws UltrametricError "input" if an extracted part is locked or not in the scene */
export function CheckEditable(part: ExtractedPart): void {
    if (part.isLocked) {
        throw new UltrametricError("input", `${part.name} is locked; unlock it before editing.`);
    }
    if (!part.isInScene) {
        throw new UltrametricError(
            "input",
            `${part.name} is not in the scene: it was deleted, or its extraction was undone.`,
        );
    }
}

// Parts and selections have leaves, too, but count them on request.
function isGroup(target: EditTarget): target is PartGroup {
    return "leaves" in target && !("start" in target) && !("intervals" in target);
}
