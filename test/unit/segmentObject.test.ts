import { describe, expect, it } from "vitest";
import { PROGRESS_STAGES, type Progress, StageProgress } from "../../src/compute/base/progress";
import { SegmentObjectAsync } from "../../src/plugin/session/segmentObject";

type Runs = Parameters<typeof SegmentObjectAsync>[0];

/** Runs that report progress as the true ones do, and keep their arguments. */
function CreateRuns(): { runs: Runs; calls: unknown[][] } {
    const calls: unknown[][] = [];
    const run =
        (name: string, ...reports: Progress[]) =>
        async (...args: { onProgress?: (progress: Progress) => void }[]): Promise<unknown> => {
            calls.push([name, ...args]);
            for (const report of reports) {
                args.at(-1)!.onProgress?.(report);
            }
            return `result of ${name}`;
        };
    const runs = {
        captureSceneAsync: run(
            "capture",
            StageProgress("readScene", 0),
            StageProgress("sampleSurfaces", 0),
            StageProgress("drawViews", 0.5),
            StageProgress("drawViews", 1),
        ),
        generateMasksAsync: run(
            "masks",
            StageProgress("downloadModel", 0.7),
            StageProgress("makeMasks", 0.5, "view 2"),
        ),
        segmentAsync: run(
            "segment",
            StageProgress("makeImageMasks", 1),
            StageProgress("readMasks", 0),
            StageProgress("mergeParts", 0.9),
            StageProgress("trainFeatures", 0.1),
        ),
    };
    return { runs: runs as unknown as Runs, calls };
}

describe("SegmentObjectAsync", () => {
    it("hands options and results from step to step, and reports one progress that only grows", async () => {
        const { runs, calls } = CreateRuns();
        const { signal } = new AbortController();
        const progress: Progress[] = [];
        const hierarchy = await SegmentObjectAsync(runs, null, {
            capture: { views: 6 },
            masks: { image: { lightness: 0.3 } },
            segment: { criteria: ["area"] },
            signal,
            onProgress: (report) => progress.push(report),
        });
        expect(hierarchy).toBe("result of segment");
        const onProgress = expect.any(Function);
        expect(calls).toEqual([
            ["capture", null, { views: 6, signal, onProgress }],
            ["masks", "result of capture", { image: { lightness: 0.3 }, signal, onProgress }],
            [
                "segment",
                "result of capture",
                "result of masks",
                { preview: true, criteria: ["area"], signal, onProgress },
            ],
        ]);
        const totals = progress.map(({ total }) => total!);
        expect(totals).toEqual([...totals].sort((a, b) => a - b));
        expect([totals[0], totals.at(-1)]).toEqual([0, 1]);
        expect(totals[3]).toBeCloseTo(0.3);
        expect(progress.every(({ id, stage }) => stage === PROGRESS_STAGES[id!])).toBe(true);
        expect(progress[5]).toMatchObject({ id: "makeMasks", detail: "view 2", fraction: 0.5 });
    });
});
