import { describe, expect, it } from "vitest";
import { UltrametricError } from "../../src/compute/base/ultrametricError";
import { HIERARCHY_STAGES } from "../../src/compute/hierarchy/build/hierarchyStages";
import { LoadMaskFilesAsync } from "../../src/plugin/formats/maskFiles";
import { LoadNerfCaptureAsync } from "../../src/plugin/formats/nerfCapture";
import { SegmentCaptureAsync } from "../../src/plugin/pipeline/segmentCapture";
import { UrlFileSource } from "../../src/plugin/sources/urlFileSource";
import { UseBrowserEngine } from "../support/browserScene";
import { LongestTaskAsync } from "../support/longestTask";

const engine = UseBrowserEngine();

async function loadExcavatorAsync() {
    const source = new UrlFileSource(new URL("/demo/captures/excavator/", location.href));
    const capture = await LoadNerfCaptureAsync(source);
    return { capture, masks: await LoadMaskFilesAsync(source, capture) };
}

describe("segmenting in a page", () => {
    it("happens in a worker, reports its stages, and leaves the page alive", async () => {
        const { capture, masks } = await loadExcavatorAsync();
        const stages: string[] = [];
        const run = SegmentCaptureAsync(null, capture, masks, { onProgress: ({ stage }) => stages.push(stage) });
        const pause = await LongestTaskAsync(() => run);
        const hierarchy = await run;
        expect(hierarchy.leafCount).toBeGreaterThan(100_000);
        const { smoothing, ...untrained } = HIERARCHY_STAGES; // features alone are smoothed
        expect(stages).toEqual(expect.arrayContaining(Object.values(untrained)));
        expect(stages).not.toContain(smoothing);
        // 50 ms is the promise where the page has a core for itself; busy machines take its turn away for longer. On the page's
        // own thread the work would be one pause of two seconds.
        expect(pause).toBeLessThan(600);
    });

    it("trains on the page's GPU, and leaves the page alive", async () => {
        const { capture, masks } = await loadExcavatorAsync();
        const losses: number[] = [];
        const trained: number[] = [];
        const run = SegmentCaptureAsync(engine(), capture, masks, {
            training: { steps: 150 },
            onLosses: (_, euclid, ultra) => {
                losses.push(euclid + ultra);
                trained.push(performance.now());
            },
        });
        const pause = await LongestTaskAsync(() => run);
        const hierarchy = await run;
        // The first 50 steps also wait for the kernels to be compiled.
        const perSecond = (50 * (trained.length - 1)) / ((trained[trained.length - 1] - trained[0]) / 1000);
        console.log(
            `Training in the page: ${perSecond.toFixed(1)} steps a second, longest pause ${pause.toFixed(0)} ms.`,
        );
        expect(hierarchy.criteria).toEqual(["consensus"]);
        expect(losses).toHaveLength(3);
        expect(losses[1]).toBeLessThan(losses[0]);
        expect(losses[2]).toBeLessThan(losses[1]);
        expect(pause).toBeLessThan(600); // as above
    });

    it("can be canceled, and fails with the worker's own errors", async () => {
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
