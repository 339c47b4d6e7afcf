import { FreeCamera } from "@babylonjs/core/Cameras/freeCamera";
import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { Scene } from "@babylonjs/core/scene";
import { afterAll, describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import type { SerializedSegmentation } from "../../src/plugin/saved/savedSegmentation";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import { RandomMerges } from "../support/randomMerges";
import { DescribeJson, FuzzAsync } from "./fuzz";

const engine = new NullEngine();
const scene = new Scene(engine);
new FreeCamera("camera", Vector3.Zero(), scene);
afterAll(() => engine.dispose());

const LEAVES = 30;

function createHierarchy(name: string): SegmentationHierarchy {
    const random = CreateRandom(3);
    return new SegmentationHierarchy(
        name,
        Float32Array.from({ length: 3 * LEAVES }, random),
        new Uint8Array(3 * LEAVES),
        new Map([["consensus", CreateDendrogram(RandomMerges(LEAVES, 1, random))]]),
    );
}

/** Shows a hierarchy with edits and a selection. */
async function showAsync(segmentation: UltrametricSegmentation, name: string): Promise<void> {
    await segmentation.setHierarchyAsync(createHierarchy(name));
    segmentation.partCount = 4;
    const [root] = segmentation.parts!.roots;
    const editor = segmentation.editor!;
    editor.rename(root.children[0], "left");
    editor.hide(root.children[1]);
    root.children[0].recolor({ r: 1, g: 0.5, b: 0 });
    editor.split(root.children[0]);
    segmentation.selectedPart = segmentation.parts!.roots[0];
}

describe("UltrametricSegmentation.loadAsync", () => {
    it("leaves what was shown bit for bit as it was when it fails, whatever is changed in the file", async () => {
        const segmentation = new UltrametricSegmentation(scene);
        await showAsync(segmentation, "other");
        const file = await segmentation.serializeAsync();
        await showAsync(segmentation, "mine");
        const mine = await segmentation.serializeAsync();
        let failures = 0;
        await FuzzAsync<SerializedSegmentation>({
            createAsync: (mutations) => mutations.json(file) as SerializedSegmentation,
            readAsync: async (changed) => {
                try {
                    await segmentation.loadAsync(changed);
                } catch (error) {
                    failures++;
                    expect(await segmentation.serializeAsync()).toEqual(mine);
                    throw error;
                }
                await segmentation.loadAsync(mine);
            },
            describe: DescribeJson,
        });
        expect(failures).toBeGreaterThan(0);
        segmentation.dispose();
    });
});
