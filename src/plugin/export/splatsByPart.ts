import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { CountSplats } from "../content/splatData";

/**
 * Groups the splats of a mesh by part, to write a file per part.
 *
 * @param labels [splats] the part of each splat of the mesh
 * @returns the splat indices of each part, parts in ascending order
 * @throws UltrametricError "input" when labels and splats differ in number
 */
export function SplatsByPart(mesh: GaussianSplattingMesh, labels: ArrayLike<number>): Map<number, Uint32Array> {
    const count = CountSplats(mesh);
    if (labels.length !== count) {
        throw new UltrametricError(
            "input",
            `There are ${labels.length} labels for the ${count} splats of "${mesh.name}"; each splat needs one.`,
        );
    }
    const parts = new Map<number, number[]>();
    for (let splat = 0; splat < count; splat++) {
        const part = parts.get(labels[splat]);
        if (part) {
            part.push(splat);
        } else {
            parts.set(labels[splat], [splat]);
        }
    }
    return new Map(
        [...parts].sort(([a], [b]) => a - b).map(([label, splats]) => [label, Uint32Array.from(splats)] as const),
    );
}
