import { CreateImageMasks } from "../../compute/hierarchy/imageMasks";
import type { ImageMaskRequest, ImageMaskResponse } from "./imageMaskMessages";
import { DescribeFailure, Respond } from "./workerLink";

// The page's end is ImageMaskClient.
self.onmessage = ({ data: { view, options } }: MessageEvent<ImageMaskRequest>): void => {
    try {
        Respond<ImageMaskResponse>({ kind: "masks", viewMasks: CreateImageMasks(view, options) });
    } catch (error) {
        self.postMessage(DescribeFailure(error));
    }
};
