import { UltrametricError } from "../../compute/base/ultrametricError";
import type { ViewMasks } from "../../compute/masks/maskSet";
import type { View } from "../../compute/views/capture";
import { DescribeFailure, Respond } from "../workers/workerLink";
import { HierarchyJob } from "./hierarchyJob";
import type { HierarchyRequest, HierarchyResponse } from "./hierarchyMessages";

// The worker that runs a HierarchyJob for HierarchyClient.
let job: HierarchyJob | null = null;
const views: View[] = [];
const masks: ViewMasks[] = [];

const respond = (response: HierarchyResponse): void => Respond(response);

function answer(request: HierarchyRequest): void {
    if (request.kind === "view") {
        views.push(request.view);
        masks.push(request.masks);
        respond({ kind: "viewTaken" });
        return;
    }
    if (request.kind === "start") {
        const { capture, options } = request.input;
        const input = { capture: { ...capture, views }, masks: { views: masks }, options };
        job = new HierarchyJob(input, (stage) => respond({ kind: "stage", stage }));
        respond({ kind: "started" });
        return;
    }
    if (job === null) {
        throw new UltrametricError("input", `The worker got the request "${request.kind}" before it was started.`);
    }
    switch (request.kind) {
        case "positions":
            respond({ kind: "positions", positions: job.positions });
            break;
        case "trainingViews":
            respond({ kind: "trainingViews", trainingViews: job.createTrainingViews() });
            break;
        case "counts":
            respond({ kind: "counts", counts: job.counts });
            break;
        case "build": {
            const { name, positions, colors, dendrograms } = job.build(request.criteria, request.features);
            respond({ kind: "hierarchy", hierarchy: { name, positions, colors, dendrograms } });
            break;
        }
    }
}

self.onmessage = ({ data }: MessageEvent<HierarchyRequest>): void => {
    try {
        answer(data);
    } catch (error) {
        self.postMessage(DescribeFailure(error));
    }
};
