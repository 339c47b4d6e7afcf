import { KdTree } from "../../compute/algorithms/kdTree";
import { RunCoroutineAsync } from "../../compute/base/coroutine";
import { Pacer } from "../../compute/base/pacer";
import { LabelTransfer } from "../../compute/hierarchy/cut/labelTransfer";
import type { SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import type { View } from "../../compute/views/capture";
import { UnprojectDepth } from "../../compute/views/surfacePoints";
import { EncodeLabels } from "./labelImage";
import { LabelsOfLeaves } from "./leafLabels";

/** The number of pixels per time slice. */
const PIXELS_PER_CHUNK = 1024;

/** The parts in a view, as an image. */
export interface LabelImage {
    readonly view: View;
    /** An RGBA PNG of the view's size. */
    readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Exports the parts in each view with depth as a PNG image: each pixel has the color of the part that is the most
 * frequent one among its nearest leaves. Pixels without a part are transparent. Images are made one at a time, as they
 * are asked for, in time slices.
 *
 * @param views in the world of the hierarchy; those without depth are left out
 * @param labels [leaves] the part of each leaf; leaves with a negative number are transparent
 * @param colors [parts] the color of each part, sRGB bytes with red lowest
 * @throws UltrametricError "input" if there is not one label for each leaf; "aborted"
 */
export async function* ExportLabelImagesAsync(
    { positions, leafCount }: Pick<SegmentationHierarchy, "positions" | "leafCount">,
    views: readonly View[],
    labels: Int32Array,
    colors: Uint32Array,
    { signal }: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<LabelImage, void, void> {
    const ofLeaves = LabelsOfLeaves(labels, leafCount);
    const pacer = new Pacer("Exporting images", signal);
    const tree = await RunCoroutineAsync(KdTree.CreateCoroutine(positions), pacer);
    for (const view of views.filter(({ depth }) => depth !== null)) {
        const surface = UnprojectDepth(view);
        const found = new Int32Array(surface.pixels.length);
        for (let start = 0; start < found.length; start += PIXELS_PER_CHUNK) {
            const queries = surface.positions.subarray(3 * start, 3 * (start + PIXELS_PER_CHUNK));
            found.set(new LabelTransfer(tree, queries).labelAs(ofLeaves), start);
            await pacer.yieldIfDueAsync();
        }
        const bytes = EncodeLabels(view, surface.pixels, found, (part) => colors[part]);
        await pacer.yieldAsync();
        yield { view, bytes };
    }
}
