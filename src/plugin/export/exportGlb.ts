import { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import type { Scene } from "@babylonjs/core/scene";
import { Pacer } from "../../compute/base/pacer";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { Criterion, SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import { CheckContent, type ContentLeaves } from "../parts/model/contentLeaves";
import { BakedItem } from "./bakedItem";
import { CreateLeafPoints, GlbWriter, GroupElements } from "./glbWriter";
import { NodeOfLeaves, type PartNode, SelectPartNodes } from "./partNodes";

/** Options of {@link ExportGlbAsync}. */
export interface ExportGlbOptions {
    /** The criterion of the cuts; null for the first one of the hierarchy. Default null. */
    criterion: Criterion | null;
    /** The part counts of the cuts, which are the levels of the tree. Default [8, 32, 128]. */
    levels: readonly number[];
    /** The smallest part, as a share of all leaves; small fragments stay with the part around them. Default 0.0005. */
    minShare: number;
    /** Returns the name of a part; null for "part <start>-<end>". Default null for all parts. */
    nameOf: (part: PartNode) => string | null;
}

/** The defaults of {@link ExportGlbOptions}. */
export const DEFAULT_EXPORT_GLB_OPTIONS: Readonly<ExportGlbOptions> = {
    criterion: null,
    levels: [8, 32, 128],
    minShare: 5e-4,
    nameOf: () => null,
};

/**
 * Exports a GLB with the parts as its nodes. The scene of the content is only read.
 *
 * Every part of the levels is a node above the parts inside it. Its `extras` contain `interval` [start, end) in the
 * leaf order, `leaves` (the number of leaves), `criterion`, `threshold` (the smallest height at which it is a part),
 * `mergedAt` (the height at which it is merged; absent for a part that never is) and `parts` [smallest, largest] part
 * count of the cuts that contain it. Each face or point belongs to the node of its smallest part. A node has a mesh per
 * scene mesh and material, with normals, texture coordinates, colors and materials. Meshes keep their place in the
 * scene, and skinned ones their pose. Materials that the glTF exporter does not support are omitted.
 *
 * @param content the content that the leaves were sampled from; null exports the leaves as colored points, in the
 * coordinates of the hierarchy
 * @param engineScene any scene of the engine that exports, where there is no content
 * @throws UltrametricError "input" for a wrong criterion or option, or a hierarchy of other content; "unsupported"
 * without \@babylonjs/serializers; "disposed"
 */
export async function ExportGlbAsync(
    hierarchy: SegmentationHierarchy,
    content: ContentLeaves | null,
    engineScene: Scene,
    options: Partial<ExportGlbOptions> = {},
): Promise<Uint8Array<ArrayBuffer>> {
    const { criterion: requested, levels, minShare, nameOf } = { ...DEFAULT_EXPORT_GLB_OPTIONS, ...options };
    if (levels.length === 0 || !levels.every((count) => count >= 1) || !(minShare >= 0 && minShare <= 1)) {
        throw new UltrametricError(
            "input",
            `The levels must be part counts of at least 1, and minShare 0..1; they are [${levels.join(", ")}] ` +
                `and ${minShare}.`,
        );
    }
    const criterion = requested ?? hierarchy.criteria[0];
    const dendrogram = hierarchy.dendrogram(criterion);
    CheckContent(hierarchy, content);
    const writer = await GlbWriter.CreateAsync(engineScene, content?.items.map(({ mesh }) => mesh) ?? []);
    const nodes = SelectPartNodes(dendrogram, levels, Math.max(1, Math.round(minShare * hierarchy.leafCount)));
    const nodeOfLeaf = NodeOfLeaves(dendrogram, nodes);

    return await writer.writeAsync(async (scene) => {
        const root = new TransformNode(hierarchy.name, scene);
        root.metadata = { gltf: { extras: { criterion, leaves: hierarchy.leafCount, levels: [...levels] } } };
        const parts: TransformNode[] = [];
        for (const node of nodes) {
            const { start, end, threshold, mergedAt, minPartCount, maxPartCount } = node;
            const part = new TransformNode(nameOf(node) ?? `part ${start}-${end}`, scene);
            part.parent = node.parent < 0 ? root : parts[node.parent];
            part.metadata = {
                gltf: {
                    extras: {
                        interval: [start, end],
                        leaves: end - start,
                        criterion,
                        threshold,
                        ...(Number.isFinite(mergedAt) ? { mergedAt } : {}),
                        parts: [minPartCount, maxPartCount],
                    },
                },
            };
            parts.push(part);
        }
        const pacer = new Pacer("Exporting a GLB");
        const nodeAt = (node: number): TransformNode => (node < 0 ? root : parts[node]);
        if (content) {
            // glTF has no widely supported format for splats; WriteSplatPly exports them.
            for (const item of content.items.filter(({ kind }) => kind !== "splats")) {
                const { firstElement, elementCount } = item;
                const groups = GroupElements(elementCount, (e) => nodeOfLeaf[content.leafOfElement[firstElement + e]]);
                const baked = new BakedItem(item);
                for (const [node, elements] of groups) {
                    baked.createMeshes(elements, nodeAt(node));
                    await pacer.yieldIfDueAsync();
                }
            }
        } else {
            for (const [node, leaves] of GroupElements(hierarchy.leafCount, (leaf) => nodeOfLeaf[leaf])) {
                CreateLeafPoints(hierarchy, leaves, nodeAt(node));
            }
        }
    });
}
