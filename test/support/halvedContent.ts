import type { Scene } from "@babylonjs/core/scene";
import { CutRankForCount } from "../../src/compute/hierarchy/cut/partition";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { MeshBinding } from "../../src/plugin/display/meshBinding";
import type { MeshBindingOptions } from "../../src/plugin/display/meshBindingOptions";
import { ContentLeaves } from "../../src/plugin/parts/model/contentLeaves";
import { CaptureSceneAsync, type SceneCapture } from "../../src/plugin/sceneCapture/sceneCapture";
import { DendrogramOfGroups } from "./groupedLeaves";

/**
 * Creates a hierarchy of the content's items. Each item is two parts, left and right of its middle, which merge first;
 * then the items merge in their order.
 */
export function CreateHalves(capture: SceneCapture): SegmentationHierarchy {
    const { elements, items, geometry } = capture;
    const groups = Array.from(elements, (element, leaf) => {
        const item = capture.itemOfElement(element);
        const middle = items[item].mesh.getAbsolutePosition().x;
        return 2 * item + (geometry.positions[3 * leaf] < middle ? 0 : 1);
    });
    const dendrogram = DendrogramOfGroups(groups, [
        ...items.map((_, i) => [2 * i, 2 * i + 1] as const),
        ...items.slice(1).map((_, i) => [0, 2 * i + 2] as const),
    ]);
    return new SegmentationHierarchy(
        "content",
        geometry.positions,
        geometry.colors!,
        new Map([["consensus", dendrogram]]),
    );
}

/** Shows the parts of {@link CreateHalves} on the meshes of a scene. */
export async function BindAsync(
    scene: Scene,
    options: Partial<MeshBindingOptions> = {},
    samples = 600,
): Promise<{
    binding: MeshBinding;
    capture: SceneCapture;
    cut: (count: number) => void;
    startOf: (leaf: number) => number;
}> {
    const capture = await CaptureSceneAsync(scene, scene.meshes, { views: 1, size: 32, samples });
    const hierarchy = CreateHalves(capture);
    const binding = await MeshBinding.CreateAsync(scene, hierarchy, ContentLeaves.Create(capture, hierarchy), options);
    const { dendrogram } = binding;
    const cut = (count: number): void => {
        binding.cutRank = CutRankForCount(dendrogram, count);
    };
    const startOf = (leaf: number): number => {
        let place = dendrogram.order.indexOf(leaf);
        while (dendrogram.rank[place] < binding.cutRank) {
            place--;
        }
        return place;
    };
    return { binding, capture, cut, startOf };
}
