import { Worker as NodeWorker } from "node:worker_threads";
import { describe, expect, it, vi } from "vitest";
import { UltrametricError } from "../../src/compute/base/ultrametricError";
import { HIERARCHY_STAGES } from "../../src/compute/hierarchy/build/hierarchyStages";
import { CutAtCount, LabelLeaves } from "../../src/compute/hierarchy/cut/partition";
import { CRITERIA } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import type { MaskSet } from "../../src/compute/masks/maskSet";
import { RunLengthMask } from "../../src/compute/masks/runLengthMask";
import type { Capture, View } from "../../src/compute/views/capture";
import { SegmentCaptureAsync } from "../../src/plugin/pipeline/segmentCapture";
import { CreateCamera } from "../support/cameras";

const SIZE = 40;

/** Creates a view straight down from (x, 0, 4) at the plane z = 0. `sees` tells which pixels have depth. */
function viewAt(x: number, sees: (column: number, row: number) => boolean = () => true): View {
    const depth = Float32Array.from({ length: SIZE * SIZE }, (_, p) => (sees(p % SIZE, Math.floor(p / SIZE)) ? 4 : 0));
    return {
        name: `at ${x}`,
        camera: CreateCamera(SIZE, { focal: 2 * SIZE, position: [x, 0, 4] }),
        image: new Uint8Array(4 * SIZE * SIZE).fill(255),
        depth,
    };
}

function maskOf(inside: (column: number, row: number) => boolean) {
    const bitmap = Uint8Array.from({ length: SIZE * SIZE }, (_, p) => (inside(p % SIZE, Math.floor(p / SIZE)) ? 1 : 0));
    return { region: RunLengthMask.FromBitmap(bitmap, SIZE, SIZE), predictedIou: 1, stability: 1 };
}

function capture(views: View[]): Capture {
    return { name: "plane", views, heldOutViews: [] };
}

/** Masks of two halves, and of the upper and the lower quarter in the left one. */
const HALVES = [
    maskOf((c) => c < 20),
    maskOf((c) => c >= 20),
    maskOf((c, r) => c < 20 && r < 20),
    maskOf((c, r) => c < 20 && r >= 20),
];

