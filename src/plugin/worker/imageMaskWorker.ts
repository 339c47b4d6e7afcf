import { CreateImageMasks } from "../../compute/hierarchy/imageMasks";
import { UltrametricError } from "../../compute/ultrametricError";
import type { ImageMaskRequest, ImageMaskResponse } from "./imageMaskMessages";

// The page's end is ImageMaskClient.
const respond = (response: ImageMaskResponse): void => {
    self.postMessage(response);
};

self.onmessage = ({ data: { view, options } }: MessageEvent<ImageMaskRequest>): void => {
    try {
        respond({ kind: "masks", viewMasks: CreateImageMasks(view, options) });
    } catch (error) {
        const errorKind = error instanceof UltrametricError ? error.kind : null;
        respond({ kind: "error", errorKind, message: (error as Error).message });
    }
};
