import { type RunOptions, StageProgress } from "../../compute/base/progress";
import { ThrowIfAborted } from "../../compute/base/ultrametricError";
import { CreateImageMasks, type ImageMaskOptions } from "../../compute/masks/imageMasks";
import type { MaskSet, ViewMasks } from "../../compute/masks/maskSet";
import type { Capture } from "../../compute/views/capture";
import { HasWorkers } from "../workers/workerLink";
import { ImageMaskClient } from "./imageMaskClient";

const OPERATION = "Making masks without a model";

/**
 * Creates the masks of all views of a capture without a model, see {@link CreateImageMasks}. Nothing is downloaded and
 * no GPU is needed; a view of 200 x 200 pixels takes tens of milliseconds. The masks of a Segment Anything model are
 * better, because it recognizes objects. The work is done in a worker in pages, and in time slices in Node.
 *
 * @returns `views[i]` belongs to `capture.views[i]`; an empty view has no masks
 * @throws UltrametricError "input" for a view whose image or depth differs from its camera in size; "aborted"
 */
export async function CreateImageMasksAsync(
    capture: Capture,
    { onProgress, signal, ...options }: Partial<ImageMaskOptions> & RunOptions = {},
): Promise<MaskSet> {
    ThrowIfAborted(signal, OPERATION);
    const client = HasWorkers() ? new ImageMaskClient(OPERATION, signal) : null;
    const views: ViewMasks[] = [];
    try {
        for (const view of capture.views) {
            onProgress?.(StageProgress("makeImageMasks", views.length / capture.views.length));
            if (client) {
                views.push(await client.createAsync(view, options));
            } else {
                // Lets messages arrive, such as a cancellation.
                await new Promise((resolve) => setTimeout(resolve, 0));
                ThrowIfAborted(signal, OPERATION);
                views.push(CreateImageMasks(view, options));
            }
        }
    } finally {
        client?.dispose();
    }
    ThrowIfAborted(signal, OPERATION);
    onProgress?.(StageProgress("makeImageMasks", 1));
    return { views, isFromImages: true };
}
