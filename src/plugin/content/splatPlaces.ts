import type { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import type { GaussianSplattingPartProxyMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingPartProxyMesh";

/**
 * The places of a mesh's splats in the scene. All splats of a GaussianSplattingMesh have one; a compound has one for
 * each mesh that was added to it, and its own transform moves none of them.
 */
export interface SplatPlaces {
    /** [splats or more] the place of each splat; null: all have place 0. */
    readonly placeOf: Uint8Array | null;
    /** [places] transforms from the splats' own coordinates into the scene. */
    readonly worlds: readonly Matrix[];
    /** [places] 0..1, multiplies the opacity of the splats. */
    readonly visibilities: readonly number[];
}

/** Returns whether a mesh is the proxy of one part of a compound; the compound holds its splats. */
export function IsSplatProxy(mesh: AbstractMesh): mesh is GaussianSplattingPartProxyMesh {
    return mesh.getClassName() === "GaussianSplattingPartProxyMesh";
}

/** Returns the proxies of a compound's parts, by the index of the part. */
export function ProxiesOf(mesh: GaussianSplattingMesh): GaussianSplattingPartProxyMesh[] {
    const proxies = mesh.getScene().meshes.filter(IsSplatProxy);
    return proxies
        .filter(({ compoundSplatMesh }) => compoundSplatMesh === mesh)
        .sort((a, b) => a.partIndex - b.partIndex);
}

/** Returns the [splats or more] parts of a compound's splats; null for other meshes. */
export function PartIndicesOf(mesh: GaussianSplattingMesh): Uint8Array | null {
    // Nothing public but the saved form tells the parts. Babylon keeps this method for its own point renderer.
    return mesh.isCompound ? mesh._getPointDecodeInputs().partIndices : null;
}

/** Returns the present places of a mesh's splats. */
export function SplatPlacesOf(mesh: GaussianSplattingMesh): SplatPlaces {
    if (!mesh.isCompound) {
        return { placeOf: null, worlds: [mesh.computeWorldMatrix(true).clone()], visibilities: [1] };
    }
    for (const proxy of ProxiesOf(mesh)) {
        proxy.computeWorldMatrix(true); // hands the matrix to the compound
    }
    const parts = Array.from({ length: mesh.partCount }, (_, part) => part);
    return {
        placeOf: PartIndicesOf(mesh),
        worlds: parts.map((part) => mesh.getWorldMatrixForPart(part).clone()),
        visibilities: parts.map((part) => mesh.getPartVisibility(part)),
    };
}

/** Groups splats by their place, in the order of the places. */
export function SplatsByPlace(
    { placeOf, worlds }: Pick<SplatPlaces, "placeOf" | "worlds">,
    splats: Uint32Array,
): { place: number; splats: Uint32Array }[] {
    if (!placeOf) {
        return splats.length > 0 ? [{ place: 0, splats }] : [];
    }
    const counts = new Uint32Array(worlds.length);
    for (const splat of splats) {
        counts[placeOf[splat]]++;
    }
    const groups = Array.from(counts, (count) => new Uint32Array(count));
    counts.fill(0);
    for (const splat of splats) {
        const place = placeOf[splat];
        groups[place][counts[place]++] = splat;
    }
    return groups.map((group, place) => ({ place, splats: group })).filter((group) => group.splats.length > 0);
}
