import { encode } from "fast-png";
import type { KdTree } from "../../compute/algorithms/kdTree";
import { LabelTransfer, type LabelTransferOptions, UNLABELED } from "../../compute/hierarchy/cut/labelTransfer";
import { type Partition, RankPartsBySize } from "../../compute/hierarchy/cut/partition";
import type { View } from "../../compute/views/capture";
import { UnprojectDepth } from "../../compute/views/surfacePoints";

/**
 * Writes the parts of cuts in a view with depth as RGBA PNG images, one per cut. Parts have the colors of the viewer;
 * pixels without a part are transparent.
 *
 * @param tree contains the world positions of the leaves
 * @param partitions cuts of one dendrogram
 * @param partStartColors the colors of that dendrogram, see CreatePartStartColors
 */
export function WriteLabelImages(
    view: View,
    tree: KdTree,
    partitions: readonly Partition[],
    partStartColors: Uint32Array,
    options: LabelTransferOptions = {},
): Uint8Array[] {
    const { width, height } = view.camera;
    const surface = UnprojectDepth(view);
    const transfer = new LabelTransfer(tree, surface.positions, options);
    return partitions.map((partition) => {
        const partOfRank = new Map([...RankPartsBySize(partition)].map((rank, part) => [rank, part]));
        const data = new Uint8Array(4 * width * height);
        transfer.label(partition).forEach((rank, i) => {
            if (rank !== UNLABELED) {
                const color = partStartColors[partition.starts[partOfRank.get(rank)!]];
                const p = 4 * surface.pixels[i];
                data[p] = color & 0xff;
                data[p + 1] = (color >>> 8) & 0xff;
                data[p + 2] = (color >>> 16) & 0xff;
                data[p + 3] = 255;
            }
        });
        return encode({ width, height, data, channels: 4, depth: 8 });
    });
}
