import { CreateImageMasks } from "../../compute/hierarchy/imageMasks";
import type { ImageMaskRequest, ImageMaskResponse } from "./imageMaskMessages";
import { DescribeFailure } from "./workerLink";

// The page's end is ImageMaskClient.
self.onmessage = ({ data: { view, options } }: MessageEvent<ImageMaskRequest>): void => {
    try {
        self.postMessage({ kind: "masks", viewMasks: CreateImageMasks(view, options) } satisfies ImageMaskResponse);
    } catch (error) {
        self.postMessage(DescribeFailure(error));
    }
};
