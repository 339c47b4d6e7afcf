import { UltrametricError } from "../../compute/base/ultrametricError";
import { DescribeFailure, Respond } from "../workers/workerLink";
import { CreateOnnxRuntimeAsync, ImportOnnxModuleAsync } from "./onnxRuntime";
import { SamJob } from "./samJob";
import type { SamRequest, SamResponse } from "./samMessages";

// SamClient is the counterpart on the main thread.
let job: SamJob | null = null;
let running: AbortController | null = null;

const respond = (response: SamResponse): void => Respond(response);

async function answerAsync(
    request: Exclude<SamRequest, { kind: "cancel" }>,
    signal: AbortSignal,
): Promise<SamResponse> {
    if (request.kind === "start") {
        const { runtime } = request.input;
        const module = await ImportOnnxModuleAsync(String(runtime.moduleUrl));
        job = await SamJob.StartAsync(request.input, await CreateOnnxRuntimeAsync(module, runtime));
        return { kind: "started", provider: job.provider };
    }
    if (job === null) {
        throw new UltrametricError("input", `The worker got the request "${request.kind}" before it was started.`);
    }
    switch (request.kind) {
        case "generate": {
            const { image, foreground, options } = request;
            const generated = await job.generateAsync(image, foreground, options, {
                onProgress: ({ fraction }) => respond({ kind: "progress", fraction }),
                signal,
            });
            return { kind: "generated", generated };
        }
        case "setImage":
            await job.setImageAsync(request.image, request.slot);
            return { kind: "imageSet" };
        case "predict":
            return { kind: "masks", masks: await job.predictAsync(request.prompt, request.slot) };
    }
}

self.onmessage = async ({ data }: MessageEvent<SamRequest>): Promise<void> => {
    if (data.kind === "cancel") {
        running?.abort();
        return;
    }
    running = new AbortController();
    try {
        respond(await answerAsync(data, running.signal));
    } catch (error) {
        self.postMessage(DescribeFailure(error));
    }
};
