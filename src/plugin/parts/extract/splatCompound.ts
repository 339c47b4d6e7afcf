import { BoundingInfo } from "@babylonjs/core/Culling/boundingInfo";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { GaussianSplattingCompoundMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingCompoundMesh";
import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import type { GaussianSplattingPartProxyMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingPartProxyMesh";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import type { Scene } from "@babylonjs/core/scene";
import { IsSplatDataFlipped, SPLAT_BYTES } from "../../content/splatData";
import { SelectHarmonics } from "../../content/splatHarmonics";
import { PartIndicesOf, SplatPlacesOf } from "../../content/splatPlaces";
import { ExtractedPart } from "../model/extractedPart";
import { SelectSplatBytes } from "./extractSplats";

/** Splats of one mesh with one place, which become a part of a compound. */
export interface CompoundPiece {
    readonly mesh: GaussianSplattingMesh;
    /** Indices of the splats. */
    readonly splats: Uint32Array;
}

/** The pieces of a part of the hierarchy. */
export interface CompoundPart {
    readonly name: string;
    readonly isVisible: boolean;
    readonly pieces: readonly CompoundPiece[];
}

/** The properties of a mesh that Babylon reads when it adds the mesh to a compound. */
type PartSource = Pick<
    GaussianSplattingMesh,
    | "name"
    | "_vertexCount"
    | "_splatsData"
    | "_shData"
    | "_shDegree"
    | "isCompound"
    | "getWorldMatrix"
    | "getBoundingInfo"
    | "dispose"
>;

/**
 * Creates a compound of splats. Each piece has a proxy at the center of its bounding box, and all proxies are under one
 * node at the center of them all; those of a part of several pieces are under a node of the part.
 *
 * @param Kind the class GaussianSplattingCompoundMesh
 * @param leaves of all parts together
 * @throws UltrametricError as SelectSplatBytes; Babylon's error beyond its limit of parts
 */
export function CreateSplatCompound(
    Kind: typeof GaussianSplattingCompoundMesh,
    scene: Scene,
    name: string,
    parts: readonly CompoundPart[],
    leaves: Uint32Array,
): ExtractedPart {
    const sources = parts.flatMap((part) => part.pieces.map((piece) => sourceOf(part.name, piece)));
    const compound = new Kind(name, null, scene, true);
    try {
        // Meshes of their own would each take a worker and textures for the short time until they are added.
        const proxies = compound.addParts(sources as unknown as GaussianSplattingMesh[], false);
        const [{ mesh: first }] = parts[0].pieces;
        compound.shDegree = Math.min(compound.maxShDegree, Math.max(...piecesOf(parts).map(shownDegree)));
        compound.layerMask = first.layerMask;
        compound.renderingGroupId = first.renderingGroupId;
        compound.isPickable = false; // the proxies are picked
        if (compound.material && first.material) {
            compound.material.alpha = first.material.alpha;
        }
        const root = new TransformNode(name, scene);
        const { min, max } = compound.getHierarchyBoundingVectors();
        root.position = min.add(max).scale(0.5);
        root.computeWorldMatrix(true);
        compound.parent = root;
        attachProxies(root, parts, proxies);
        return new ExtractedPart(root, [compound], leaves);
    } catch (error) {
        compound.dispose();
        throw error;
    }
}

/** Returns the number of proxies that parts need. */
export function CountPieces(parts: readonly CompoundPart[]): number {
    return piecesOf(parts).length;
}

function piecesOf(parts: readonly CompoundPart[]): CompoundPiece[] {
    return parts.flatMap(({ pieces }) => pieces);
}

function shownDegree({ mesh }: CompoundPiece): number {
    return mesh.shDegree;
}

/** Places the proxies below the root. */
function attachProxies(
    root: TransformNode,
    parts: readonly CompoundPart[],
    proxies: readonly GaussianSplattingPartProxyMesh[],
): void {
    let next = 0;
    for (const { name, pieces, isVisible } of parts) {
        let parent = root;
        if (pieces.length > 1) {
            // Proxies can be scaled unevenly, so none of them can hold the others without shear.
            parent = new TransformNode(name, root.getScene());
            parent.parent = root;
            const own = proxies.slice(next, next + pieces.length);
            const sum = own.reduce((total, proxy) => total.add(proxy.getAbsolutePosition()), Vector3.Zero());
            parent.setAbsolutePosition(sum.scale(1 / own.length));
            parent.computeWorldMatrix(true);
        }
        for (const { mesh, splats } of pieces) {
            const proxy = proxies[next++];
            const { placeOf, visibilities } = SplatPlacesOf(mesh);
            proxy.setParent(parent);
            proxy.visibility = isVisible ? visibilities[placeOf ? placeOf[splats[0]] : 0] : 0;
            proxy.layerMask = mesh.layerMask;
            proxy.computeWorldMatrix(true);
        }
    }
}

/** Reads splats, with the center of their bounding box as their origin. */
function sourceOf(name: string, { mesh, splats }: CompoundPiece): PartSource {
    const bytes = SelectSplatBytes(mesh, splats);
    const floats = new Float32Array(bytes.buffer);
    // A compound shows the splats as they are in memory, those of flipped meshes upside down.
    const ySign = !mesh.isCompound && IsSplatDataFlipped(mesh) ? -1 : 1;
    const low = new Vector3(Infinity, Infinity, Infinity);
    const high = new Vector3(-Infinity, -Infinity, -Infinity);
    for (let at = 0; at < floats.length; at += SPLAT_BYTES / 4) {
        floats[at + 1] *= ySign;
        // Boxes of centers alone have no thickness where a part is flat, and rays miss them.
        const reach = Math.max(floats[at + 3], floats[at + 4], floats[at + 5]);
        low.minimizeInPlaceFromFloats(floats[at] - reach, floats[at + 1] - reach, floats[at + 2] - reach);
        high.maximizeInPlaceFromFloats(floats[at] + reach, floats[at + 1] + reach, floats[at + 2] + reach);
    }
    const center = low.add(high).scale(0.5);
    for (let at = 0; at < floats.length; at += SPLAT_BYTES / 4) {
        floats[at] -= center.x;
        floats[at + 1] -= center.y;
        floats[at + 2] -= center.z;
    }
    const { worlds } = SplatPlacesOf(mesh);
    const world = Matrix.Translation(center.x, center.y, center.z).multiply(
        worlds[PartIndicesOf(mesh)?.[splats[0]] ?? 0],
    );
    const bounds = new BoundingInfo(low.subtract(center), high.subtract(center));
    return {
        name,
        _vertexCount: splats.length,
        _splatsData: bytes.buffer,
        _shData: SelectHarmonics(mesh, splats),
        _shDegree: mesh.shData ? mesh.maxShDegree : 0,
        isCompound: false,
        getWorldMatrix: () => world,
        getBoundingInfo: () => bounds,
        dispose: () => {},
    };
}
