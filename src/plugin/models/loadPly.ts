import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { Scene } from "@babylonjs/core/scene";
import { type Coroutine, RunCoroutineAsync } from "../../compute/base/coroutine";
import { PlyCoroutine, type PlyFile } from "../formats/models/plyFile";
import { type PlyMesh, PlyMeshCoroutine } from "../formats/models/plyMesh";
import { PlyPointsCoroutine } from "../formats/models/plyPoints";
import { HasPlySplats, PlySplatsCoroutine } from "../formats/models/plySplats";
import { CreateSplatMeshAsync } from "./createSplatMesh";
import {
    BeginReadingAsync,
    CountInWords,
    type LoadedModel,
    type LoadModelOptions,
    type ModelReading,
    TellFacesLeftOut,
    TellOffset,
    UpAxisOf,
} from "./loadedModel";
import {
    CreateModelMesh,
    CreateModelPointMaterial,
    CreateModelTextureAsync,
    CreateSurfaceMaterial,
    MoveToContainer,
    OpaqueColorsCoroutine,
} from "./modelMeshes";

/** The share of the progress that reading the bytes takes. */
const READING_SHARE = 0.7;
/** The elements that are read. */
const KNOWN_ELEMENTS = ["vertex", "point", "face", "faces", "polygon", "tristrips", "tristrip", "chunk", "sh"];
const MAX_NAMED = 8;

/** Options of {@link LoadPlyAsync}. */
export interface LoadPlyOptions extends LoadModelOptions {
    /**
     * True to subtract an offset from coordinates that are so far away from 0 that 32-bit floats would lose their
     * precision, such as those of map projections. Default true.
     */
    readonly subtractsOffset?: boolean;
    /** True to turn splats upside down, for files whose axes are not those of the format. Default false. */
    readonly isFlipped?: boolean;
}

/** A model that was read from a PLY file. */
export interface LoadedPly extends LoadedModel {
    readonly kind: "points" | "mesh" | "splats";
    /** The vector that was subtracted from all coordinates, in the units and axes of the file. */
    readonly offset: readonly [number, number, number];
}

type Loaded = Pick<LoadedPly, "kind" | "offset"> & { readonly meshes: readonly Mesh[] };

/**
 * Loads a PLY file, ASCII or binary, without blocking the page: Gaussian splats (3D, 2D, with half floats, or
 * compressed) as a GaussianSplattingMesh that keeps its splats in memory, faces or triangle strips as a mesh, and
 * vertices alone as a point cloud. Vertices keep the coordinates of the file, less the offset; the mesh turns them into
 * the scene by its scaling.
 *
 * Points have the colors of bytes, 16-bit numbers or floats, else grays of their intensity, else a neutral gray.
 * Vertices that are not finite are left out.
 *
 * @param source a picked file, or its bytes
 * @throws UltrametricError "input" for a file that is malformed, truncated or empty, "aborted"; the scene is as before
 */
export async function LoadPlyAsync(
    source: Blob | Uint8Array,
    scene: Scene,
    options: LoadPlyOptions = {},
): Promise<LoadedPly> {
    const reading = await BeginReadingAsync(source, options);
    const { bytes, name, pacer, report, facts, leftOut } = reading;
    const ply = await RunCoroutineAsync(
        PlyCoroutine(bytes, name, (fraction) => report(READING_SHARE * fraction)),
        pacer,
    );
    report(READING_SHARE);
    const load = HasPlySplats(ply) ? loadSplatsAsync : loadSurfaceAsync;
    const { meshes, kind, offset } = await load(ply, reading, scene, options);
    TellOffset(leftOut, offset, kind !== "splats" && !options.upAxis);
    const others = [...ply.elements.values()].filter((e) => e.count > 0 && !KNOWN_ELEMENTS.includes(e.name));
    for (const other of others.slice(0, MAX_NAMED)) {
        leftOut.push(`The file's ${other.count} elements "${other.name.slice(0, 40)}" are not shown.`);
    }
    report(1);
    return { container: MoveToContainer(meshes, scene), kind, offset, facts, leftOut };
}

async function loadSplatsAsync(
    ply: PlyFile,
    { name, pacer, facts, leftOut }: ModelReading,
    scene: Scene,
    { subtractsOffset = true, isFlipped, signal }: LoadPlyOptions,
): Promise<Loaded> {
    const splats = await RunCoroutineAsync(PlySplatsCoroutine(ply, name, subtractsOffset), pacer);
    facts.push(
        CountInWords(splats.cloud.count, splats.isFlat ? "2D splat" : "splat"),
        ...(splats.cloud.harmonicDegree > 0 ? [`harmonics of degree ${splats.cloud.harmonicDegree}`] : []),
        ...(splats.isPacked ? ["compressed PLY"] : []),
    );
    if (splats.leftOut > 0) {
        leftOut.push(`${splats.leftOut} splats are left out, because their centers or scales are not finite.`);
    }
    const mesh = await CreateSplatMeshAsync(splats.cloud, scene, { name, isFlipped, signal });
    return { meshes: [mesh], kind: "splats", offset: splats.offset };
}

