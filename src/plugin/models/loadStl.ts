import type { Scene } from "@babylonjs/core/scene";
import { RunCoroutineAsync } from "../../compute/base/coroutine";
import { StlCoroutine } from "../formats/models/stlFile";
import { BeginReadingAsync, CountInWords, type LoadedModel, type LoadModelOptions } from "./loadedModel";
import { CreateModelMesh, CreateSurfaceMaterial, MoveToContainer } from "./modelMeshes";

/** The share of the progress that reading the bytes takes. */
const READING_SHARE = 0.9;

/**
 * Loads an STL file, binary or text, without blocking the page: a mesh for each solid. Vertices keep the coordinates of
 * the file, whose z is up by default; the mesh turns them into the scene by its scaling and rotation. Facets that are
 * not finite are left out.
 *
 * @param source a picked file, or its bytes
 * @throws UltrametricError "input" for a file that is malformed, truncated or empty, "aborted"; the scene is as before
 */
export async function LoadStlAsync(
    source: Blob | Uint8Array,
    scene: Scene,
    options: LoadModelOptions = {},
): Promise<LoadedModel> {
    const { bytes, name, pacer, report, facts, leftOut } = await BeginReadingAsync(source, options);
    const stl = await RunCoroutineAsync(
        StlCoroutine(bytes, name, (fraction) => report(READING_SHARE * fraction)),
        pacer,
    );
    const triangleCount = stl.solids.reduce((sum, { corners }) => sum + corners.length / 9, 0);
    facts.push(CountInWords(stl.solids.length, "solid"), CountInWords(triangleCount, "triangle"));
    if (stl.leftOut > 0) {
        leftOut.push(`${CountInWords(stl.leftOut, "facet")} left out, because coordinates are not finite.`);
    }
    if (stl.isCut) {
        leftOut.push("The file has no end of its last solid; facets may be missing.");
    }
    const material = CreateSurfaceMaterial(name, false, scene);
    const meshes = stl.solids.map(({ name: solid, corners }) => {
        const triangles = new Uint32Array(corners.length / 3);
        for (let i = 0; i < triangles.length; i++) {
            triangles[i] = i;
        }
        const arrays = { positions: corners, normals: null, uvs: null, colors: null, triangles };
        return CreateModelMesh(solid || name, arrays, material, options.upAxis ?? "z", scene);
    });
    report(1);
    return { container: MoveToContainer(meshes, scene), facts, leftOut };
}
