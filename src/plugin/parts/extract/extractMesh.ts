import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import { SubMesh } from "@babylonjs/core/Meshes/subMesh";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import type { FloatArray } from "@babylonjs/core/types";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import { ItemWorldMatrix } from "../../content/itemWorldMatrix";
import { type MeshElements, ReadMeshElements, SourceMesh } from "../../content/meshElements";
import type { ContentItem } from "../../content/sceneContent";
import { IsSplatMesh, ReadSplatData } from "../../content/splatData";
import { SplatPlacesOf } from "../../content/splatPlaces";
import { SKIN_KINDS, TintVertexColors, TransformVertices, VERTEX_KINDS } from "../../content/vertexData";
import { IsComposed } from "./composedMatrix";
import { ExtractSplats } from "./extractSplats";

/**
 * Creates a mesh of some faces, points or splats of a mesh, in the same place, with all their vertex data (normals,
 * tangents, texture coordinates, colors, skin weights), the same materials and the same skeleton. It is open where it
 * was cut. The source mesh does not change.
 *
 * Morph targets keep their current state. If the transforms above a mesh shear it, the vertices are transformed on the
 * CPU, and a skinned mesh becomes rigid in its current pose.
 *
 * @param elements indices of faces, vertices or splats of the item, ascending, relative to the item; the splats of a
 * compound belong to one of its parts
 * @param parent of the new mesh, without shear
 * @throws UltrametricError "input" if the mesh's vertices are no longer in memory; "disposed"
 */
export function ExtractMesh(item: ContentItem, elements: Uint32Array, name: string, parent: TransformNode): Mesh {
    const { mesh: source } = item;
    if (source.isDisposed()) {
        throw new UltrametricError(
            "disposed",
            `The mesh "${source.name}" has been disposed; nothing can be extracted.`,
        );
    }
    if (IsSplatMesh(source)) {
        const { placeOf, worlds } = SplatPlacesOf(source);
        const splats = ExtractSplats(source, elements, name);
        const world = worlds[placeOf ? placeOf[elements[0]] : 0];
        splats.parent = parent;
        world.multiply(Matrix.Invert(parent.computeWorldMatrix(true))).decomposeToTransformNode(splats);
        splats.computeWorldMatrix(true);
        return splats;
    }
    const world = ItemWorldMatrix(item);
    const holder = SourceMesh(source);
    const local = world.multiply(Matrix.Invert(parent.computeWorldMatrix(true)));
    const isSheared = !IsComposed(local);
    const isPosed = isSheared && source.skeleton !== null;

    const faces = item.kind === "faces" ? ReadMeshElements(source) : null;
    const { indices, vertices, groups } = faces
        ? takeFaces(faces, elements)
        : { indices: null, vertices: elements, groups: [] };
    const mesh = new Mesh(name, source.getScene(), parent);
    let colors: { data: Float32Array; size: number } | null = null;
    for (const kind of isPosed ? VERTEX_KINDS : [...VERTEX_KINDS, ...SKIN_KINDS]) {
        const buffer = holder.getVertexBuffer(kind);
        if (!buffer || buffer.getIsInstanced()) {
            continue;
        }
        const data = readKind(source, kind, isPosed);
        if (!data) {
            mesh.dispose();
            throw new UltrametricError(
                "input",
                `The vertices of "${source.name}" (${kind}) are no longer in memory; ` +
                    "extract parts before you call scene.clearCachedVertexData().",
            );
        }
        const size = Math.round(data.length / source.getTotalVertices());
        const values = new Float32Array(size * vertices.length);
        for (let v = 0; v < vertices.length; v++) {
            for (let c = 0; c < size; c++) {
                values[size * v + c] = data[size * vertices[v] + c];
            }
        }
        const placed = isSheared ? Float32Array.from(TransformVertices(kind, values, size, local)) : values;
        if (kind === VertexBuffer.ColorKind) {
            colors = { data: placed, size };
        }
        mesh.setVerticesData(kind, placed, false, size);
    }
    const tinted = TintVertexColors(source, colors, vertices.length);
    if (tinted) {
        mesh.setVerticesData(VertexBuffer.ColorKind, tinted.data, false, tinted.size);
    }
    if (indices) {
        if (isSheared && local.determinant() < 0) {
            for (let i = 0; i < indices.length; i += 3) {
                [indices[i + 1], indices[i + 2]] = [indices[i + 2], indices[i + 1]];
            }
        }
        mesh.setIndices(indices, vertices.length);
        if (groups.length > 1) {
            mesh.releaseSubMeshes();
            for (const { materialIndex, start, count } of groups) {
                new SubMesh(materialIndex, 0, vertices.length, start, count, mesh);
            }
        } else if (mesh.subMeshes?.[0] && groups[0]) {
            mesh.subMeshes[0].materialIndex = groups[0].materialIndex;
        }
        if (faces?.isStripOrFan) {
            mesh.overrideRenderingFillMode = 0; // triangles
        }
    } else {
        mesh.isUnIndexed = holder.isUnIndexed;
        mesh.refreshBoundingInfo();
    }
    mesh.material = source.material;
    mesh.skeleton = isPosed ? null : source.skeleton;
    mesh.numBoneInfluencers = holder.numBoneInfluencers;
    mesh.useVertexColors = holder.useVertexColors || mesh.isVerticesDataPresent(VertexBuffer.ColorKind);
    mesh.hasVertexAlpha = holder.hasVertexAlpha;
    mesh.sideOrientation = holder.sideOrientation;
    mesh.receiveShadows = holder.receiveShadows;
    mesh.visibility = source.visibility;
    mesh.renderingGroupId = source.renderingGroupId;
    mesh.alphaIndex = source.alphaIndex;
    mesh.layerMask = source.layerMask;
    mesh.isPickable = source.isPickable;
    if (!isSheared) {
        local.decomposeToTransformNode(mesh);
    }
    mesh.computeWorldMatrix(true);
    return mesh;
}

