import { LabelLeaves, type Partition } from "../../compute/hierarchy/cut/partition";
import type { SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import { CreatePartStartColors } from "../display/partStartColors";
import { LabelsOfLeaves } from "./leafLabels";

/** The size of a vertex: position (3 floats), color (3 bytes), part (1 unsigned integer). */
const VERTEX_BYTES = 19;

/**
 * Writes the leaves of a hierarchy as a binary PLY point cloud: `x y z` in world units, `red green blue` of the leaf's
 * part (the colors of the viewer), and `part`, its index in the cut.
 *
 * @param partStartColors the colors of the partition's dendrogram
 */
export function WritePointCloudPly(
    hierarchy: SegmentationHierarchy,
    partition: Partition,
    partStartColors: Uint32Array = CreatePartStartColors(partition.dendrogram, hierarchy.positions),
): Uint8Array<ArrayBuffer> {
    const colors = partition.starts.subarray(0, partition.partCount).map((start) => partStartColors[start]);
    return WriteLabeledPly(hierarchy, Int32Array.from(LabelLeaves(partition)), colors);
}

/**
 * Writes labeled leaves as {@link WritePointCloudPly} does.
 *
 * @param labels [leaves] the part of each leaf; leaves with a negative number are left out
 * @param colors [parts] the color of each part, sRGB bytes with red lowest
 * @throws UltrametricError "input" if there is not one label for each leaf
 */
export function WriteLabeledPly(
    { positions, leafCount }: Pick<SegmentationHierarchy, "positions" | "leafCount">,
    labels: Int32Array,
    colors: Uint32Array,
): Uint8Array<ArrayBuffer> {
    const parts = LabelsOfLeaves(labels, leafCount);
    const count = parts.reduce((sum, part) => sum + (part >= 0 ? 1 : 0), 0);
    const header = new TextEncoder().encode(
        [
            "ply",
            "format binary_little_endian 1.0",
            `element vertex ${count}`,
            ...["x", "y", "z"].map((name) => `property float ${name}`),
            ...["red", "green", "blue"].map((name) => `property uchar ${name}`),
            "property uint part",
            "end_header\n",
        ].join("\n"),
    );
    const file = new Uint8Array(header.length + VERTEX_BYTES * count);
    file.set(header);
    const view = new DataView(file.buffer);
    let offset = header.length;
    for (let leaf = 0; leaf < leafCount; leaf++) {
        if (parts[leaf] < 0) {
            continue;
        }
        for (let axis = 0; axis < 3; axis++, offset += 4) {
            view.setFloat32(offset, positions[3 * leaf + axis], true);
        }
        const color = colors[parts[leaf]];
        file[offset] = color & 0xff;
        file[offset + 1] = (color >>> 8) & 0xff;
        file[offset + 2] = (color >>> 16) & 0xff;
        view.setUint32(offset + 3, parts[leaf], true);
        offset += 7;
    }
    return file;
}
