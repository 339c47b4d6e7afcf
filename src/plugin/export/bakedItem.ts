import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import type { Material } from "@babylonjs/core/Materials/material";
import { Matrix } from "@babylonjs/core/Maths/math.vector";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { type MeshElements, ReadMeshElements, SourceMesh } from "../sceneCapture/meshElements";
import type { ContentItem } from "../sceneCapture/sceneContent";
import { TransformVertices, TintVertexColors, VERTEX_KINDS } from "../sceneCapture/vertexData";
import { ItemWorldMatrix } from "../sceneCapture/itemWorldMatrix";

// Values of Material.fillMode and sideOrientation, which importing would make a part of every program.
const POINT_LIST = 3;
const COUNTER_CLOCKWISE = 1;

/** A vertex attribute, one row a vertex. */
interface Attribute {
    readonly kind: string;
    readonly size: number;
    readonly data: ArrayLike<number>;
}

/**
 * A mesh or point cloud of the content as it stands, in a right-handed world with y up: its faces or points can be shared out among new meshes.
 * The mesh is only read.
 */
export class BakedItem {
    private readonly _attributes: readonly Attribute[];
    private readonly _elements: MeshElements;
    private readonly _isMirrored: boolean;
    private readonly _own: Mesh;

    /** @throws UltrametricError "disposed", "input" when the mesh's vertices are no longer in memory */
    public constructor(private readonly _item: ContentItem) {
        const { mesh } = _item;
        if (mesh.isDisposed()) {
            throw new UltrametricError("disposed", `The mesh "${mesh.name}" has been disposed; it cannot be exported.`);
        }
        this._own = SourceMesh(mesh);
        this._elements = ReadMeshElements(mesh)!;
        const world = ItemWorldMatrix(_item);
        this._isMirrored = world.determinant() < 0;
        mesh.skeleton?.prepare();
        // As Babylon's glTF loader and writer go from one handedness to the other, so that what is loaded again stands where it stood.
        const toRightHanded = Matrix.Scaling(mesh.getScene().useRightHandedSystem ? 1 : -1, 1, 1);
        this._attributes = this._read(world.multiply(toRightHanded));
    }

    /**
     * Meshes of some of the faces, one for each material, or one of some of the points.
     *
     * @param elements numbered within the item
     * @param parent without a transform, in a right-handed scene
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
        // The file's faces are counter-clockwise. A material keeps its orientation, by which the writer turns faces around (none: it does); what the
        // scene's own orientation and a mirroring transform would have turned is turned here.
        const isTurnedByWriter = (material?.sideOrientation ?? 0) !== COUNTER_CLOCKWISE;
        const isClockwise = (material?.sideOrientation ?? this._own.sideOrientation) !== COUNTER_CLOCKWISE;
        const turns = (isClockwise !== this._isMirrored) !== isTurnedByWriter;
        const corners = turns ? [0, 2, 1] : [0, 1, 2];
        const indices = new Uint32Array(3 * faces.length);
        const vertices: number[] = [];
        const places = new Map<number, number>();
        faces.forEach((face, f) => {
            for (let corner = 0; corner < 3; corner++) {
                const vertex = this._elements.consistentVertexOf(face, corners[corner]);
                let place = places.get(vertex);
                if (place === undefined) {
                    place = vertices.length;
                    places.set(vertex, place);
                    vertices.push(vertex);
                }
                indices[3 * f + corner] = place;
            }
        });
        const mesh = this._createMesh(vertices, parent);
        mesh.setIndices(indices, vertices.length);
        // Its own orientation stays as it is: setting it here would change the material's.
        mesh.material = material;
        return mesh;
    }

    private _createPoints(points: readonly number[], parent: TransformNode): Mesh {
        const mesh = this._createMesh(points, parent);
        mesh.isUnIndexed = true;
        mesh.refreshBoundingInfo();
        mesh.overrideRenderingFillMode = POINT_LIST;
        mesh.material = this._item.mesh.material;
        return mesh;
    }

    private _createMesh(vertices: readonly number[], parent: TransformNode): Mesh {
        const mesh = new Mesh(this._item.mesh.name, parent.getScene(), parent);
        mesh.hasVertexAlpha = this._own.hasVertexAlpha;
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
        const isPosed = mesh.skeleton !== null || this._own.morphTargetManager !== null;
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
                    `The positions of the mesh "${mesh.name}" are no longer in memory; export before scene.clearCachedVertexData() is called.`,
                );
            }
            // Tangents are not posed with the rest.
            const isLeftOut =
                (kind === VertexBuffer.TangentKind && isPosed) ||
                (kind === VertexBuffer.ColorKind && !this._own.useVertexColors);
            if (data && !isLeftOut) {
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
