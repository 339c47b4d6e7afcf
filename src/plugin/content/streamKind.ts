import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { UltrametricError } from "../../compute/base/ultrametricError";

/**
 * Returns whether a mesh is a GaussianSplattingStream of splats in levels of detail. Its splats are on the GPU, and
 * come and go with the levels that it shows.
 */
export function IsSplatStream(mesh: AbstractMesh): mesh is GaussianSplattingMesh {
    return mesh.getClassName() === "GaussianSplattingStream";
}

/** @throws UltrametricError "unsupported" for a stream, whose splats cannot be copied out */
export function CheckNoStream(mesh: AbstractMesh): void {
    if (IsSplatStream(mesh)) {
        throw new UltrametricError(
            "unsupported",
            `"${mesh.name}" is a stream, whose splats are on the GPU only and come and go. Load a level of it as a ` +
                "GaussianSplattingMesh, carry the parts to it by segmentation.carryToAsync([mesh]), and use that.",
        );
    }
}
