import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { Scene } from "@babylonjs/core/scene";
import type { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import type { ContentItem } from "../../src/plugin/content/sceneContent";
import { ContentLeaves } from "../../src/plugin/parts/model/contentLeaves";
import { GroupedHierarchy } from "./groupedHierarchy";

/** Creates three boxes 2 apart, each a part of two leaves, of which each holds three sides. */
export function CreateBoxContent(scene: Scene): {
    boxes: Mesh[];
    hierarchy: SegmentationHierarchy;
    content: ContentLeaves;
} {
    const boxes = [0, 1, 2].map((i) => {
        const box = CreateBox(`box ${i}`, {}, scene);
        box.position.x = 2 * i;
        return box;
    });
    const positions = Float32Array.from({ length: 18 }, (_, i) => (i % 3 === 0 ? 2 * Math.floor(i / 6) : 0));
    const hierarchy = GroupedHierarchy("boxes", positions, new Uint8Array(18), [0, 0, 1, 1, 2, 2]);
    const items: ContentItem[] = boxes.map((mesh, i) => ({
        mesh,
        thinInstance: -1,
        kind: "faces",
        firstElement: 12 * i,
        elementCount: 12,
    }));
    const content = ContentLeaves.Restore(
        { name: "boxes", items, elements: new Uint32Array(6), barycentrics: new Float32Array(12) },
        Uint32Array.from({ length: 36 }, (_, face) => Math.floor(face / 6)),
    );
    return { boxes, hierarchy, content };
}