async function refusal(work: Promise<unknown>): Promise<UltrametricError> {
    const error = await work.then(
        () => null,
        (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(UltrametricError);
    return error as UltrametricError;
}

describe("segmenting by masks alone", () => {
    it("finds nested parts of a plane that only masks separate", async () => {
        const masks: MaskSet = { views: [{ masks: HALVES }] };
        const hierarchy = await SegmentCaptureAsync(null, capture([viewAt(0)]), masks, {
            hierarchy: { superpoints: { count: 60 } },
        });
        const dendrogram = hierarchy.dendrogram("consensus");
        // The order of leaves is not that of pixels, so find them by position. x < 0 is left, y > 0 is up.
        const partOf = (labels: Uint32Array, leaf: number): number => labels[leaf];
        const expected = {
            2: (x: number, _: number) => (x < 0 ? "left" : "right"),
            3: (x: number, y: number) => (x < 0 ? (y > 0 ? "upper left" : "lower left") : "right"),
        };
        for (const [count, nameOf] of Object.entries(expected)) {
            const labels = LabelLeaves(CutAtCount(dendrogram, Number(count)));
            const names = new Map<number, Map<string, number>>();
            for (let leaf = 0; leaf < hierarchy.leafCount; leaf++) {
                const name = nameOf(hierarchy.positions[3 * leaf], hierarchy.positions[3 * leaf + 1]);
                const part = partOf(labels, leaf);
                const tally = names.get(part) ?? new Map<string, number>();
                names.set(part, tally.set(name, (tally.get(name) ?? 0) + 1));
            }
            const found = [...names.values()].map((tally) => [...tally].sort((a, b) => b[1] - a[1])[0]);
            expect(new Set(found.map(([name]) => name)).size).toBe(Number(count));
            // Superpoints may extend across the border by a pixel.
            expect(found.reduce((sum, [, n]) => sum + n, 0) / hierarchy.leafCount).toBeGreaterThan(0.97);
        }
    });

    it("computes every criterion, with the same bits each time", async () => {
        const masks: MaskSet = { views: [{ masks: HALVES }, { masks: [] }] };
        const input = capture([viewAt(0), viewAt(0.3)]);
        const run = () => SegmentCaptureAsync(null, input, masks, { criteria: CRITERIA });
        const [first, second] = [await run(), await run()];
        expect(first.criteria).toEqual(CRITERIA);
        expect(second).toEqual(first);
    });

    it("works when onnxruntime has replaced the web's Worker by Node's", async () => {
        vi.stubGlobal("Worker", NodeWorker);
        try {
            const masks: MaskSet = { views: [{ masks: HALVES }] };
            const hierarchy = await SegmentCaptureAsync(null, capture([viewAt(0)]), masks);
            expect(hierarchy.leafCount).toBeGreaterThan(0);
        } finally {
            vi.unstubAllGlobals();
        }
    });

    it("reports its stages in order", async () => {
        const stages: string[] = [];
        let last = 0;
        await SegmentCaptureAsync(
            null,
            capture([viewAt(0)]),
            { views: [{ masks: HALVES }] },
            {
                onProgress: ({ stage, fraction }) => {
                    stages.push(stage);
                    expect(fraction, stage).toBeGreaterThanOrEqual(last);
                    expect(fraction).toBeLessThanOrEqual(1);
                    last = fraction;
                },
            },
        );
        expect(stages[0]).toBe(HIERARCHY_STAGES.masks);
        expect(stages).toContain(HIERARCHY_STAGES.merging);
    });

    it("accepts a view without depth values beside one with depth", async () => {
        const masks: MaskSet = { views: [{ masks: HALVES }, { masks: HALVES }] };
        const hierarchy = await SegmentCaptureAsync(null, capture([viewAt(0), viewAt(9, () => false)]), masks);
        expect(hierarchy.leafCount).toBeGreaterThan(1000);
    });

    it("has one part for a single point", async () => {
        const masks: MaskSet = { views: [{ masks: [maskOf(() => true)] }] };
        const hierarchy = await SegmentCaptureAsync(null, capture([viewAt(0, (c, r) => c === 5 && r === 5)]), masks, {
            criteria: CRITERIA,
        });
        expect(hierarchy.leafCount).toBe(1);
        for (const criterion of CRITERIA) {
            expect(CutAtCount(hierarchy.dendrogram(criterion), 5).partCount).toBe(1);
        }
    });

    it("throws on invalid input with a reason", async () => {
        const good = capture([viewAt(0)]);
        const noMasks = await refusal(SegmentCaptureAsync(null, good, { views: [{ masks: [] }] }));
        expect(noMasks.message).toMatch(/no masks in any view/);
        const tooMany = await refusal(SegmentCaptureAsync(null, good, { views: [{ masks: HALVES }, { masks: [] }] }));
        expect(tooMany.message).toMatch(/masks belong to 2 views.* has 1/);
        const blind = capture([viewAt(0, () => false)]);
        expect((await refusal(SegmentCaptureAsync(null, blind, { views: [{ masks: HALVES }] }))).message).toMatch(
            /has no surface/,
        );
        const flat = capture([{ ...viewAt(0), depth: null }]);
        expect((await refusal(SegmentCaptureAsync(null, flat, { views: [{ masks: HALVES }] }))).message).toMatch(
            /no depth/,
        );
        const paper = SegmentCaptureAsync(null, good, { views: [{ masks: HALVES }] }, { recipe: "paper" });
        expect((await refusal(paper)).message).toMatch(/trained feature field/);
    });

    it("can be canceled before the run and at any stage", async () => {
        const masks: MaskSet = { views: [{ masks: HALVES }] };
        const before = SegmentCaptureAsync(null, capture([viewAt(0)]), masks, { signal: AbortSignal.abort() });
        expect((await refusal(before)).kind).toBe("aborted");
        for (const stop of [HIERARCHY_STAGES.masks, HIERARCHY_STAGES.graph, HIERARCHY_STAGES.merging]) {
            const controller = new AbortController();
            const run = SegmentCaptureAsync(null, capture([viewAt(0)]), masks, {
                signal: controller.signal,
                onProgress: ({ stage }) => {
                    if (stage === stop) {
                        controller.abort();
                    }
                },
            });
            expect((await refusal(run)).kind).toBe("aborted");
        }
    });
});
