import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import type { Material } from "@babylonjs/core/Materials/material";
import type { BaseTexture } from "@babylonjs/core/Materials/Textures/baseTexture";
import { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { Scene } from "@babylonjs/core/scene";
import type { FloatArray } from "@babylonjs/core/types";
import { RunCoroutineAsync } from "../../compute/base/coroutine";
import type { Pacer } from "../../compute/base/pacer";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { SceneToCapture, type UpAxis } from "../babylon/worldFrame";
import { type ContentNodes, ReadContentNodes } from "./contentNodes";
import { FaceNormals } from "./faceNormals";
import { FindLooseSplats } from "./looseSplats";
import { ReadMeshElements, SourceMesh } from "./meshElements";
import { type ContentBounds, FibonacciDirections } from "./sceneCameras";
import { AreSplatsFlat, BakeSplats } from "./splatContent";
import { IsSplatMesh, SplatDataCoroutine } from "./splatData";
import { ReadSurfaceLook, type SurfaceLook, toLinear } from "./surfaceLook";

/** Faces or points of a piece at most: what is done in one go. */
const PIECE_ELEMENTS = 1 << 14;
/** Ids of elements are drawn as 32-bit floats, which tell so many apart. */
const MAX_ELEMENTS = 2 ** 24 - 2;

/** One mesh, point cloud or cloud of splats of the content; an instance, thin or not, is an item of its own. */
export interface ContentItem {
    readonly mesh: AbstractMesh;
    /** Index of the thin instance; -1 where the mesh has none. */
    readonly thinInstance: number;
    readonly kind: "faces" | "points" | "splats";
    /**
     * Its elements in the numbering of the whole content: face f of the mesh (three indices, from 3 f; in strips and fans one more index), its
     * vertex f or its splat f is element `firstElement + f`.
     */
    readonly firstElement: number;
    readonly elementCount: number;
}

/** A run of elements of one item with one look, placed in the capture's world. */
export interface ContentPiece {
    readonly kind: "faces" | "points" | "splats";
    readonly firstElement: number;
    readonly elementCount: number;
    /** [corners, 3]: three corners a face, one a point or a splat. */
    readonly positions: Float32Array;
    /** [splats, 6] covariances xx, xy, xz, yy, yz, zz; null for all else. */
    readonly covariances: Float32Array | null;
    /** [corners, 3] unit normals; null for points without, and for splats that are not flat. */
    readonly normals: Float32Array | null;
    /** [corners, 4] linear RGB, opacity; null where all is white. */
    readonly colors: Float32Array | null;
    /** [corners, 2] */
    readonly baseUvs: Float32Array | null;
    /** [corners, 2] */
    readonly emissiveUvs: Float32Array | null;
    readonly look: SurfaceLook;
    /** Null where it has none. */
    readonly material: Material | null;
    /** Radius of a disc that closes the gaps between points, world units; 0 for faces. */
    readonly pointRadius: number;
}

/** Meshes, point clouds and splats of a scene as they stand, copied into the world of a capture. */
export interface SceneContent {
    readonly items: readonly ContentItem[];
    readonly pieces: readonly ContentPiece[];
    readonly elementCount: number;
    readonly bounds: ContentBounds;
    readonly nodes: ContentNodes;
}

/**
 * Copies meshes out of a scene in their present pose: parents, skeletons, morph targets, instances and thin instances. Reads only.
 *
 * Vertices without faces and meshes whose material draws points are point clouds; meshes without vertices and lines are passed over.
 *
 * @param pointRadius of all points in world units; null fits it to how close they lie
 * @param splatOpacity splats fainter than this play no part in the bounds, nor in whether splats have normals
 * @param splatClump splats in clumps of less than this share are made transparent
 * @throws UltrametricError "input" when nothing is left or a mesh has lost its vertices or splats, "unsupported" for splats put together from
 * parts, "limits", "aborted"
 */
export async function ReadSceneContentAsync(
    scene: Scene,
    meshes: readonly AbstractMesh[],
    upAxis: UpAxis,
    pointRadius: number | null,
    splatOpacity: number,
    splatClump: number,
    pacer: Pacer,
): Promise<SceneContent> {
    const frame = SceneToCapture(upAxis, scene.useRightHandedSystem);
    const items: ContentItem[] = [];
    const pieces: ContentPiece[] = [];
    let elementCount = 0;
    const grow = (name: string, count: number): void => {
        elementCount += count;
        if (elementCount > MAX_ELEMENTS) {
            throw new UltrametricError(
                "limits",
                `Up to "${name}" the meshes have ${elementCount} faces, points and splats, at most ${MAX_ELEMENTS} can be told apart in a view. ` +
                    "Capture fewer of them.",
            );
        }
    };
    for (const mesh of new Set(meshes)) {
        if (!mesh.isDisposed() && IsSplatMesh(mesh)) {
            const splats = await RunCoroutineAsync(SplatDataCoroutine(mesh), pacer);
            if (splats.count === 0) {
                continue;
            }
            const toCapture = mesh.computeWorldMatrix(true).multiply(frame);
            const first = elementCount;
            grow(mesh.name, splats.count);
            items.push({ mesh, thinInstance: -1, kind: "splats", firstElement: first, elementCount: splats.count });
            const isLoose = await RunCoroutineAsync(FindLooseSplats(splats, splatOpacity, splatClump), pacer);
            for (let i = 0; i < splats.count; i++) {
                splats.colors[4 * i + 3] *= 1 - isLoose[i]; // as if it were not there
            }
            const areFlat = await RunCoroutineAsync(AreSplatsFlat(splats, splatOpacity), pacer);
            const alpha = mesh.material?.alpha ?? 1;
            for (let start = 0; start < splats.count; start += PIECE_ELEMENTS) {
                const end = Math.min(splats.count, start + PIECE_ELEMENTS);
                const piece = BakeSplats(splats, start, end, toCapture, alpha, areFlat, first + start);
                pieces.push({ ...piece, material: mesh.material });
                await pacer.yieldIfDueAsync();
            }
            continue;
        }
        const source = readMesh(mesh);
        if (!source) {
            continue;
        }
        for (const [thinInstance, world] of worldMatrices(mesh)) {
            const toCapture = world.multiply(frame);
            const item: ContentItem = {
                mesh,
                thinInstance,
                kind: source.kind,
                firstElement: elementCount,
                elementCount: source.elementCount,
            };
            grow(mesh.name, item.elementCount);
            items.push(item);
            const radius =
                source.kind === "points"
                    ? (pointRadius ??
                      RADIUS_IN_SPACINGS * (await estimateSpacingAsync(source.positions, toCapture, pacer)))
                    : 0;
            for (const run of source.runs) {
                for (let start = run.start; start < run.end; start += PIECE_ELEMENTS) {
                    const end = Math.min(run.end, start + PIECE_ELEMENTS);
                    pieces.push(bakePiece(source, item, run, start, end, toCapture, radius));
                    await pacer.yieldIfDueAsync();
                }
            }
        }
    }
    if (pieces.length === 0) {
        throw new UltrametricError(
            "input",
            `None of the ${meshes.length} meshes given has a face, a point or a splat; there is nothing to capture.`,
        );
    }
    const nodes = ReadContentNodes(items);
    return { items, pieces, elementCount, bounds: await boundsOfAsync(pieces, splatOpacity, pacer), nodes };
}

/** Elements of one material. */
interface Run {
    readonly start: number;
    readonly end: number;
    readonly look: SurfaceLook;
    readonly material: Material | null;
}

/** A mesh's own vertices, posed but not placed. */
interface MeshSource {
    readonly kind: "faces" | "points";
    readonly elementCount: number;
    readonly runs: readonly Run[];
    /** Vertex of a corner of a face. */
    readonly vertexOf: (face: number, corner: number) => number;
    readonly positions: FloatArray;
    readonly normals: FloatArray | null;
    readonly colors: FloatArray | null;
    readonly colorSize: number;
    readonly hasVertexAlpha: boolean;
    /** By texture coordinate set. */
    readonly uvs: (set: number) => FloatArray | null;
}

function readMesh(mesh: AbstractMesh): MeshSource | null {
    if (mesh.isDisposed()) {
        throw new UltrametricError("disposed", `The mesh "${mesh.name}" has been disposed; it cannot be captured.`);
    }
    if (mesh.getClassName().startsWith("GaussianSplatting")) {
        throw new UltrametricError(
            "unsupported",
            `"${mesh.name}" is a ${mesh.getClassName()}, whose splats cannot be captured; capture the GaussianSplattingMesh that they came from.`,
        );
    }
    const vertexCount = mesh.getTotalVertices();
    if (vertexCount === 0) {
        return null;
    }
    const elements = ReadMeshElements(mesh);
    if (!elements) {
        return null;
    }
    const { kind, count: elementCount, vertexOf } = elements;
    const own = SourceMesh(mesh);
    mesh.skeleton?.prepare();
    const positions = mesh.getPositionData(true, true);
    if (!positions) {
        throw new UltrametricError(
            "input",
            `The mesh "${mesh.name}" has ${vertexCount} vertices, but their positions are no longer in memory; ` +
                "capture before scene.clearCachedVertexData() is called.",
        );
    }
    const colors = own.useVertexColors ? mesh.getVerticesData(VertexBuffer.ColorKind) : null;
    return {
        kind,
        elementCount,
        runs: elements.runs.map(({ start, end, material }) => ({ start, end, look: lookOf(mesh, material), material })),
        vertexOf,
        positions,
        normals: mesh.getNormalsData(true, true),
        colors,
        colorSize: colors ? Math.round(colors.length / vertexCount) : 0,
        hasVertexAlpha: own.hasVertexAlpha,
        uvs: (set) => mesh.getVerticesData(set === 0 ? VertexBuffer.UVKind : `${VertexBuffer.UVKind}${set + 1}`),
    };
}

function lookOf(mesh: AbstractMesh, material: Material | null): SurfaceLook {
    const look = ReadSurfaceLook(material);
    const tint = (mesh.instancedBuffers as { color?: { r: number; g: number; b: number } } | undefined)?.color;
    if (!tint) {
        return look;
    }
    const linear = (value: number): number => (look.hasLinearVertexColors ? value : toLinear(value));
    return {
        ...look,
        base: [look.base[0] * linear(tint.r), look.base[1] * linear(tint.g), look.base[2] * linear(tint.b)],
    };
}

/** Where a mesh stands in the scene, once for each of its thin instances. */
function worldMatrices(mesh: AbstractMesh): [number, Matrix][] {
    const world = mesh.computeWorldMatrix(true);
    if (!mesh.hasThinInstances) {
        return [[-1, world.clone()]];
    }
    return (mesh as Mesh).thinInstanceGetWorldMatrices().map((matrix, i) => [i, matrix.multiply(world)]);
}

function bakePiece(
    source: MeshSource,
    item: ContentItem,
    { look, material }: Run,
    start: number,
    end: number,
    toCapture: Matrix,
    pointRadius: number,
): ContentPiece {
    const cornersPerElement = source.kind === "faces" ? 3 : 1;
    const corners = (end - start) * cornersPerElement;
    const vertices = new Uint32Array(corners);
    for (let c = 0; c < corners; c++) {
        vertices[c] = source.vertexOf(start + Math.floor(c / cornersPerElement), c % cornersPerElement);
    }
    const positions = transformPositions(source.positions, vertices, toCapture.m);
    let normals: Float32Array | null = null;
    if (source.normals) {
        // Normals go by the inverse transpose, whatever scale and mirroring there are.
        normals = transformNormals(source.normals, vertices, Matrix.Invert(toCapture).transpose().m);
    } else if (source.kind === "faces") {
        normals = FaceNormals(positions);
    }
    return {
        kind: source.kind,
        firstElement: item.firstElement + start,
        elementCount: end - start,
        positions,
        covariances: null,
        normals,
        colors: gatherColors(source, vertices, look.hasLinearVertexColors),
        baseUvs: gatherUvs(source, vertices, look.baseTexture),
        emissiveUvs: gatherUvs(source, vertices, look.emissiveTexture),
        look,
        material,
        pointRadius,
    };
}

function transformPositions(from: FloatArray, vertices: Uint32Array, m: ArrayLike<number>): Float32Array {
    const to = new Float32Array(3 * vertices.length);
    for (let c = 0; c < vertices.length; c++) {
        const x = from[3 * vertices[c]];
        const y = from[3 * vertices[c] + 1];
        const z = from[3 * vertices[c] + 2];
        to[3 * c] = x * m[0] + y * m[4] + z * m[8] + m[12];
        to[3 * c + 1] = x * m[1] + y * m[5] + z * m[9] + m[13];
        to[3 * c + 2] = x * m[2] + y * m[6] + z * m[10] + m[14];
    }
    return to;
}

function transformNormals(from: FloatArray, vertices: Uint32Array, m: ArrayLike<number>): Float32Array {
    const to = new Float32Array(3 * vertices.length);
    for (let c = 0; c < vertices.length; c++) {
        const x = from[3 * vertices[c]];
        const y = from[3 * vertices[c] + 1];
        const z = from[3 * vertices[c] + 2];
        const nx = x * m[0] + y * m[4] + z * m[8];
        const ny = x * m[1] + y * m[5] + z * m[9];
        const nz = x * m[2] + y * m[6] + z * m[10];
        const length = Math.hypot(nx, ny, nz) || 1;
        to[3 * c] = nx / length;
        to[3 * c + 1] = ny / length;
        to[3 * c + 2] = nz / length;
    }
    return to;
}

function gatherColors(source: MeshSource, vertices: Uint32Array, isLinear: boolean): Float32Array | null {
    const { colors, colorSize } = source;
    if (!colors || colorSize < 3) {
        return null;
    }
    const hasAlpha = colorSize === 4 && source.hasVertexAlpha;
    const to = new Float32Array(4 * vertices.length);
    for (let c = 0; c < vertices.length; c++) {
        const from = colorSize * vertices[c];
        for (let i = 0; i < 3; i++) {
            to[4 * c + i] = isLinear ? colors[from + i] : toLinear(colors[from + i]);
        }
        to[4 * c + 3] = hasAlpha ? colors[from + 3] : 1;
    }
    return to;
}

function gatherUvs(source: MeshSource, vertices: Uint32Array, texture: BaseTexture | null): Float32Array | null {
    if (!texture) {
        return null;
    }
    const to = new Float32Array(2 * vertices.length);
    const from = source.uvs(texture.coordinatesIndex);
    if (!from) {
        return to;
    }
    const m = texture.getTextureMatrix().m;
    for (let c = 0; c < vertices.length; c++) {
        const u = from[2 * vertices[c]];
        const v = from[2 * vertices[c] + 1];
        to[2 * c] = u * m[0] + v * m[4] + m[8];
        to[2 * c + 1] = u * m[1] + v * m[5] + m[9];
    }
    return to;
}

/** Points whose neighbors are looked up. */
const SPACING_SAMPLES = 48;
const SPACING_NEIGHBOR = 6;
/** Discs that reach a quarter beyond the sixth neighbor leave holes in 1e-4 of a random surface, and none in a grid. */
const RADIUS_IN_SPACINGS = 1.25;

/** How far the sixth neighbor of a point is, the median over some points; 0 for a lone point. */
async function estimateSpacingAsync(positions: FloatArray, toCapture: Matrix, pacer: Pacer): Promise<number> {
    const count = positions.length / 3;
    const neighbors = Math.min(SPACING_NEIGHBOR, count - 1);
    if (neighbors < 1) {
        return 0;
    }
    const samples = Math.min(SPACING_SAMPLES, count);
    const found = new Float64Array(samples);
    const nearest = new Float64Array(neighbors);
    for (let s = 0; s < samples; s++) {
        const q = 3 * Math.floor((s * count) / samples);
        nearest.fill(Infinity);
        for (let p = 0; p < positions.length; p += 3) {
            const dx = positions[p] - positions[q];
            const dy = positions[p + 1] - positions[q + 1];
            const dz = positions[p + 2] - positions[q + 2];
            const squared = dx * dx + dy * dy + dz * dz;
            if (squared < nearest[neighbors - 1] && p !== q) {
                let place = neighbors - 1;
                while (place > 0 && nearest[place - 1] > squared) {
                    nearest[place] = nearest[place - 1];
                    place--;
                }
                nearest[place] = squared;
            }
        }
        found[s] = Math.sqrt(nearest[neighbors - 1]);
        await pacer.yieldIfDueAsync();
    }
    const scale = Math.cbrt(Math.abs(toCapture.determinant()));
    return found.sort()[samples >> 1] * scale;
}

/** Directions in which the farthest point is looked for: what lies between two of them reaches at most 3 % farther. */
const OUTLINE_DIRECTIONS = FibonacciDirections(64, -1, 1, "y");

async function boundsOfAsync(
    pieces: readonly ContentPiece[],
    splatOpacity: number,
    pacer: Pacer,
): Promise<ContentBounds> {
    const clouds: Float32Array[] = [];
    for (const piece of pieces) {
        clouds.push(solidPositions(piece, splatOpacity));
        await pacer.yieldIfDueAsync();
    }
    if (clouds.every((positions) => positions.length === 0)) {
        throw new UltrametricError(
            "input",
            `All splats are fainter than the opacity of ${splatOpacity} that leaves have; lower the option splatOpacity.`,
        );
    }
    const low: [number, number, number] = [Infinity, Infinity, Infinity];
    const high: [number, number, number] = [-Infinity, -Infinity, -Infinity];
    for (const positions of clouds) {
        for (let p = 0; p < positions.length; p += 3) {
            for (let a = 0; a < 3; a++) {
                low[a] = Math.min(low[a], positions[p + a]);
                high[a] = Math.max(high[a], positions[p + a]);
            }
        }
        await pacer.yieldIfDueAsync();
    }
    if (![...low, ...high].every(Number.isFinite)) {
        throw new UltrametricError(
            "input",
            "The meshes given have vertices whose positions are not finite; remove them before capturing.",
        );
    }
    const outline = new Float32Array(3 * OUTLINE_DIRECTIONS.length);
    const reach = new Float64Array(OUTLINE_DIRECTIONS.length).fill(-Infinity);
    for (const positions of clouds) {
        for (const [d, [x, y, z]] of OUTLINE_DIRECTIONS.entries()) {
            let farthest = -1;
            for (let p = 0; p < positions.length; p += 3) {
                const along = x * positions[p] + y * positions[p + 1] + z * positions[p + 2];
                if (along > reach[d]) {
                    reach[d] = along;
                    farthest = p;
                }
            }
            if (farthest >= 0) {
                outline.set(positions.subarray(farthest, farthest + 3), 3 * d);
            }
            await pacer.yieldIfDueAsync();
        }
    }
    return { low, high, outline };
}

/** All positions of a piece, but for faint splats: those float far off in many captures. */
function solidPositions({ kind, positions, colors }: ContentPiece, splatOpacity: number): Float32Array {
    return kind === "splats"
        ? positions.filter((_, i) => colors![4 * Math.floor(i / 3) + 3] >= splatOpacity)
        : positions;
}
