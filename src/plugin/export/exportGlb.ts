import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import { EngineStore } from "@babylonjs/core/Engines/engineStore";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import { Scene } from "@babylonjs/core/scene";
import { Pacer } from "../../compute/base/pacer";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { Criterion, SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import type { ContentLeaves } from "../parts/model/contentLeaves";
import { ToLinearSpace } from "../sceneCapture/surfaceAppearance";
import { BakedItem } from "./bakedItem";
import { PrepareImageEncoderAsync } from "./imageEncoder";
import { NodeOfLeaves, type PartNode, SelectPartNodes } from "./partNodes";

const POINT_LIST = 3;

/** Options of {@link ExportGlbAsync}. */
export interface ExportGlbOptions {
    /** By what the hierarchy is cut; null takes the one that it shows first. Default null. */
    criterion: Criterion | null;
    /** Numbers of parts at which it is cut: the levels of the tree. Default [8, 32, 128]. */
    levels: readonly number[];
    /** Parts below this share of all leaves are dust, which stays with the part around it. Default 0.0005. */
    minShare: number;
    /** Names of parts; null for a part that gets the name "part <start>-<end>". Default none. */
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
 * A GLB with the parts as its nodes, for any program that reads glTF. The scene that the content stands in is only read.
 *
 * Every part of the levels is a node with the parts inside it below; its `extras` hold `interval` [start, end) in the leaf order, `leaves` (how
 * many), `criterion`, `threshold` (the smallest height at which it is a part), `mergedAt` (the height at which another joins it; left out where none
 * does) and `parts` [fewest, most] at which it is one of them. Each face or point hangs below the smallest part that it belongs to, in one mesh for
 * every mesh of the scene and material, with normals, texture coordinates, colors and materials; meshes stand as they stood in the scene, skinned
 * ones in their pose. Materials that glTF's writer does not know are left out.
 *
 * @param content what the hierarchy's leaves lie on; null exports the leaves themselves as colored points, in the hierarchy's own
 * coordinates
 * @param engineScene any scene of the engine that is to write, where there is no content
 * @throws UltrametricError "input" when a criterion or option is wrong or the hierarchy is not the content's, "unsupported" without
 * \@babylonjs/serializers, "disposed"
 */
export async function ExportGlbAsync(
    hierarchy: SegmentationHierarchy,
    content: ContentLeaves | null,
    engineScene: Scene,
    options: Partial<ExportGlbOptions> = {},
): Promise<Uint8Array<ArrayBuffer>> {
    const { criterion: asked, levels, minShare, nameOf } = { ...DEFAULT_EXPORT_GLB_OPTIONS, ...options };
    if (levels.length === 0 || !levels.every((count) => count >= 1) || !(minShare >= 0 && minShare <= 1)) {
        throw new UltrametricError(
            "input",
            `Levels are numbers of parts of at least 1 and minShare is 0..1; they are [${levels.join(", ")}] and ${minShare}.`,
        );
    }
    const criterion = asked ?? hierarchy.criteria[0];
    const dendrogram = hierarchy.dendrogram(criterion);
    if (content && content.capture.elements.length !== hierarchy.leafCount) {
        throw new UltrametricError(
            "input",
            `The content has ${content.capture.elements.length} samples, the hierarchy "${hierarchy.name}" ${hierarchy.leafCount} leaves; give the one that belongs to it.`,
        );
    }
    if (engineScene.isDisposed) {
        throw new UltrametricError("disposed", "The scene has been disposed; nothing can be exported from it.");
    }
    const { GLTF2Export } = await LoadSerializersAsync();
    if (content?.items.some(({ mesh }) => (mesh.material?.getActiveTextures().length ?? 0) > 0)) {
        await PrepareImageEncoderAsync();
    }
    const nodes = SelectPartNodes(dendrogram, levels, Math.max(1, Math.round(minShare * hierarchy.leafCount)));
    const nodeOfLeaf = NodeOfLeaves(dendrogram, nodes);

    // A scene beside the engine's list of scenes: nobody draws it, and the content's own scene hears nothing.
    const lastScene = EngineStore._LastCreatedScene;
    const scene = new Scene(engineScene.getEngine(), { virtual: true });
    EngineStore._LastCreatedScene = lastScene;
    try {
        scene.useRightHandedSystem = true;
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
            // glTF has no splats that its readers agree on: WriteSplatPly writes those.
            for (const item of content.items.filter(({ kind }) => kind !== "splats")) {
                const { firstElement, elementCount } = item;
                const shares = ShareOut(elementCount, (e) => nodeOfLeaf[content.leafOfElement[firstElement + e]]);
                const baked = new BakedItem(item);
                for (const [node, elements] of shares) {
                    baked.createMeshes(elements, nodeAt(node));
                    await pacer.yieldIfDueAsync();
                }
            }
        } else {
            for (const [node, leaves] of ShareOut(hierarchy.leafCount, (leaf) => nodeOfLeaf[leaf])) {
                CreateLeafPoints(hierarchy, leaves, nodeAt(node));
            }
        }
        const name = "parts";
        const { files } = await GLTF2Export.GLBAsync(scene, name, {
            exportWithoutWaitingForScene: true,
            exportUnusedUVs: true,
            removeNoopRootNodes: false,
        });
        const file = files[`${name}.glb`];
        if (!(file instanceof Blob)) {
            throw new UltrametricError("unsupported", "The installed @babylonjs/serializers wrote no GLB; update it.");
        }
        return new Uint8Array(await file.arrayBuffer());
    } finally {
        for (const mesh of scene.meshes) {
            const { material } = mesh;
            mesh.material = null;
            if (material?.meshMap) {
                delete material.meshMap[mesh.uniqueId];
            }
        }
        scene.dispose();
        EngineStore._LastCreatedScene = lastScene;
    }
}

async function LoadSerializersAsync(): Promise<typeof import("@babylonjs/serializers/glTF/2.0/index")> {
    try {
        return await import("@babylonjs/serializers/glTF/2.0/index");
    } catch (error) {
        throw new UltrametricError("unsupported", "GLB files are written by @babylonjs/serializers: install it.", {
            cause: error,
        });
    }
}

/** Elements by node. */
function ShareOut(count: number, nodeOf: (element: number) => number): Map<number, number[]> {
    const shares = new Map<number, number[]>();
    for (let element = 0; element < count; element++) {
        const node = nodeOf(element);
        const share = shares.get(node);
        if (share) {
            share.push(element);
        } else {
            shares.set(node, [element]);
        }
    }
    return shares;
}

function CreateLeafPoints(
    { positions, colors }: SegmentationHierarchy,
    leaves: readonly number[],
    parent: TransformNode,
): void {
    const mesh = new Mesh("points", parent.getScene(), parent);
    const gather = (from: ArrayLike<number>, scale: number): Float32Array =>
        Float32Array.from(
            { length: 3 * leaves.length },
            (_, i) => from[3 * leaves[Math.floor(i / 3)] + (i % 3)] * scale,
        );
    mesh.setVerticesData(VertexBuffer.PositionKind, gather(positions, 1), false, 3);
    // glTF's vertex colors are linear.
    mesh.setVerticesData(VertexBuffer.ColorKind, gather(colors, 1 / 255).map(ToLinearSpace), false, 3);
    mesh.isUnIndexed = true;
    mesh.refreshBoundingInfo();
    mesh.overrideRenderingFillMode = POINT_LIST;
}
