import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { Scene } from "@babylonjs/core/scene";
import { RunCoroutineAsync } from "../../compute/base/coroutine";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { ObjCoroutine, type ObjFile } from "../formats/models/objFile";
import { type ObjMeshes, ObjMeshesCoroutine } from "../formats/models/objMeshes";
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
import { CreateModelMesh, CreateModelPointMaterial, MoveToContainer, OpaqueColorsCoroutine } from "./modelMeshes";
import { ObjMaterials } from "./objMaterials";

/** The share of the progress that reading the bytes takes. */
const READING_SHARE = 0.6;

/** Options of {@link LoadObjAsync}. */
export interface LoadObjOptions extends LoadModelOptions {
    /**
     * True to subtract an offset from coordinates that are so far away from 0 that 32-bit floats would lose their
     * precision. Default true.
     */
    readonly subtractsOffset?: boolean;
}

/** A model that was read from an OBJ file. */
export interface LoadedObj extends LoadedModel {
    /** The vector that was subtracted from all coordinates, in the units and axes of the file. */
    readonly offset: readonly [number, number, number];
}

/**
 * Loads an OBJ file with its MTL files and textures, without blocking the page: a mesh for each object or group and
 * material, or a point cloud where the file has no faces. Faces may have any number of corners, and vertices colors.
 * Vertices keep the coordinates of the file, less the offset; the mesh turns them into the scene by its scaling.
 *
 * Other files are asked of `options.readFileAsync` alone; those that are missing are left out.
 *
 * @param source a picked file, or its bytes
 * @throws UltrametricError "input" for a file that is malformed or empty, "aborted"; the scene is as before
 */
export async function LoadObjAsync(
    source: Blob | Uint8Array,
    scene: Scene,
    options: LoadObjOptions = {},
): Promise<LoadedObj> {
    const reading = await BeginReadingAsync(source, options);
    const { bytes, name, pacer, report, facts, leftOut } = reading;
    const obj = await RunCoroutineAsync(
        ObjCoroutine(bytes, name, (fraction) => report(READING_SHARE * fraction)),
        pacer,
    );
    report(READING_SHARE);
    const built = await RunCoroutineAsync(ObjMeshesCoroutine(obj, options.subtractsOffset ?? true), pacer);
    const { offset } = built;
    const upAxis = UpAxisOf(offset, options);
    const meshes =
        built.meshes.length > 0
            ? await createMeshesAsync(obj, built, reading, upAxis, scene)
            : [await createPointsAsync(obj, built, reading, upAxis, scene)];
    TellOffset(leftOut, offset, !options.upAxis);
    report(1);
    return { container: MoveToContainer(meshes, scene), facts, leftOut, offset };
}

async function createMeshesAsync(
    obj: ObjFile,
    { meshes, triangleCount, leftOut: faces, isJoined }: ObjMeshes,
    reading: ModelReading,
    upAxis: "y" | "z",
    scene: Scene,
): Promise<Mesh[]> {
    const { pacer, facts, leftOut, name } = reading;
    facts.push(CountInWords(obj.partOf.length, "face"), CountInWords(triangleCount, "triangle"));
    TellFacesLeftOut(leftOut, faces);
    if (isJoined) {
        leftOut.push(`The file's ${obj.parts.length} groups are joined by material.`);
    }
    tellOthers(obj, leftOut, obj.pointCount);
    const materials = await ObjMaterials.ReadAsync(obj, reading, scene);
    const created: Mesh[] = [];
    try {
        for (const mesh of meshes) {
            const colors = mesh.colors && (await RunCoroutineAsync(OpaqueColorsCoroutine(mesh.colors), pacer));
            const material = await materials.createAsync(mesh.material, colors !== null, mesh.uvs !== null);
            created.push(CreateModelMesh(mesh.name || name, { ...mesh, colors }, material, upAxis, scene));
            await pacer.yieldIfDueAsync();
        }
    } catch (error) {
        for (const one of created) {
            one.dispose();
        }
        materials.dispose();
        throw error;
    }
    materials.tellMissing();
    return created;
}

async function createPointsAsync(
    obj: ObjFile,
    { positions, colors }: ObjMeshes,
    { pacer, facts, leftOut, name }: ModelReading,
    upAxis: "y" | "z",
    scene: Scene,
): Promise<Mesh> {
    const count = positions.length / 3;
    const kept = new Float32Array(positions.length);
    const keptColors = new Uint8Array(colors?.length ?? 0);
    let filled = 0;
    for (let v = 0; v < count; v++) {
        if (Number.isFinite(positions[3 * v])) {
            kept.set(positions.subarray(3 * v, 3 * v + 3), filled);
            keptColors.set(colors?.subarray(3 * v, 3 * v + 3) ?? [], colors ? filled : 0);
            filled += 3;
        }
        if (v % (1 << 14) === 0) {
            await pacer.yieldIfDueAsync();
        }
    }
    if (filled === 0) {
        throw new UltrametricError("input", `${name} cannot be shown: no vertex is finite. Export it again.`);
    }
    facts.push(CountInWords(filled / 3, "point"));
    if (filled < positions.length) {
        leftOut.push(`${CountInWords(count - filled / 3, "point")} left out, because coordinates are not finite.`);
    }
    leftOut.push(
        obj.partOf.length > 0
            ? "No face can be shown, so that the vertices are shown as points."
            : "The file has no faces; its vertices are shown as points.",
    );
    tellOthers(obj, leftOut, 0);
    const opaque = colors && (await RunCoroutineAsync(OpaqueColorsCoroutine(keptColors.subarray(0, filled)), pacer));
    const arrays = { positions: kept.subarray(0, filled), normals: null, uvs: null, colors: opaque, triangles: null };
    return CreateModelMesh(name, arrays, CreateModelPointMaterial(name, opaque !== null, scene), upAxis, scene);
}

function tellOthers({ lineCount, unknown }: ObjFile, leftOut: string[], pointCount: number): void {
    if (lineCount > 0) {
        leftOut.push(`${CountInWords(lineCount, "line")} left out: lines have no surface.`);
    }
    if (pointCount > 0) {
        leftOut.push(`${CountInWords(pointCount, "point")} beside the faces left out.`);
    }
    if (unknown.length > 0) {
        leftOut.push(`Lines that start with ${unknown.join(", ")} are not understood and left out.`);
    }
}
