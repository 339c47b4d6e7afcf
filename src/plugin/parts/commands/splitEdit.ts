import type { IColor3Like } from "@babylonjs/core/Maths/math.like";
import { LeavesOfIntervals } from "../model/leafInterval";
import type { LeafOverrides } from "../model/leafOverrides";
import type { Part } from "../model/part";
import type { PartGroup, PartGroups } from "../model/partGroups";
import { EditBatch } from "./editBatch";
import { PropertyEdit } from "./propertyEdit";
import { RecolorEdit } from "./recolorEdit";

/** Splits a part into two groups: one side of a split, and the rest. */
export class SplitEdit extends EditBatch {
    /** The rest, and the side. */
    public readonly groups: readonly [PartGroup, PartGroup];

    /**
     * @param name of the part
     * @param side a part inside of `part`
     * @param colorOf returns the color of the part that starts at an order index
     */
    public constructor(
        groups: PartGroups,
        overrides: LeafOverrides,
        part: Part,
        name: string,
        side: Part,
        colorOf: (orderIndex: number) => IColor3Like,
    ) {
        const { order } = part.tree.dendrogram;
        const restIntervals = [
            { start: part.start, end: side.start },
            { start: side.end, end: part.end },
        ].filter(({ start, end }) => end > start);
        const rest = { name: `${name} (1)`, leaves: LeavesOfIntervals(order, restIntervals) };
        const split = { name: `${name} (2)`, leaves: side.leaves };
        super(`Split ${name}`, [
            new PropertyEdit("Group", groups, "all", groups.with([rest, split])),
            new RecolorEdit("Recolor", overrides, rest.leaves, colorOf(restIntervals[0].start)),
            new RecolorEdit("Recolor", overrides, split.leaves, colorOf(side.start)),
        ]);
        this.groups = [rest, split];
    }
}
