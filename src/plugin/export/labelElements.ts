import { LabelLeaves, type Partition } from "../../compute/hierarchy/cut/partition";
import type { ContentLeaves } from "../parts/model/contentLeaves";
import type { LeafLabels } from "./leafLabels";

/** Returns [elements of all items] the part of each face, point and splat of captured content in a cut. */
export function LabelElements(partition: Partition, content: Pick<ContentLeaves, "leafOfElement">): Uint32Array;
/** Returns [elements of all items] the label of the leaf that each element follows. */
export function LabelElements(labels: Int32Array, content: Pick<ContentLeaves, "leafOfElement">): Int32Array;
export function LabelElements(
    parts: LeafLabels,
    { leafOfElement }: Pick<ContentLeaves, "leafOfElement">,
): Uint32Array | Int32Array {
    if (parts instanceof Int32Array) {
        return Int32Array.from(leafOfElement, (leaf) => parts[leaf]);
    }
    const labels = LabelLeaves(parts);
    return leafOfElement.map((leaf) => labels[leaf]);
}