/** Extends a box, in scene coordinates, by the vertices of some elements in their current pose. */
export function BoxOfElements(item: ContentItem, elements: Uint32Array, box: { low: Vector3; high: Vector3 }): void {
    const { mesh: source } = item;
    const point = new Vector3();
    if (IsSplatMesh(source)) {
        const { positions } = ReadSplatData(source);
        const { placeOf, worlds } = SplatPlacesOf(source);
        for (const splat of elements) {
            const world = worlds[placeOf ? placeOf[splat] : 0];
            Vector3.FromArrayToRef(positions, 3 * splat, point);
            Vector3.TransformCoordinatesToRef(point, world, point);
            box.low.minimizeInPlace(point);
            box.high.maximizeInPlace(point);
        }
        return;
    }
    source.skeleton?.prepare();
    const positions = source.getPositionData(true, true);
    if (!positions) {
        return;
    }
    const world = ItemWorldMatrix(item);
    const vertexOf = item.kind === "faces" ? ReadMeshElements(source)!.vertexOf : null;
    for (const element of elements) {
        for (let corner = 0; corner < (vertexOf ? 3 : 1); corner++) {
            const vertex = vertexOf ? vertexOf(element, corner) : element;
            Vector3.TransformCoordinatesFromFloatsToRef(
                positions[3 * vertex],
                positions[3 * vertex + 1],
                positions[3 * vertex + 2],
                world,
                point,
            );
            box.low.minimizeInPlace(point);
            box.high.maximizeInPlace(point);
        }
    }
}

/** The faces of one material in the new mesh. */
interface FaceGroup {
    readonly materialIndex: number;
    /** The first index, in the index buffer. */
    readonly start: number;
    /** The number of indices. */
    readonly count: number;
}

/** The vertices and faces of the new mesh. */
interface TakenElements {
    readonly indices: Uint32Array | null;
    /** [vertices] the vertices of the source mesh. */
    readonly vertices: Uint32Array;
    readonly groups: readonly FaceGroup[];
}

function takeFaces({ runs, consistentVertexOf }: MeshElements, elements: Uint32Array): TakenElements {
    const byMaterial = new Map<number, number[]>();
    for (const face of elements) {
        const material = runs.find(({ start, end }) => face >= start && face < end)?.materialIndex ?? 0;
        const faces = byMaterial.get(material);
        if (faces) {
            faces.push(face);
        } else {
            byMaterial.set(material, [face]);
        }
    }
    const indices = new Uint32Array(3 * elements.length);
    const vertices: number[] = [];
    const indexOf = new Map<number, number>();
    const groups: FaceGroup[] = [];
    let filled = 0;
    for (const [materialIndex, faces] of [...byMaterial].sort(([a], [b]) => a - b)) {
        groups.push({ materialIndex, start: filled, count: 3 * faces.length });
        for (const face of faces) {
            for (let corner = 0; corner < 3; corner++) {
                const vertex = consistentVertexOf(face, corner);
                let index = indexOf.get(vertex);
                if (index === undefined) {
                    index = vertices.length;
                    indexOf.set(vertex, index);
                    vertices.push(vertex);
                }
                indices[filled++] = index;
            }
        }
    }
    return { indices, vertices: Uint32Array.from(vertices), groups };
}

function readKind(source: AbstractMesh, kind: string, isPosed: boolean): FloatArray | null {
    if (kind === VertexBuffer.PositionKind) {
        return source.getPositionData(isPosed, true);
    }
    return kind === VertexBuffer.NormalKind ? source.getNormalsData(isPosed, true) : source.getVerticesData(kind);
}
