import type { ImageMaskOptions } from "../../compute/masks/imageMasks";
import type { ViewMasks } from "../../compute/masks/maskSet";
import type { View } from "../../compute/views/capture";
import { ReviveMask } from "../workers/reviveMask";
import { WorkerLink } from "../workers/workerLink";
import { StartWorker, WorkerUrls } from "../workers/workerUrls";
import type { ImageMaskRequest, ImageMaskResponse } from "./imageMaskMessages";
import ImageMaskWorker from "./imageMaskWorker?worker&inline";

/** Runs CreateImageMasks in a worker, one view at a time. */
export class ImageMaskClient {
    private readonly _link: WorkerLink<ImageMaskRequest, ImageMaskResponse>;

    /** @param operation names the operation in messages @param signal terminates the worker */
    public constructor(operation: string, signal?: AbortSignal) {
        this._link = new WorkerLink(StartWorker(WorkerUrls.imageMasks, ImageMaskWorker), operation, undefined, signal);
    }

    /** Creates the masks of a view. @throws UltrametricError see CreateImageMasks; "aborted", "disposed" */
    public async createAsync(view: View, options: Partial<ImageMaskOptions>): Promise<ViewMasks> {
        // Posts only what the worker needs: views of scene content have further arrays.
        const { name, camera, image, depth } = view;
        const response = await this._link.askAsync({ view: { name, camera, image, depth }, options }, "masks");
        return { masks: response.viewMasks.masks.map(ReviveMask) };
    }

    public dispose(): void {
        this._link.close();
    }
}
