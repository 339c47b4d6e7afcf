import { RunCoroutineAsync } from "../../../compute/base/coroutine";
import { Pacer } from "../../../compute/base/pacer";
import type { RunOptions } from "../../../compute/base/progress";
import {
    FindLikePartsCoroutine,
    type LikePart,
    type LikePartsOptions,
} from "../../../compute/hierarchy/shapes/likeParts";
import type { LeafInterval } from "../model/leafInterval";
import type { PartTree } from "../model/partTree";

/** Options of {@link FindLikePartsAsync}. */
export interface FindLikePartsOptions extends LikePartsOptions, Omit<RunOptions, "onProgress"> {}

/**
 * Finds the parts of the same shape, size and color as a part: repeated and mirrored ones, in any place and turned in
 * any way, at whatever level of the tree they are. In time slices.
 *
 *     const wheels = await FindLikePartsAsync(segmentation.parts!, wheel);
 *     segmentation.selection.replace(wheels);
 *
 * Shapes are compared by the leaves, so a part that views see little of, or that the tree holds only together with
 * others, is not found. A part without extent, such as a single leaf, is like no other.
 *
 * @param part of the tree
 * @returns the part itself, then the others, the most similar first; disjoint
 * @throws UltrametricError "aborted"
 */
export async function FindLikePartsAsync(
    tree: PartTree,
    part: LeafInterval,
    { signal, ...options }: Partial<FindLikePartsOptions> = {},
): Promise<LikePart[]> {
    const { hierarchy, dendrogram, merges } = tree;
    const { positions, colors } = hierarchy;
    const search = FindLikePartsCoroutine({ positions, colors, dendrogram, merges }, part, options);
    return await RunCoroutineAsync(search, new Pacer("Finding parts like this one", signal));
}
