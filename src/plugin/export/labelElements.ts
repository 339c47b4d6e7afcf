import { LabelLeaves, type Partition } from "../../compute/hierarchy/cut/partition";
import type { ContentLeaves } from "../parts/model/contentLeaves";

/** Returns [elements of all items] the part of each face and point of captured content in a cut. */
export function LabelElements(partition: Partition, content: Pick<ContentLeaves, "leafOfElement">): Uint32Array {
    const labels = LabelLeaves(partition);
    return content.leafOfElement.map((leaf) => labels[leaf]);
}
