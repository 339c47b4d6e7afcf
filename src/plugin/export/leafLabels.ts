import { UltrametricError } from "../../compute/base/ultrametricError";
import { LabelLeaves, type Partition } from "../../compute/hierarchy/cut/partition";

/**
 * The parts to write: a cut; or [leaves] the part of each leaf, where leaves with a negative number are left out. The
 * latter describes merged and hidden parts, too.
 */
export type LeafLabels = Partition | Int32Array;

/**
 * Returns [leaves] the part of each leaf.
 *
 * @throws UltrametricError "input" if there is not one label for each leaf
 */
export function LabelsOfLeaves(parts: LeafLabels, leafCount: number): Int32Array {
    const labels = parts instanceof Int32Array ? parts : Int32Array.from(LabelLeaves(parts));
    if (labels.length !== leafCount) {
        throw new UltrametricError(
            "input",
            `There are ${labels.length} labels for ${leafCount} leaves; each leaf needs one.`,
        );
    }
    return labels;
}
