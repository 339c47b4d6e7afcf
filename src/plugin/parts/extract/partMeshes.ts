import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import type { Scene } from "@babylonjs/core/scene";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import type { SegmentationHierarchy } from "../../../compute/hierarchy/cut/segmentationHierarchy";
import { CreateLeafPoints } from "../../display/leafPoints";
import { CreateLeafColorBuffer, CreatePointMaterial } from "../../display/pointMaterial";
import { CountSplats, IsSplatMesh } from "../../sceneCapture/splatData";
import type { ContentLeaves } from "../model/contentLeaves";
import { ExtractedPart } from "../model/extractedPart";
import { BoxOfElements, ExtractMesh } from "./extractMesh";
import { ExtractSplats } from "./extractSplats";

/** The items and their elements by leaves, as ContentLeaves has them. */
export type ExtractableContent = Pick<ContentLeaves, "items" | "elementsOf">;

/** How leaves are shown where there is no content. */
export interface LeafPlacement {
    readonly hierarchy: Pick<SegmentationHierarchy, "positions" | "colors">;
    /** From the leaves' coordinates into the scene. */
    readonly worldMatrix: Matrix;
    /** In the leaves' units. */
    readonly pointRadius: number;
}

/**
 * Meshes of what of the content follows some leaves, under a node at the middle of their box.
 *
 * @param layerMaskOf the layers of a mesh of the content, which is hidden by them while it shows parts
 * @throws UltrametricError "input" when nothing does, and as ExtractMesh
 */
export function CreateContentMeshes(
    scene: Scene,
    content: ExtractableContent,
    leaves: Uint32Array,
    name: string,
    layerMaskOf: (mesh: AbstractMesh) => number = ({ layerMask }) => layerMask,
): ExtractedPart {
    const box = {
        low: new Vector3(Infinity, Infinity, Infinity),
        high: new Vector3(-Infinity, -Infinity, -Infinity),
    };
    const elements = content.elementsOf(leaves);
    const taken = content.items.flatMap((item, i) => (elements[i].length > 0 ? [{ item, elements: elements[i] }] : []));
    if (taken.length === 0) {
        throw new UltrametricError(
            "input",
            `No face or point of the content follows the ${leaves.length} leaves of ${name}: faces follow the leaf nearest to their middle. ` +
                "Take a larger part, or capture with more samples.",
        );
    }
    for (const { item, elements } of taken) {
        BoxOfElements(item, elements, box);
    }
    const root = new TransformNode(name, scene);
    root.position = box.low.add(box.high).scale(0.5);
    root.computeWorldMatrix(true);
    try {
        const meshes = taken.map(({ item, elements }) => {
            const own = taken.length === 1 ? name : `${name} (${item.mesh.name})`;
            const mesh = ExtractMesh(item, elements, own, root);
            mesh.layerMask = layerMaskOf(item.mesh);
            return mesh;
        });
        return new ExtractedPart(root, meshes, leaves);
    } catch (error) {
        root.dispose(); // with the meshes below it
        throw error;
    }
}

/** A cloud of round points of some leaves, under a node at the middle of their box. */
export function CreateLeafCloud(
    scene: Scene,
    { hierarchy, worldMatrix, pointRadius }: LeafPlacement,
    leaves: Uint32Array,
    name: string,
): ExtractedPart {
    const own = new Float32Array(3 * leaves.length);
    const colors = new Uint8Array(4 * leaves.length);
    const low = new Vector3(Infinity, Infinity, Infinity);
    const high = new Vector3(-Infinity, -Infinity, -Infinity);
    leaves.forEach((leaf, i) => {
        own.set(hierarchy.positions.subarray(3 * leaf, 3 * leaf + 3), 3 * i);
        colors.set(hierarchy.colors.subarray(3 * leaf, 3 * leaf + 3), 4 * i);
        colors[4 * i + 3] = 255;
        low.minimizeInPlaceFromFloats(own[3 * i], own[3 * i + 1], own[3 * i + 2]);
        high.maximizeInPlaceFromFloats(own[3 * i], own[3 * i + 1], own[3 * i + 2]);
    });
    const center = low.add(high).scale(0.5);
    for (let i = 0; i < own.length; i += 3) {
        own[i] -= center.x;
        own[i + 1] -= center.y;
        own[i + 2] -= center.z;
    }
    const root = new TransformNode(name, scene);
    Matrix.Translation(center.x, center.y, center.z).multiply(worldMatrix).decomposeToTransformNode(root);
    const material = CreatePointMaterial(`${name} (points)`, scene);
    material.setFloat("radius", pointRadius);
    const buffer = CreateLeafColorBuffer(scene.getEngine(), colors);
    const mesh = CreateLeafPoints(name, scene, own, buffer, material, pointRadius);
    mesh.parent = root;
    return new ExtractedPart(root, [mesh], leaves, material);
}

/** Copies of an extracted part's meshes, under a node of their own that is not placed. */
export function CloneMeshes(source: ExtractedPart, name: string): ExtractedPart {
    const root = new TransformNode(name, source.root.getScene());
    const meshes: Mesh[] = source.meshes.map((mesh) => {
        if (IsSplatMesh(mesh)) {
            const all = Uint32Array.from({ length: CountSplats(mesh) }, (_, i) => i);
            const splats = ExtractSplats(mesh, all, mesh.name);
            splats.parent = root; // the place below its node is the same
            return splats;
        }
        const clone = mesh.clone(mesh.name, root, true);
        clone.overrideRenderingFillMode = mesh.overrideRenderingFillMode;
        return clone;
    });
    return new ExtractedPart(root, meshes, source.leaves);
}
