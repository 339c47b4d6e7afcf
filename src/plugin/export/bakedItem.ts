import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import { Constants } from "@babylonjs/core/Engines/constants";
import type { Material } from "@babylonjs/core/Materials/material";
import { Matrix } from "@babylonjs/core/Maths/math.vector";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { ItemWorldMatrix } from "../content/itemWorldMatrix";
import { type MeshElements, ReadMeshElements, SourceMesh } from "../content/meshElements";
import type { ContentItem } from "../content/sceneContent";
import { TintVertexColors, TransformVertices, VERTEX_KINDS } from "../content/vertexData";

/** A vertex attribute with one row per vertex. */
interface Attribute {
    readonly kind: string;
    readonly size: number;
    readonly data: ArrayLike<number>;
}

/**
 * A mesh or point cloud of the content in its current pose, in a right-handed world with y up. Its faces or points can
 * be distributed to new meshes; the mesh itself is only read.
 */
export class BakedItem {
    private readonly _attributes: readonly Attribute[];
    private readonly _elements: MeshElements;
    private readonly _isMirrored: boolean;
    private readonly _source: Mesh;

    /** @throws UltrametricError "disposed", "input" when the mesh's vertices are no longer in memory */
    public constructor(private readonly _item: ContentItem) {
        const { mesh } = _item;
        if (mesh.isDisposed()) {
            throw new UltrametricError("disposed", `The mesh "${mesh.name}" has been disposed; it cannot be exported.`);
        }
        this._source = SourceMesh(mesh);
        this._elements = ReadMeshElements(mesh)!;
        const world = ItemWorldMatrix(_item);
        this._isMirrored = world.determinant() < 0;
        mesh.skeleton?.prepare();
        // The conversion of Babylon's glTF loader and exporter, so that a reloaded file has the same positions.
        const toRightHanded = Matrix.Scaling(mesh.getScene().useRightHandedSystem ? 1 : -1, 1, 1);
        this._attributes = this._read(world.multiply(toRightHanded));
    }

    /**
     * Creates a mesh per material for some of the faces, or one mesh for some of the points.
     *
     * @param elements indices within the item
     * @param parent has no transform, and belongs to a right-handed scene
     */
    public createMeshes(elements: readonly number[], parent: TransformNode): Mesh[] {
        if (this._item.kind === "points") {
            return [this._createPoints(elements, parent)];
        }
        const byMaterial = new Map<Material | null, number[]>();
        for (const face of elements) {
            const run = this._elements.runs.find(({ start, end }) => face >= start && face < end);
            const material = run?.material ?? this._item.mesh.material;
            const faces = byMaterial.get(material);
            if (faces) {
                faces.push(face);
            } else {
                byMaterial.set(material, [face]);
            }
        }
        return [...byMaterial].map(([material, faces]) => this._createFaces(faces, material, parent));
    }

    private _createFaces(faces: readonly number[], material: Material | null, parent: TransformNode): Mesh {
        // Faces in glTF are counter-clockwise. The exporter flips faces by the orientation of their material (without
        // one too); the orientation of the mesh and mirroring transforms are handled here.
        const isClockwiseSide = (side: number): boolean => side !== Constants.MATERIAL_CounterClockWiseSideOrientation;
        const isFlippedByExporter = isClockwiseSide(material?.sideOrientation ?? 0);
        const isClockwise = isClockwiseSide(material?.sideOrientation ?? this._source.sideOrientation);
        const isFlipped = (isClockwise !== this._isMirrored) !== isFlippedByExporter;
        const corners = isFlipped ? [0, 2, 1] : [0, 1, 2];
        const indices = new Uint32Array(3 * faces.length);
        const vertices: number[] = [];
        const newIndices = new Map<number, number>();
        faces.forEach((face, f) => {
            for (let corner = 0; corner < 3; corner++) {
                const vertex = this._elements.consistentVertexOf(face, corners[corner]);
                let newIndex = newIndices.get(vertex);
                if (newIndex === undefined) {
                    newIndex = vertices.length;
                    newIndices.set(vertex, newIndex);
                    vertices.push(vertex);
                }
                indices[3 * f + corner] = newIndex;
            }
        });
        const mesh = this._createMesh(vertices, parent);
        mesh.setIndices(indices, vertices.length);
        // The mesh's own orientation is not set, because that would change the material.
        mesh.material = material;
        return mesh;
    }

    private _createPoints(points: readonly number[], parent: TransformNode): Mesh {
        const mesh = this._createMesh(points, parent);
        mesh.isUnIndexed = true;
        mesh.refreshBoundingInfo();
        mesh.overrideRenderingFillMode = Constants.MATERIAL_PointListDrawMode;
        mesh.material = this._item.mesh.material;
        return mesh;
    }

    private _createMesh(vertices: readonly number[], parent: TransformNode): Mesh {
        const mesh = new Mesh(this._item.mesh.name, parent.getScene(), parent);
        mesh.hasVertexAlpha = this._source.hasVertexAlpha;
        for (const { kind, size, data } of this._attributes) {
            const values = new Float32Array(size * vertices.length);
            vertices.forEach((vertex, v) => {
                for (let i = 0; i < size; i++) {
                    values[size * v + i] = data[size * vertex + i];
                }
            });
            mesh.setVerticesData(kind, values, false, size);
        }
        return mesh;
    }

    private _read(toFile: Matrix): Attribute[] {
        const { mesh } = this._item;
        const vertexCount = mesh.getTotalVertices();
        const isPosed = mesh.skeleton !== null || this._source.morphTargetManager !== null;
        const attributes: Attribute[] = [];
        for (const kind of VERTEX_KINDS) {
            const data =
                kind === VertexBuffer.PositionKind
                    ? mesh.getPositionData(true, true)
                    : kind === VertexBuffer.NormalKind
                      ? mesh.getNormalsData(true, true)
                      : mesh.getVerticesData(kind);
            if (kind === VertexBuffer.PositionKind && !data) {
                throw new UltrametricError(
                    "input",
                    `The positions of the mesh "${mesh.name}" are no longer in memory; ` +
                        "export before scene.clearCachedVertexData() is called.",
                );
            }
            // Tangents are not skinned or morphed.
            const isOmitted =
                (kind === VertexBuffer.TangentKind && isPosed) ||
                (kind === VertexBuffer.ColorKind && !this._source.useVertexColors);
            if (data && !isOmitted) {
                const size = Math.round(data.length / vertexCount);
                attributes.push({ kind, size, data: TransformVertices(kind, data, size, toFile) });
            }
        }
        const colors = attributes.find(({ kind }) => kind === VertexBuffer.ColorKind) ?? null;
        const tinted = TintVertexColors(mesh, colors, vertexCount);
        return tinted
            ? [...attributes.filter((attribute) => attribute !== colors), { kind: VertexBuffer.ColorKind, ...tinted }]
            : attributes;
    }
}
