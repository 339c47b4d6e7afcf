import type { IColor3Like } from "@babylonjs/core/Maths/math.like";
import type { LeafOverrides } from "../model/leafOverrides";
import type { PartGroup, PartGroups } from "../model/partGroups";
import { EditBatch } from "./editBatch";
import { PropertyEdit } from "./propertyEdit";
import { RecolorEdit } from "./recolorEdit";

/** Merges leaves into one group, in one color. */
export class MergeEdit extends EditBatch {
    public constructor(groups: PartGroups, overrides: LeafOverrides, group: PartGroup, color: IColor3Like) {
        super(`Merge ${group.name}`, [
            new PropertyEdit("Group", groups, "all", groups.with([group])),
            new RecolorEdit("Recolor", overrides, group.leaves, color),
        ]);
    }
}
