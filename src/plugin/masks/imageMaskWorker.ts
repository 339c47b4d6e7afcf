import { CreateImageMasks } from "../../compute/masks/imageMasks";
import { DescribeFailure, Respond } from "../workers/workerLink";
import type { ImageMaskRequest, ImageMaskResponse } from "./imageMaskMessages";

// ImageMaskClient is the counterpart on the main thread.
self.onmessage = ({ data: { view, options } }: MessageEvent<ImageMaskRequest>): void => {
    try {
        Respond<ImageMaskResponse>({ kind: "masks", viewMasks: CreateImageMasks(view, options) });
    } catch (error) {
        self.postMessage(DescribeFailure(error));
    }
};
