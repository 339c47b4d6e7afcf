import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder";
import { describe, expect, it } from "vitest";
import type { StructurePriors } from "../../src/compute/hierarchy/priors/structurePriors";
import { RunLengthMask } from "../../src/compute/masks/runLengthMask";
import { HierarchyJob } from "../../src/plugin/pipeline/hierarchyJob";
import { SegmentCaptureAsync } from "../../src/plugin/pipeline/segmentCapture";
import { CaptureSceneAsync } from "../../src/plugin/sceneCapture/sceneCapture";
import { CreateBlackScene, UseBrowserEngine } from "../support/browserScene";

const engine = UseBrowserEngine();

describe("priors from the structure of content", () => {
    it("reach the worker", async () => {
        const scene = CreateBlackScene(engine());
        const left = CreateBox("left", { size: 1 }, scene);
        const right = CreateBox("right", { size: 1 }, scene);
        right.position.set(1, 0.3, 0.2);
        const size = 64;
        const capture = await CaptureSceneAsync(scene, [left, right], { views: 6, size, samples: 800 });
        scene.dispose();
        const mask = {
            region: RunLengthMask.FromCounts([0, size * size], size, size),
            predictedIou: 1,
            stability: 1,
        };
        const masks = { views: capture.views.map(() => ({ masks: [mask] })) };
        const segmentAsync = async (priors: StructurePriors) => {
            const options = { superpoints: { count: 20 }, priors };
            const byWorker = await SegmentCaptureAsync(null, capture, masks, { hierarchy: options });
            const here = new HierarchyJob({ capture, masks, options }, () => {}).build(["consensus"], null);
            expect(byWorker.dendrogram("consensus")).toEqual(here.dendrogram("consensus"));
            return byWorker.dendrogram("consensus");
        };
        const plain = await segmentAsync({});
        for (const prior of ["edges", "shells", "nodes"] as const) {
            expect(await segmentAsync({ [prior]: 1 }), prior).not.toEqual(plain);
        }
        // Neither has a material, so there is no border.
        expect(await segmentAsync({ materials: 1 })).toEqual(plain);
        await expect(segmentAsync({ shells: 2 })).rejects.toThrow(/"shells" has the weight 2/);
        const { structure: _, ...geometry } = capture.geometry;
        const bare = SegmentCaptureAsync(null, { ...capture, geometry }, masks, {
            hierarchy: { priors: { shells: true } },
        });
        await expect(bare).rejects.toThrow(/has no structure of its content/);
    });
});
