import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import { DisplayedCenters, IsSplatDataFlipped, SPLAT_BYTES, SplatBytesOf } from "../../content/splatData";
import { SelectHarmonics } from "../../content/splatHarmonics";
import { PartIndicesOf, SplatPlacesOf } from "../../content/splatPlaces";

/**
 * Creates a mesh of some splats of a mesh, in the same place, with their harmonics, under the same parent. The source
 * mesh does not change. Splats of a compound must be of one of its parts, and come without a parent.
 *
 * @param splats indices of splats, such as ContentLeaves.elementsOf returns for the leaves of a part
 * @throws UltrametricError "input" if the mesh did not keep its splats in memory (keepInRam), if `splats` is empty, or
 * if there is no such splat, or they are of several parts of a compound; "unsupported" as SplatBytesOf
 */
export function ExtractSplats(
    mesh: GaussianSplattingMesh,
    splats: ArrayLike<number>,
    name = `${mesh.name} (part)`,
): GaussianSplattingMesh {
    const bytes = SelectSplatBytes(mesh, splats);
    if (splats.length === 0) {
        throw new UltrametricError("input", `Extracting from "${mesh.name}" needs at least one splat.`);
    }
    const parts = PartIndicesOf(mesh);
    for (let i = 1; parts && i < splats.length; i++) {
        if (parts[splats[i]] !== parts[splats[0]]) {
            throw new UltrametricError(
                "input",
                `The splats ${splats[0]} and ${splats[i]} are of the parts ${parts[splats[0]]} and ` +
                    `${parts[splats[i]]} of the compound "${mesh.name}", which have places of their own; extract ` +
                    "the splats of each part by themselves.",
            );
        }
    }
    // The class of the existing mesh, so that applications without splats need not load it.
    const Kind = mesh.constructor as typeof GaussianSplattingMesh;
    const extracted = new Kind(name, null, mesh.getScene(), true);
    const harmonics = SelectHarmonics(mesh, splats);
    const options = { flipY: !parts && IsSplatDataFlipped(mesh) };
    extracted.updateData(bytes.buffer, harmonics ?? undefined, options, undefined, mesh.maxShDegree);
    extracted.shDegree = mesh.shDegree;
    let visibility = 1;
    if (parts) {
        const { worlds, visibilities } = SplatPlacesOf(mesh);
        worlds[parts[splats[0]]].decomposeToTransformNode(extracted);
        visibility = visibilities[parts[splats[0]]];
    } else {
        extracted.parent = mesh.parent;
        extracted.position.copyFrom(mesh.position);
        extracted.rotation.copyFrom(mesh.rotation);
        extracted.rotationQuaternion = mesh.rotationQuaternion?.clone() ?? null;
        extracted.scaling.copyFrom(mesh.scaling);
        extracted.setPivotMatrix(mesh.getPivotMatrix(), false);
    }
    extracted.visibility = mesh.visibility;
    extracted.renderingGroupId = mesh.renderingGroupId;
    extracted.layerMask = mesh.layerMask;
    if (extracted.material && mesh.material) {
        extracted.material.alpha = visibility * mesh.material.alpha;
    }
    return extracted;
}

/** Returns the rows of `splatsData` of some splats. @throws UltrametricError as {@link ExtractSplats} */
export function SelectSplatBytes(mesh: GaussianSplattingMesh, splats: ArrayLike<number>): Uint8Array<ArrayBuffer> {
    const from = SplatBytesOf(mesh);
    const count = Math.floor(from.length / SPLAT_BYTES);
    const to = new Uint8Array(SPLAT_BYTES * splats.length);
    const floats = new Float32Array(to.buffer);
    const displayed = DisplayedCenters(mesh);
    for (let i = 0; i < splats.length; i++) {
        const splat = splats[i];
        if (!(Number.isInteger(splat) && splat >= 0 && splat < count)) {
            throw new UltrametricError(
                "input",
                `The splat index ${splat} is out of range; "${mesh.name}" has ${count} splats.`,
            );
        }
        to.set(from.subarray(SPLAT_BYTES * splat, SPLAT_BYTES * (splat + 1)), SPLAT_BYTES * i);
        if (displayed) {
            floats[(SPLAT_BYTES / 4) * i + 1] = displayed[4 * splat + 1];
        }
    }
    return to;
}
