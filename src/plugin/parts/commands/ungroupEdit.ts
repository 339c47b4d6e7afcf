import type { LeafOverrides } from "../model/leafOverrides";
import type { PartGroup, PartGroups } from "../model/partGroups";
import { EditBatch } from "./editBatch";
import { PropertyEdit } from "./propertyEdit";
import { RecolorEdit } from "./recolorEdit";

/** Dissolves a group; its leaves get the colors of their parts back. */
export class UngroupEdit extends EditBatch {
    public constructor(groups: PartGroups, overrides: LeafOverrides, group: PartGroup) {
        const others = groups.all.filter((other) => other !== group);
        super(`Ungroup ${group.name}`, [
            new PropertyEdit("Ungroup", groups, "all", others),
            new RecolorEdit("Recolor", overrides, group.leaves, null),
        ]);
    }
}
