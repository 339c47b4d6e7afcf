import { UltrametricError } from "../../compute/ultrametricError";
import { HierarchyJob } from "./hierarchyJob";
import type { HierarchyRequest, HierarchyResponse } from "./hierarchyMessages";
import { DescribeFailure } from "./workerLink";

// The page's end is HierarchyClient.
let job: HierarchyJob | null = null;

const respond = (response: HierarchyResponse, transfer: Transferable[] = []): void => {
    self.postMessage(response, { transfer });
};

function answer(request: HierarchyRequest): void {
    if (request.kind === "start") {
        job = new HierarchyJob(request.input, (stage) => respond({ kind: "stage", stage }));
        respond({ kind: "started" });
        return;
    }
    if (job === null) {
        throw new UltrametricError("input", `The worker was asked for "${request.kind}" before it was started.`);
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
