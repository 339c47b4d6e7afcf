import type { ImageMaskOptions } from "../../compute/hierarchy/imageMasks";
import type { UltrametricErrorKind } from "../../compute/ultrametricError";
import type { View } from "../../compute/views/capture";
import type { ViewMasks } from "../../compute/views/maskSet";

/** What the page asks of the worker; one view at a time. */
export interface ImageMaskRequest {
    readonly view: View;
    readonly options: Partial<ImageMaskOptions>;
}

/** What the worker answers. */
export type ImageMaskResponse =
    | { readonly kind: "masks"; readonly viewMasks: ViewMasks }
    | { readonly kind: "error"; readonly errorKind: UltrametricErrorKind | null; readonly message: string };
