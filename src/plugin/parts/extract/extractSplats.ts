import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import { IsSplatDataFlipped, SPLAT_BYTES, SplatBytesOf } from "../../sceneCapture/splatData";
import { SelectHarmonics } from "../../sceneCapture/splatHarmonics";

/**
 * Some splats of a mesh as a mesh of their own, in the same place, with their harmonics, below the same parent. The mesh that they come from is not
 * changed.
 *
 * @param splats numbers of splats of the mesh, such as ContentLeaves.elementsOf gives for a part's leaves
 * @throws UltrametricError "input" when the mesh did not keep its splats in memory (keepInRam), there are none, or it has no such splat;
 * "unsupported" for splats put together from parts
 */
export function ExtractSplats(
    mesh: GaussianSplattingMesh,
    splats: ArrayLike<number>,
    name = `${mesh.name} (part)`,
): GaussianSplattingMesh {
    const bytes = SelectSplatBytes(mesh, splats);
    if (splats.length === 0) {
        throw new UltrametricError("input", `No splats of "${mesh.name}" are to be extracted; name at least one.`);
    }
    // By the class of what is there, so that programs without splats need not load it.
    const Kind = mesh.constructor as typeof GaussianSplattingMesh;
    const extracted = new Kind(name, null, mesh.getScene(), true);
    const harmonics = SelectHarmonics(mesh, splats);
    const options = { flipY: IsSplatDataFlipped(mesh) };
    extracted.updateData(bytes.buffer, harmonics ?? undefined, options, undefined, mesh.maxShDegree);
    extracted.shDegree = mesh.shDegree;
    extracted.parent = mesh.parent;
    extracted.position.copyFrom(mesh.position);
    extracted.rotation.copyFrom(mesh.rotation);
    extracted.rotationQuaternion = mesh.rotationQuaternion?.clone() ?? null;
    extracted.scaling.copyFrom(mesh.scaling);
    extracted.setPivotMatrix(mesh.getPivotMatrix(), false);
    extracted.visibility = mesh.visibility;
    extracted.renderingGroupId = mesh.renderingGroupId;
    extracted.layerMask = mesh.layerMask;
    if (extracted.material && mesh.material) {
        extracted.material.alpha = mesh.material.alpha;
    }
    return extracted;
}

/** The rows of `splatsData` of some splats. @throws UltrametricError as {@link ExtractSplats} */
export function SelectSplatBytes(mesh: GaussianSplattingMesh, splats: ArrayLike<number>): Uint8Array<ArrayBuffer> {
    const from = SplatBytesOf(mesh);
    const count = Math.floor(from.length / SPLAT_BYTES);
    const to = new Uint8Array(SPLAT_BYTES * splats.length);
    for (let i = 0; i < splats.length; i++) {
        const splat = splats[i];
        if (!(Number.isInteger(splat) && splat >= 0 && splat < count)) {
            throw new UltrametricError(
                "input",
                `"${mesh.name}" has ${count} splats; there is none with number ${splat}.`,
            );
        }
        to.set(from.subarray(SPLAT_BYTES * splat, SPLAT_BYTES * (splat + 1)), SPLAT_BYTES * i);
    }
    return to;
}
