import { CreateImageMasks } from "../../compute/masks/imageMasks";
import { DescribeFailure, Respond } from "../workers/workerLink";
import type { ImageMaskRequest, ImageMaskResponse } from "./imageMaskMessages";

// The page's end is ImageMaskClient.
self.onmessage = ({ data: { view, options } }: MessageEvent<ImageMaskRequest>): void => {
    try {
        Respond<ImageMaskResponse>({ kind: "masks", viewMasks: CreateImageMasks(view, options) });
    } catch (error) {
        self.postMessage(DescribeFailure(error));
    }
};
