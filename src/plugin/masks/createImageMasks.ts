import type { RunOptions } from "../../compute/base/progress";
import { ThrowIfAborted } from "../../compute/base/ultrametricError";
import { CreateImageMasks, type ImageMaskOptions } from "../../compute/masks/imageMasks";
import type { MaskSet, ViewMasks } from "../../compute/masks/maskSet";
import type { Capture } from "../../compute/views/capture";
import { HasWorkers } from "../workers/workerLink";
import { ImageMaskClient } from "./imageMaskClient";

const WHAT = "Making masks without a model";

/**
 * Masks of all views of a capture without a model, the simple way: nothing is downloaded and no GPU is needed, some tens of
 * milliseconds a view of 200 x 200 pixels. See {@link CreateImageMasks} for what such masks know and what they do not; a
 * model that knows objects gives better ones. In a page the work is done in a worker, in Node between turns of the event loop.
 *
 * @returns `views[i]` belongs to `capture.views[i]`; a view that shows nothing has no masks
 * @throws UltrametricError "input" where image or depth of a view do not have its camera's size; "aborted"
 */
export async function CreateImageMasksAsync(
    capture: Capture,
    options: Partial<ImageMaskOptions> = {},
    { onProgress, signal }: RunOptions = {},
): Promise<MaskSet> {
    ThrowIfAborted(signal, WHAT);
    const client = HasWorkers() ? new ImageMaskClient(WHAT, signal) : null;
    const views: ViewMasks[] = [];
    try {
        for (const view of capture.views) {
            onProgress?.({ stage: "Making masks from pictures", fraction: views.length / capture.views.length });
            if (client) {
                views.push(await client.createAsync(view, options));
            } else {
                // Lets whoever cancels have a turn.
                await new Promise((resolve) => setTimeout(resolve, 0));
                ThrowIfAborted(signal, WHAT);
                views.push(CreateImageMasks(view, options));
            }
        }
    } finally {
        client?.dispose();
    }
    ThrowIfAborted(signal, WHAT);
    onProgress?.({ stage: "Making masks from pictures", fraction: 1 });
    return { views };
}
