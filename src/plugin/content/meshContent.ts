import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import type { Material } from "@babylonjs/core/Materials/material";
import type { BaseTexture } from "@babylonjs/core/Materials/Textures/baseTexture";
import { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { FloatArray } from "@babylonjs/core/types";
import type { Pacer } from "../../compute/base/pacer";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { FaceNormals } from "./faceNormals";
import { ReadMeshElements, SourceMesh } from "./meshElements";
import { EstimatePointSpacingAsync } from "./pointSpacing";
import { type ContentItem, type ContentPiece, MAX_PIECE_ELEMENTS } from "./sceneContent";
import { ReadSurfaceAppearance, type SurfaceAppearance, ToLinearSpace } from "./surfaceAppearance";

/**
 * The radius of points in units of their spacing. Discs that reach a quarter beyond the sixth neighbor leave holes in
 * 1e-4 of a random surface, and none in a grid.
 */
const RADIUS_IN_SPACINGS = 1.25;

/** The vertices of a mesh in its own coordinates, with skeleton and morph targets applied. */
export interface MeshSource {
    readonly kind: "faces" | "points";
    readonly elementCount: number;
    readonly runs: readonly AppearanceRun[];
    /** Vertex of a corner of a face, or of a point. */
    readonly vertexOf: (element: number, corner: number) => number;
    readonly positions: FloatArray;
    readonly normals: FloatArray | null;
    readonly colors: FloatArray | null;
    readonly colorSize: number;
    readonly hasVertexAlpha: boolean;
    /** Texture coordinates of a coordinate set. */
    readonly uvsOf: (set: number) => FloatArray | null;
}

/** Consecutive elements with one material. */
interface AppearanceRun {
    readonly start: number;
    readonly end: number;
    readonly appearance: SurfaceAppearance;
    readonly material: Material | null;
}

/**
 * Reads the vertices of a mesh or a point cloud.
 *
 * @returns null for lines and meshes without vertices
 * @throws UltrametricError "disposed", "input" when the positions are no longer in memory, "unsupported" for a part of
 * a compound splat mesh
 */
export function ReadMeshSource(mesh: AbstractMesh): MeshSource | null {
    if (mesh.isDisposed()) {
        throw new UltrametricError("disposed", `The mesh "${mesh.name}" has been disposed; it cannot be captured.`);
    }
    if (mesh.getClassName().startsWith("GaussianSplatting")) {
        throw new UltrametricError(
            "unsupported",
            `"${mesh.name}" is a ${mesh.getClassName()}, whose splats cannot be captured; ` +
                "capture the GaussianSplattingMesh or the compound that holds them.",
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
    const geometryOwner = SourceMesh(mesh);
    mesh.skeleton?.prepare();
    const positions = mesh.getPositionData(true, true);
    if (!positions) {
        throw new UltrametricError(
            "input",
            `The mesh "${mesh.name}" has ${vertexCount} vertices, but their positions are no longer in memory; ` +
                "capture before scene.clearCachedVertexData() is called.",
        );
    }
    const colors = geometryOwner.useVertexColors ? mesh.getVerticesData(VertexBuffer.ColorKind) : null;
    return {
        kind,
        elementCount,
        runs: elements.runs.map(({ start, end, material }) => ({
            start,
            end,
            appearance: appearanceOf(mesh, material),
            material,
        })),
        vertexOf,
        positions,
        normals: mesh.getNormalsData(true, true),
        colors,
        colorSize: colors ? Math.round(colors.length / vertexCount) : 0,
        hasVertexAlpha: geometryOwner.hasVertexAlpha,
        uvsOf: (set) => mesh.getVerticesData(set === 0 ? VertexBuffer.UVKind : `${VertexBuffer.UVKind}${set + 1}`),
    };
}

/**
 * Transforms a mesh, or one instance of it, into the capture's world.
 *
 * @param pointRadius radius of points in world units; null derives it from their spacing
 * @throws UltrametricError "aborted"
 */
export async function BakeMeshAsync(
    source: MeshSource,
    item: ContentItem,
    meshToCapture: Matrix,
    pointRadius: number | null,
    pacer: Pacer,
): Promise<ContentPiece[]> {
    let radius = 0;
    if (source.kind === "points") {
        const scale = Math.cbrt(Math.abs(meshToCapture.determinant()));
        radius =
            pointRadius ?? RADIUS_IN_SPACINGS * ((await EstimatePointSpacingAsync(source.positions, pacer)) * scale);
    }
    const pieces: ContentPiece[] = [];
    for (const run of source.runs) {
        for (let start = run.start; start < run.end; start += MAX_PIECE_ELEMENTS) {
            const end = Math.min(run.end, start + MAX_PIECE_ELEMENTS);
            const baked = bakeElements(source, { ...run, start, end }, meshToCapture);
            pieces.push({ ...baked, firstElement: item.firstElement + start, pointRadius: radius });
            await pacer.yieldIfDueAsync();
        }
    }
    return pieces;
}

/** Returns the appearance of a material, multiplied by the mesh's instance color. */
function appearanceOf(mesh: AbstractMesh, material: Material | null): SurfaceAppearance {
    const appearance = ReadSurfaceAppearance(material);
    const tint = (mesh.instancedBuffers as { color?: { r: number; g: number; b: number } } | undefined)?.color;
    if (!tint) {
        return appearance;
    }
    const { base, hasLinearVertexColors } = appearance;
    const linear = (value: number): number => (hasLinearVertexColors ? value : ToLinearSpace(value));
    return { ...appearance, base: [base[0] * linear(tint.r), base[1] * linear(tint.g), base[2] * linear(tint.b)] };
}

function bakeElements(
    source: MeshSource,
    { start, end, appearance, material }: AppearanceRun,
    meshToCapture: Matrix,
): Omit<ContentPiece, "firstElement" | "pointRadius"> {
    const cornersPerElement = source.kind === "faces" ? 3 : 1;
    const corners = (end - start) * cornersPerElement;
    const vertices = new Uint32Array(corners);
    for (let c = 0; c < corners; c++) {
        vertices[c] = source.vertexOf(start + Math.floor(c / cornersPerElement), c % cornersPerElement);
    }
    const positions = transformPositions(source.positions, vertices, meshToCapture.m);
    let normals: Float32Array | null = null;
    if (source.normals) {
        // The inverse transpose is right for uneven scaling and mirroring, too.
        normals = transformNormals(source.normals, vertices, Matrix.Invert(meshToCapture).transpose().m);
    } else if (source.kind === "faces") {
        normals = FaceNormals(positions);
    }
    return {
        kind: source.kind,
        elementCount: end - start,
        positions,
        covariances: null,
        normals,
        colors: gatherColors(source, vertices, appearance.hasLinearVertexColors),
        baseUvs: gatherUvs(source, vertices, appearance.baseTexture),
        emissiveUvs: gatherUvs(source, vertices, appearance.emissiveTexture),
        appearance,
        material,
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
            to[4 * c + i] = isLinear ? colors[from + i] : ToLinearSpace(colors[from + i]);
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
    const from = source.uvsOf(texture.coordinatesIndex);
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
