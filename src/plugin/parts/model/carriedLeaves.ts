import { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import { RunCoroutineAsync } from "../../../compute/base/coroutine";
import { Pacer } from "../../../compute/base/pacer";
import { type RunOptions, StageProgress } from "../../../compute/base/progress";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import { LeafCarrier } from "../../../compute/hierarchy/cut/leafCarrier";
import type { SegmentationHierarchy } from "../../../compute/hierarchy/cut/segmentationHierarchy";
import { LookOfSplatsAsync, ReadSplatsAsync } from "../../content/readSplats";
import type { ContentItem } from "../../content/sceneContent";
import { IsSplatMesh } from "../../content/splatData";
import { SplatPlacesOf } from "../../content/splatPlaces";
import { IsSplatStream } from "../../content/streamKind";
import { ContentLeaves } from "./contentLeaves";

/**
 * Finds the leaf that each splat of other meshes follows, such as those of a finer level of detail: among the nearest
 * leaves one of like color and normal, see LeafCarrier. The meshes are where the hierarchy's content is.
 *
 * @param leavesToScene the transform from the leaves' coordinates into the scene
 * @param meshes splat meshes that keep their splats in memory, and streams
 * @throws UltrametricError "input" for no mesh, or without splats in memory; "unsupported" for other meshes;
 * "disposed"; "aborted"
 */
export async function CarryLeavesAsync(
    { name, positions, colors, leafCount }: SegmentationHierarchy,
    leavesToScene: Matrix,
    meshes: readonly AbstractMesh[],
    { signal, onProgress }: RunOptions = {},
): Promise<ContentLeaves> {
    const pacer = new Pacer(`Carrying the parts of "${name}"`, signal);
    const sceneToLeaves = Matrix.Invert(leavesToScene);
    const carrier = await RunCoroutineAsync(LeafCarrier.CreateCoroutine({ positions, colors, normals: null }), pacer);
    const items: ContentItem[] = [];
    const carried: Uint32Array[] = [];
    let firstElement = 0;
    for (const [m, mesh] of meshes.entries()) {
        onProgress?.(StageProgress("carryParts", m / meshes.length));
        if (mesh.isDisposed()) {
            throw new UltrametricError("disposed", `The mesh "${mesh.name}" has been disposed; it cannot show parts.`);
        }
        if (!IsSplatMesh(mesh) && !IsSplatStream(mesh)) {
            throw new UltrametricError(
                "unsupported",
                `Parts can be carried to splats, and "${mesh.name}" is a ${mesh.getClassName()}.`,
            );
        }
        const splats = await ReadSplatsAsync(mesh, pacer);
        const look = await LookOfSplatsAsync(mesh, splats, SplatPlacesOf(mesh), sceneToLeaves, pacer);
        carried.push(await RunCoroutineAsync(carrier.carryCoroutine(look), pacer));
        items.push({ mesh, thinInstance: -1, kind: "splats", firstElement, elementCount: splats.count });
        firstElement += splats.count;
    }
    if (firstElement === 0) {
        throw new UltrametricError("input", `The ${meshes.length} meshes have no splats that could show parts.`);
    }
    const leafOfElement = new Uint32Array(firstElement);
    for (const [i, leaves] of carried.entries()) {
        leafOfElement.set(leaves, items[i].firstElement);
    }
    onProgress?.(StageProgress("carryParts", 1));
    const elements = new Uint32Array(leafCount); // leaves need no splat of their own
    for (let element = firstElement - 1; element >= 0; element--) {
        elements[leafOfElement[element]] = element;
    }
    const links = { name, items, elements, barycentrics: new Float32Array(2 * leafCount) };
    return ContentLeaves.Restore(links, leafOfElement);
}
