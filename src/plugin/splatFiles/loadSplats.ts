import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import type { Scene } from "@babylonjs/core/scene";
import { CreateSplatMeshAsync, type SplatMeshOptions } from "../formats/createSplatMesh";
import { BaseName, type FileSource } from "../sources/fileSource";
import { ReadSplatsAsync, type ReadSplatsOptions, type SplatFormat } from "./readSplats";

/** Options of {@link LoadSplatsAsync}. The name of the mesh is that of the file by default. */
export interface LoadSplatsOptions extends ReadSplatsOptions, SplatMeshOptions {}

/** The result of {@link LoadSplatsAsync}. */
export interface LoadedSplats {
    readonly mesh: GaussianSplattingMesh;
    readonly format: SplatFormat;
    /** The number of splats in the mesh. */
    readonly count: number;
    /** The degree of the spherical harmonics, 0 to 4. */
    readonly harmonicDegree: number;
    /** The number of splats that were left out, because their center or size is not finite. */
    readonly leftOut: number;
}

/**
 * Loads a file of Gaussian splats into a scene: see ReadSplatsAsync for the formats. Nothing is fetched but the file
 * itself, the main thread is not blocked, and files of all formats stand the same way up, in scenes of either
 * handedness. The mesh keeps its splats in memory, as capturing and exporting need.
 *
 * @throws UltrametricError as ReadSplatsAsync; the scene is then as before
 */
export async function LoadSplatsAsync(
    source: FileSource,
    path: string,
    scene: Scene,
    options: Partial<LoadSplatsOptions> = {},
): Promise<LoadedSplats> {
    const { format, cloud, leftOut } = await ReadSplatsAsync(source, path, options);
    const name = options.name ?? BaseName(path, [".spz", ".sog", ".splat", ".ksplat", ".json"]);
    const mesh = await CreateSplatMeshAsync(cloud, scene, { ...options, name });
    return { mesh, format, count: cloud.count, harmonicDegree: cloud.harmonicDegree, leftOut };
}
