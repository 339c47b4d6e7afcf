import { AssetContainer } from "@babylonjs/core/assetContainer";
import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial";
import { Texture } from "@babylonjs/core/Materials/Textures/texture";
import { Color3 } from "@babylonjs/core/Maths/math.color";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { Scene } from "@babylonjs/core/scene";
import type { FloatArray } from "@babylonjs/core/types";
import { BoundedWaitAsync } from "../../compute/base/boundedWait";
import type { Coroutine } from "../../compute/base/coroutine";
import type { ModelReading } from "./loadedModel";

/** The gray of points and surfaces without colors. */
const NEUTRAL = 0.63;
/** The size of points in pixels, where the engine draws more than one. */
const POINT_SIZE = 2;
const COLORS_PER_SLICE = 1 << 16;
/** The longest wait for the decoder of a texture, in milliseconds. */
const LONGEST_DECODING = 20_000;

/** The vertices of a mesh. */
export interface MeshArrays {
    /** [n, 3] */
    readonly positions: Float32Array;
    /** [n, 3]; null without normals. */
    readonly normals: Float32Array | null;
    /** [n, 2]; null without texture coordinates. */
    readonly uvs: Float32Array | null;
    /** [n, 4] sRGB bytes; null without colors. */
    readonly colors: Uint8Array | null;
    /** [triangles, 3]; null for points. */
    readonly triangles: Uint32Array | null;
}

/** Adds opacity to colors, in time slices. @param colors [n, 3] bytes */
export function* OpaqueColorsCoroutine(colors: Uint8Array): Coroutine<Uint8Array> {
    const opaque = new Uint8Array((colors.length / 3) * 4).fill(255);
    for (let i = 0; i < colors.length / 3; i++) {
        if (i % COLORS_PER_SLICE === 0) {
            yield;
        }
        for (let c = 0; c < 3; c++) {
            opaque[4 * i + c] = colors[3 * i + c];
        }
    }
    return opaque;
}

/**
 * Creates a mesh or, without triangles, a point cloud of right-handed coordinates. Its vertices are those of the file:
 * its rotation turns z up, and in a left-handed scene its scaling mirrors x, as it would be seen mirrored otherwise.
 *
 * @param upAxis the axis of the file that points up
 */
export function CreateModelMesh(
    name: string,
    arrays: MeshArrays,
    material: StandardMaterial,
    upAxis: "y" | "z",
    scene: Scene,
): Mesh {
    const mesh = new Mesh(name, scene);
    mesh.setVerticesData(VertexBuffer.PositionKind, arrays.positions as FloatArray);
    if (arrays.normals) {
        mesh.setVerticesData(VertexBuffer.NormalKind, arrays.normals);
    }
    if (arrays.uvs) {
        mesh.setVerticesData(VertexBuffer.UVKind, arrays.uvs);
    }
    if (arrays.colors) {
        const options = { size: 4, stride: 4, type: VertexBuffer.UNSIGNED_BYTE, normalized: true, useBytes: true };
        const buffer = new VertexBuffer(scene.getEngine(), arrays.colors, VertexBuffer.ColorKind, options);
        mesh.setVerticesBuffer(buffer);
    }
    // Babylon draws no mesh without an index buffer, not even points.
    mesh.setIndices(arrays.triangles ?? []);
    mesh.material = material;
    mesh.scaling.x = scene.useRightHandedSystem ? 1 : -1;
    mesh.rotation.x = upAxis === "z" ? -Math.PI / 2 : 0;
    mesh.computeWorldMatrix(true);
    return mesh;
}

/** Creates the material of points, which are drawn without light. @param hasColors true if the points have colors */
export function CreateModelPointMaterial(name: string, hasColors: boolean, scene: Scene): StandardMaterial {
    const material = new StandardMaterial(name, scene);
    material.pointsCloud = true;
    material.pointSize = POINT_SIZE;
    material.disableLighting = true;
    material.emissiveColor = hasColors ? Color3.White() : new Color3(NEUTRAL, NEUTRAL, NEUTRAL);
    return material;
}

/**
 * Creates the material of a surface, seen from both sides.
 * @param hasColors true if vertices or a texture have colors
 */
export function CreateSurfaceMaterial(name: string, hasColors: boolean, scene: Scene): StandardMaterial {
    const material = new StandardMaterial(name, scene);
    material.backFaceCulling = false;
    material.specularColor = Color3.Black();
    material.diffuseColor = hasColors ? Color3.White() : new Color3(NEUTRAL, NEUTRAL, NEUTRAL);
    return material;
}

/**
 * Creates a container of meshes with their materials and textures, and removes them from the scene. Splats manage
 * their geometry and material themselves.
 */
export function MoveToContainer(meshes: readonly Mesh[], scene: Scene): AssetContainer {
    const container = new AssetContainer(scene);
    for (const mesh of meshes) {
        container.meshes.push(mesh);
        if (mesh.getClassName() === "GaussianSplattingMesh") {
            continue;
        }
        if (mesh.geometry) {
            container.geometries.push(mesh.geometry);
        }
        if (mesh.material && !container.materials.includes(mesh.material)) {
            container.materials.push(mesh.material);
            container.textures.push(...mesh.material.getActiveTextures());
        }
    }
    container.removeAllFromScene();
    return container;
}

/**
 * Creates the texture that a file names. One that is missing or cannot be decoded is left out, and said so.
 *
 * @throws UltrametricError "aborted"
 */
export async function CreateModelTextureAsync(
    reading: ModelReading,
    file: string,
    scene: Scene,
): Promise<Texture | null> {
    const { readFileAsync, signal } = reading.options;
    const bytes = readFileAsync ? await readFileAsync(file) : null;
    if (bytes === null) {
        reading.leftOut.push(`The texture ${file.slice(0, 200)} is left out, because it is not among the files.`);
        return null;
    }
    let texture: Texture | null = null;
    const decoded = new Promise<boolean>((resolve) => {
        texture = new Texture(`data:${file}`, scene, {
            buffer: bytes,
            onLoad: () => resolve(true),
            onError: () => resolve(false),
        });
    });
    const wait = { what: `Decoding ${file}`, milliseconds: LONGEST_DECODING, signal, kind: "input" } as const;
    let isDecoded = false;
    try {
        isDecoded = await BoundedWaitAsync(decoded, wait);
        return isDecoded ? texture : null;
    } catch (error) {
        if (signal?.aborted) {
            throw error;
        }
        return null; // the time is over
    } finally {
        if (!isDecoded) {
            (texture as Texture | null)?.dispose();
            reading.leftOut.push(`The texture ${file.slice(0, 200)} is left out, because it could not be decoded.`);
        }
    }
}