async function loadSurfaceAsync(
    ply: PlyFile,
    reading: ModelReading,
    scene: Scene,
    options: LoadPlyOptions,
): Promise<Loaded> {
    const { name, pacer, facts, leftOut } = reading;
    const { subtractsOffset = true } = options;
    const mesh = await RunCoroutineAsync(PlyMeshCoroutine(ply, name, subtractsOffset), pacer);
    if (mesh !== null) {
        return {
            meshes: await createMeshesAsync(mesh, reading, scene, UpAxisOf(mesh.offset, options)),
            kind: "mesh",
            offset: mesh.offset,
        };
    }
    const points = await RunCoroutineAsync(PlyPointsCoroutine(ply, name, subtractsOffset), pacer);
    const { positions, normals, colors, isIntensity, offset } = points;
    const opaque = colors && (await RunCoroutineAsync(OpaqueColorsCoroutine(colors), pacer));
    facts.push(CountInWords(positions.length / 3, "point"), ...(normals ? ["normals"] : []));
    if (points.leftOut > 0) {
        leftOut.push(`${CountInWords(points.leftOut, "point")} left out, because coordinates are not finite.`);
    }
    if (isIntensity || colors === null) {
        leftOut.push(`The points have no colors; ${isIntensity ? "grays show their intensity" : "they are gray"}.`);
    }
    if ((ply.elements.get("face")?.count ?? 0) > 0) {
        leftOut.push("No face can be shown, so that the vertices are shown as points.");
    }
    const material = CreateModelPointMaterial(name, colors !== null, scene);
    const arrays = { positions, normals, colors: opaque, uvs: null, triangles: null };
    const created = CreateModelMesh(name, arrays, material, UpAxisOf(offset, options), scene);
    return { meshes: [created], kind: "points", offset };
}

async function createMeshesAsync(
    mesh: PlyMesh,
    reading: ModelReading,
    scene: Scene,
    upAxis: "y" | "z",
): Promise<Mesh[]> {
    const { name, pacer, facts, leftOut } = reading;
    const { positions, normals, uvs, triangles, textures, textureOf, looseVertices } = mesh;
    facts.push(CountInWords(mesh.faceCount, "face"), CountInWords(triangles.length / 3, "triangle"));
    TellFacesLeftOut(leftOut, mesh.leftOut);
    if (mesh.leftOut.vertices > 0) {
        const count = CountInWords(mesh.leftOut.vertices, "vertex", "vertices");
        leftOut.push(`${count} left out, because coordinates are not finite.`);
    }
    if (looseVertices > 0) {
        leftOut.push(`${CountInWords(looseVertices, "vertex", "vertices")} of no face left out.`);
    }
    const colors = mesh.colors && (await RunCoroutineAsync(OpaqueColorsCoroutine(mesh.colors), pacer));
    const created: Mesh[] = [];
    try {
        for (const [texture, indices] of await RunCoroutineAsync(splitByTexture(triangles, textureOf), pacer)) {
            const file = uvs === null ? undefined : textures[texture];
            const image = file === undefined ? null : await CreateModelTextureAsync(reading, file, scene);
            const material = CreateSurfaceMaterial(file ?? name, colors !== null || image !== null, scene);
            material.diffuseTexture = image;
            const arrays = { positions, normals, uvs, colors, triangles: indices };
            created.push(CreateModelMesh(name, arrays, material, upAxis, scene));
        }
    } catch (error) {
        for (const one of created) {
            one.dispose(false, true);
        }
        throw error;
    }
    return created;
}

/** Returns the triangles of each texture; all with the first texture where faces name none. */
function* splitByTexture(triangles: Uint32Array, textureOf: Uint32Array | null): Coroutine<Map<number, Uint32Array>> {
    const counts = new Map<number, number>();
    for (const texture of textureOf ?? []) {
        counts.set(texture, (counts.get(texture) ?? 0) + 1);
    }
    if (textureOf === null || counts.size < 2) {
        return new Map([[textureOf?.[0] ?? 0, triangles]]);
    }
    const split = new Map([...counts].map(([texture, count]) => [texture, new Uint32Array(3 * count)]));
    const filled = new Map<number, number>();
    for (let t = 0; t < textureOf.length; t++) {
        if (t % (1 << 15) === 0) {
            yield;
        }
        const at = filled.get(textureOf[t]) ?? 0;
        split.get(textureOf[t])!.set(triangles.subarray(3 * t, 3 * t + 3), at);
        filled.set(textureOf[t], at + 3);
    }
    return split;
}
