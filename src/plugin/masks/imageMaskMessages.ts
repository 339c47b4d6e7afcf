import type { ImageMaskOptions } from "../../compute/masks/imageMasks";
import type { ViewMasks } from "../../compute/masks/maskSet";
import type { View } from "../../compute/views/capture";

/** A request to the worker, one view at a time. */
export interface ImageMaskRequest {
    readonly view: View;
    readonly options: Partial<ImageMaskOptions>;
}

/** The response of the worker. The link reports failures. */
export interface ImageMaskResponse {
    readonly kind: "masks";
    readonly viewMasks: ViewMasks;
}
