import { encode } from "fast-png";
import type { KdTree } from "../../compute/algorithms/kdTree";
import { LabelTransfer, type LabelTransferOptions } from "../../compute/hierarchy/cut/labelTransfer";
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
    const surface = UnprojectDepth(view);
    const transfer = new LabelTransfer(tree, surface.positions, options);
    return partitions.map((partition) => {
        const partOfRank = new Map([...RankPartsBySize(partition)].map((rank, part) => [rank, part]));
        const colorOf = (rank: number): number => partStartColors[partition.starts[partOfRank.get(rank)!]];
        return EncodeLabels(view, surface.pixels, transfer.label(partition), colorOf);
    });
}

/**
 * Encodes labels of a view's pixels as a PNG image.
 *
 * @param pixels [labels] the pixel of each label; others, and those with a negative label, are transparent
 */
export function EncodeLabels(
    { camera: { width, height } }: View,
    pixels: ArrayLike<number>,
    labels: Int32Array,
    colorOf: (label: number) => number,
): Uint8Array<ArrayBuffer> {
    const data = new Uint8Array(4 * width * height);
    labels.forEach((label, i) => {
        if (label >= 0) {
            const color = colorOf(label);
            const p = 4 * pixels[i];
            data[p] = color & 0xff;
            data[p + 1] = (color >>> 8) & 0xff;
            data[p + 2] = (color >>> 16) & 0xff;
            data[p + 3] = 255;
        }
    });
    return encode({ width, height, data, channels: 4, depth: 8 }) as Uint8Array<ArrayBuffer>;
}
