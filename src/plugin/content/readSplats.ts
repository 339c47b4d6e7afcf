import type { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { RunCoroutineAsync } from "../../compute/base/coroutine";
import type { Pacer } from "../../compute/base/pacer";
import type { SurfaceLook } from "../../compute/hierarchy/cut/leafCarrier";
import { BakeSplatsAsync } from "./splatContent";
import { type SplatData, SplatDataCoroutine } from "./splatData";
import type { SplatPlaces } from "./splatPlaces";
import { ReadStreamSplatsAsync } from "./splatStream";
import { IsSplatStream } from "./streamKind";

/**
 * Reads the splats of a mesh, or those that a stream shows at present, as SplatDataCoroutine.
 *
 * @throws UltrametricError as SplatBytesOf and ReadStreamSplatsAsync
 */
export async function ReadSplatsAsync(mesh: GaussianSplattingMesh, pacer: Pacer): Promise<SplatData> {
    return IsSplatStream(mesh)
        ? await ReadStreamSplatsAsync(mesh, pacer)
        : await RunCoroutineAsync(SplatDataCoroutine(mesh), pacer);
}

/**
 * Returns the positions, colors and normals of splats in other coordinates.
 *
 * @throws UltrametricError "aborted"
 */
export async function LookOfSplatsAsync(
    mesh: GaussianSplattingMesh,
    splats: SplatData,
    places: SplatPlaces,
    sceneToLook: Matrix,
    pacer: Pacer,
): Promise<SurfaceLook> {
    const { count } = splats;
    const colors = new Uint8Array(3 * count);
    for (let i = 0; i < 3 * count; i++) {
        colors[i] = splats.colors[4 * Math.floor(i / 3) + (i % 3)];
    }
    const item = { mesh: mesh as AbstractMesh, firstElement: 0 };
    const keepsAll = { splatOpacity: 0, minSplatClusterShare: 0 };
    const pieces = await BakeSplatsAsync(splats, item, places, sceneToLook, keepsAll, pacer);
    const positions = new Float32Array(3 * count);
    const normals = pieces.every((piece) => piece.normals) ? new Float32Array(3 * count) : null;
    for (const { firstElement, positions: from, normals: ownNormals } of pieces) {
        positions.set(from, 3 * firstElement);
        normals?.set(ownNormals!, 3 * firstElement);
    }
    return { positions, colors, normals };
}
