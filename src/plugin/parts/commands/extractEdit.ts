import type { ExtractedPart } from "../model/extractedPart";
import type { ExtractedParts } from "../model/extractedParts";
import type { LeafOverrides } from "../model/leafOverrides";
import { AddPartEdit } from "./addPartEdit";
import { EditBatch } from "./editBatch";
import { RemoveLeavesEdit } from "./removeLeavesEdit";

/** Replaces leaves by an extracted part. */
export class ExtractEdit extends EditBatch {
    public constructor(
        name: string,
        parts: ExtractedParts,
        overrides: LeafOverrides,
        part: ExtractedPart,
        leaves: Uint32Array,
    ) {
        super(name, [new AddPartEdit("Add", parts, part), new RemoveLeavesEdit("Remove", overrides, leaves)]);
    }
}
