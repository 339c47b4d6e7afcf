import type { ImageMaskOptions } from "../../compute/masks/imageMasks";
import type { ViewMasks } from "../../compute/masks/maskSet";
import type { View } from "../../compute/views/capture";

/** What the page asks of the worker; one view at a time. */
export interface ImageMaskRequest {
    readonly view: View;
    readonly options: Partial<ImageMaskOptions>;
}

/** What the worker answers; failures are the link's. */
export interface ImageMaskResponse {
    readonly kind: "masks";
    readonly viewMasks: ViewMasks;
}
