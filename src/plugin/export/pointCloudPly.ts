import { LabelLeaves, type Partition } from "../../compute/hierarchy/cut/partition";
import type { SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import { CreatePartStartColors } from "../display/partStartColors";

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
): Uint8Array {
    const header = new TextEncoder().encode(
        [
            "ply",
            "format binary_little_endian 1.0",
            `element vertex ${hierarchy.leafCount}`,
            ...["x", "y", "z"].map((name) => `property float ${name}`),
            ...["red", "green", "blue"].map((name) => `property uchar ${name}`),
            "property uint part",
            "end_header\n",
        ].join("\n"),
    );
    const file = new Uint8Array(header.length + VERTEX_BYTES * hierarchy.leafCount);
    file.set(header);
    const view = new DataView(file.buffer);
    const labels = LabelLeaves(partition);
    for (let leaf = 0; leaf < hierarchy.leafCount; leaf++) {
        let offset = header.length + VERTEX_BYTES * leaf;
        for (let axis = 0; axis < 3; axis++, offset += 4) {
            view.setFloat32(offset, hierarchy.positions[3 * leaf + axis], true);
        }
        const color = partStartColors[partition.starts[labels[leaf]]];
        file[offset] = color & 0xff;
        file[offset + 1] = (color >>> 8) & 0xff;
        file[offset + 2] = (color >>> 16) & 0xff;
        view.setUint32(offset + 3, labels[leaf], true);
    }
    return file;
}
