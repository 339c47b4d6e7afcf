import { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { CheckGpuAsync } from "../../src/compute/gpu/gpuErrors";
import { CreateDendrogram, type Dendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import { GranularityPanel } from "../../src/ui/granularity/granularityPanel";
import { PartsPanel } from "../../src/ui/parts/partsPanel";
import { CreateBlackScene, UseBrowserEngine } from "../support/browserScene";

const engine = UseBrowserEngine();
const LEAVES = 40_000;

/** Merges the neighbors in a row of leaves in random order. */
function RandomDendrogram(seed: number): Dendrogram {
    const random = CreateRandom(seed);
    const height = Float64Array.from({ length: LEAVES - 1 }, random);
    const order = Uint32Array.from(height.keys()).sort((a, b) => height[a] - height[b]);
    return CreateDendrogram({
        leafCount: LEAVES,
        first: order,
        second: order.map((leaf) => leaf + 1),
        height: Float64Array.from(order, (leaf) => height[leaf]),
    });
}

describe("40,000 leaves", () => {
    it("are shown, and cut by the criterion of the last call", async () => {
        const random = CreateRandom(3);
        const hierarchy = new SegmentationHierarchy(
            "many",
            Float32Array.from({ length: 3 * LEAVES }, random),
            new Uint8Array(3 * LEAVES).fill(128),
            new Map([
                ["consensus", RandomDendrogram(1)],
                ["volume", RandomDendrogram(2)],
                ["area", RandomDendrogram(3)],
            ]),
        );
        const scene = CreateBlackScene(engine());
        const segmentation = new UltrametricSegmentation(scene, { granularity: 0.5 });
        const texture = AdvancedDynamicTexture.CreateFullscreenUI("panels", true, scene);
        new GranularityPanel(segmentation, texture);
        new PartsPanel(segmentation, texture);
        await segmentation.setHierarchyAsync(hierarchy);
        const [, other, last] = hierarchy.criteria;
        await segmentation.setCriterionAsync(other);
        expect(segmentation.nextPartCount(1)).toBeGreaterThan(segmentation.partCount);
        segmentation.criterion = last;
        expect(segmentation.criterion).toBe(last);
        await segmentation.setCriterionAsync(other);
        expect(segmentation.criterion).toBe(other);
        expect(segmentation.parts!.dendrogram).toBe(hierarchy.dendrogram(other));
        // The last of overlapping calls takes effect.
        await Promise.all([segmentation.setCriterionAsync("consensus"), segmentation.setCriterionAsync(other)]);
        expect(segmentation.criterion).toBe(other);
        await CheckGpuAsync(engine());
        scene.dispose();
    });
});
