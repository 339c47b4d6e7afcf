import { describe, expect, it } from "vitest";
import { UltrametricError } from "../../src/compute/base/ultrametricError";
import { HIERARCHY_STAGES } from "../../src/compute/hierarchy/build/hierarchyStages";
import { LoadNerfCaptureAsync } from "../../src/plugin/formats/captures/nerfCapture";
import { LoadMaskFilesAsync } from "../../src/plugin/formats/masks/maskFiles";
import { SegmentCaptureAsync } from "../../src/plugin/pipeline/segmentCapture";
import { UrlFileSource } from "../../src/plugin/sources/urlFileSource";
import { UseBrowserEngine } from "../support/browserScene";
import { CountWorkers } from "../support/workerCensus";

const engine = UseBrowserEngine();

async function loadExcavatorAsync() {
    const source = new UrlFileSource(new URL("/demo/captures/excavator/", location.href));
    const capture = await LoadNerfCaptureAsync(source);
    return { capture, masks: await LoadMaskFilesAsync(source, capture) };
}

describe("segmenting in a page", () => {
    it("runs in a worker, which ends, and reports its stages", async () => {
        const { capture, masks } = await loadExcavatorAsync();
        const stages: string[] = [];
        const workers = CountWorkers();
        const alive = new Set<number>();
        const hierarchy = await SegmentCaptureAsync(null, capture, masks, {
            onProgress: ({ stage }) => {
                stages.push(stage);
                alive.add(workers.alive);
            },
        });
        workers.dispose();
        expect([...alive]).toEqual([1]);
        expect(workers.alive).toBe(0);
        expect(hierarchy.leafCount).toBeGreaterThan(100_000);
        const { smoothing, ...untrained } = HIERARCHY_STAGES; // only features are smoothed
        expect(stages).toEqual(expect.arrayContaining(Object.values(untrained)));
        expect(stages).not.toContain(smoothing);
    });

    it("trains on the page's GPU", async () => {
        const { capture, masks } = await loadExcavatorAsync();
        const losses: number[] = [];
        const hierarchy = await SegmentCaptureAsync(engine(), capture, masks, {
            field: { levels: 6, tableSizeLog2: 12, hidden: [16], dimensions: 8 },
            training: { steps: 100, samples: 512, pairs: 512 },
            onLosses: (_, euclid, ultra) => losses.push(euclid + ultra),
        });
        expect(hierarchy.criteria).toEqual(["consensus"]);
        expect(losses).toHaveLength(2);
        expect(losses[1]).toBeLessThan(losses[0]);
    });

    it("can be canceled, and passes errors on from the worker", async () => {
        const { capture, masks } = await loadExcavatorAsync();
        const controller = new AbortController();
        const canceled = SegmentCaptureAsync(null, capture, masks, {
            signal: controller.signal,
            onProgress: ({ stage }) => {
                if (stage === HIERARCHY_STAGES.votes) {
                    controller.abort();
                }
            },
        }).catch((error: unknown) => error);
        expect(await canceled).toMatchObject({ name: "UltrametricError", kind: "aborted" });

        const blind = {
            ...capture,
            views: capture.views.map((view) => ({ ...view, depth: view.depth!.map(() => 0) })),
        };
        const failed = await SegmentCaptureAsync(null, blind, masks).catch((error: unknown) => error);
        expect(failed).toBeInstanceOf(UltrametricError);
        expect((failed as UltrametricError).message).toMatch(/has no surface/);
    });
});
