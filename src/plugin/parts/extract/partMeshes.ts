import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { GaussianSplattingCompoundMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingCompoundMesh";
import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import type { Node } from "@babylonjs/core/node";
import type { Scene } from "@babylonjs/core/scene";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import type { SegmentationHierarchy } from "../../../compute/hierarchy/cut/segmentationHierarchy";
import type { ContentItem } from "../../content/sceneContent";
import { CountSplats, IsSplatMesh } from "../../content/splatData";
import { SplatPlacesOf, SplatsByPlace } from "../../content/splatPlaces";
import { CheckNoStream } from "../../content/streamKind";
import { CreateLeafPoints } from "../../display/leafPoints";
import { CreateLeafColorBuffer, CreatePointMaterial } from "../../display/pointMaterial";
import type { ContentLeaves } from "../model/contentLeaves";
import { ExtractedPart } from "../model/extractedPart";
import { PlaceNode, TransformOf } from "../model/partTransform";
import { BoxOfElements, ExtractMesh } from "./extractMesh";
import { ExtractSplats } from "./extractSplats";
import { type CompoundPiece, CreateSplatCompound } from "./splatCompound";

/** The content that parts are extracted from, see ContentLeaves. */
export type ExtractableContent = Pick<ContentLeaves, "items" | "elementsOf" | "leafOfElement"> &
    Partial<Pick<ContentLeaves, "capture">>;

/** The leaves of a part without content, and their placement. */
export interface LeafPlacement {
    readonly hierarchy: Pick<SegmentationHierarchy, "positions" | "colors">;
    /** The transform from the leaves' coordinates into the scene. */
    readonly worldMatrix: Matrix;
    /** The radius of a leaf's point, in the leaves' units. */
    readonly pointRadius: number;
}

/**
 * Creates meshes of the content's elements that follow some leaves, under a node at the center of their bounding box.
 * That node hangs below the mesh of the content, or below the node around all of several meshes, and moves with it.
 *
 * @throws UltrametricError "input" if no element follows the leaves; as ExtractMesh
 */
export function CreateContentMeshes(
    scene: Scene,
    content: ExtractableContent,
    leaves: Uint32Array,
    name: string,
): ExtractedPart {
    const box = {
        low: new Vector3(Infinity, Infinity, Infinity),
        high: new Vector3(-Infinity, -Infinity, -Infinity),
    };
    const elements = content.elementsOf(leaves);
    const sources = content.items.flatMap((item, i) => SplitByPlace(item, elements[i]));
    if (sources.length === 0) {
        throw new UltrametricError(
            "input",
            `No element of the content follows the ${leaves.length} leaves of ${name}, since a face follows the leaf ` +
                "nearest to its center. Choose a larger part, or capture the scene with more samples.",
        );
    }
    for (const { item, elements } of sources) {
        CheckNoStream(item.mesh);
        BoxOfElements(item, elements, box);
    }
    const root = new TransformNode(name, scene);
    root.parent = NodeAround(sources.map(({ item }) => item.mesh));
    const toParent = root.parent ? Matrix.Invert(root.parent.computeWorldMatrix(true)) : Matrix.IdentityReadOnly;
    root.position = Vector3.TransformCoordinates(box.low.add(box.high).scale(0.5), toParent);
    root.computeWorldMatrix(true);
    try {
        const meshes = sources.map(({ item, elements }) => {
            const meshName = sources.length === 1 ? name : `${name} (${item.mesh.name})`;
            return ExtractMesh(item, elements, meshName, root);
        });
        return new ExtractedPart(root, meshes, leaves);
    } catch (error) {
        root.dispose(); // and the meshes below
        throw error;
    }
}

/**
 * Returns the node that holds all of some meshes: the mesh itself, or the nearest node above several. Null for none, and
 * where its scaling is 0, so that nothing below it has a place.
 */
export function NodeAround(meshes: readonly AbstractMesh[]): TransformNode | null {
    const chain: Node[] = [];
    for (let node: Node | null = meshes[0] ?? null; node; node = node.parent) {
        chain.push(node);
    }
    const holds = (node: Node, mesh: AbstractMesh): boolean => node === mesh || mesh.isDescendantOf(node);
    const found = chain.find((node) => meshes.every((mesh) => holds(node, mesh)));
    return found instanceof TransformNode && Math.abs(found.computeWorldMatrix(true).determinant()) > 0 ? found : null;
}

/** Divides the elements of an item by the coordinates that they lie in: splats of a compound by its parts. */
export function SplitByPlace(item: ContentItem, elements: Uint32Array): { item: ContentItem; elements: Uint32Array }[] {
    if (elements.length === 0) {
        return [];
    }
    return IsSplatMesh(item.mesh) && !item.mesh.isDisposed()
        ? SplatsByPlace(SplatPlacesOf(item.mesh), elements).map(({ splats }) => ({ item, elements: splats }))
        : [{ item, elements }];
}

/** Creates a cloud of round points of some leaves, under a node at the center of their bounding box. */
export function CreateLeafCloud(
    scene: Scene,
    { hierarchy, worldMatrix, pointRadius }: LeafPlacement,
    leaves: Uint32Array,
    name: string,
): ExtractedPart {
    const localPositions = new Float32Array(3 * leaves.length);
    const colors = new Uint8Array(4 * leaves.length);
    leaves.forEach((leaf, i) => {
        localPositions.set(hierarchy.positions.subarray(3 * leaf, 3 * leaf + 3), 3 * i);
        colors.set(hierarchy.colors.subarray(3 * leaf, 3 * leaf + 3), 4 * i);
        colors[4 * i + 3] = 255;
    });
    const center = CenterOfLeaves(hierarchy, leaves);
    for (let i = 0; i < localPositions.length; i += 3) {
        localPositions[i] -= center.x;
        localPositions[i + 1] -= center.y;
        localPositions[i + 2] -= center.z;
    }
    const root = new TransformNode(name, scene);
    Matrix.Translation(center.x, center.y, center.z).multiply(worldMatrix).decomposeToTransformNode(root);
    const material = CreatePointMaterial(`${name} (points)`, scene);
    material.setFloat("radius", pointRadius);
    const buffer = CreateLeafColorBuffer(scene.getEngine(), colors);
    const mesh = CreateLeafPoints(name, scene, localPositions, buffer, material, pointRadius);
    mesh.parent = root;
    return new ExtractedPart(root, [mesh], leaves, material);
}

/** Returns the center of the bounding box of some leaves, where the node of their cloud is, in their coordinates. */
export function CenterOfLeaves({ positions }: Pick<SegmentationHierarchy, "positions">, leaves: Uint32Array): Vector3 {
    const low = new Vector3(Infinity, Infinity, Infinity);
    const high = new Vector3(-Infinity, -Infinity, -Infinity);
    for (const leaf of leaves) {
        low.minimizeInPlaceFromFloats(positions[3 * leaf], positions[3 * leaf + 1], positions[3 * leaf + 2]);
        high.maximizeInPlaceFromFloats(positions[3 * leaf], positions[3 * leaf + 1], positions[3 * leaf + 2]);
    }
    return low.add(high).scale(0.5);
}

/** Copies an extracted part's meshes, under a node of their own without a transform. */
export function CloneMeshes(source: ExtractedPart, name: string): ExtractedPart {
    const [compound] = source.meshes;
    if (IsSplatMesh(compound) && compound.isCompound) {
        return cloneCompound(source, compound, name);
    }
    const root = new TransformNode(name, source.root.getScene());
    root.parent = source.root.parent;
    const meshes: Mesh[] = source.meshes.map((mesh) => {
        if (IsSplatMesh(mesh)) {
            const all = Uint32Array.from({ length: CountSplats(mesh) }, (_, i) => i);
            const splats = ExtractSplats(mesh, all, mesh.name);
            splats.parent = root; // with the same transform below it
            return splats;
        }
        const clone = mesh.clone(mesh.name, root, true);
        clone.overrideRenderingFillMode = mesh.overrideRenderingFillMode;
        return clone;
    });
    return new ExtractedPart(root, meshes, source.leaves);
}

/** Creates a compound of the same parts, with the same transforms below the node above them. */
function cloneCompound(source: ExtractedPart, compound: GaussianSplattingMesh, name: string): ExtractedPart {
    const all = Uint32Array.from({ length: CountSplats(compound) }, (_, i) => i);
    const { proxies } = source;
    const parts: { name: string; isVisible: boolean; pieces: CompoundPiece[] }[] = [];
    for (const { place, splats } of SplatsByPlace(SplatPlacesOf(compound), all)) {
        const { name, parent } = proxies[place];
        if (place > 0 && parent !== source.root && parent === proxies[place - 1].parent) {
            parts[parts.length - 1].pieces.push({ mesh: compound, splats });
        } else {
            // The visibility of the piece is copied, too.
            parts.push({ name, isVisible: true, pieces: [{ mesh: compound, splats }] });
        }
    }
    const Kind = compound.constructor as typeof GaussianSplattingCompoundMesh;
    const clone = CreateSplatCompound(Kind, source.root.getScene(), name, parts, source.leaves);
    clone.root.parent = source.root.parent;
    clone.place(source.transform);
    for (const [i, copy] of clone.proxies.entries()) {
        const { parent } = proxies[i];
        if (copy.parent !== clone.root && parent instanceof TransformNode) {
            PlaceNode(copy.parent as TransformNode, TransformOf(parent));
        }
        PlaceNode(copy, TransformOf(proxies[i]));
    }
    return clone;
}
