import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import type { Material } from "@babylonjs/core/Materials/material";
import { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { InstancedMesh } from "@babylonjs/core/Meshes/instancedMesh";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import { UltrametricError } from "../../compute/ultrametricError";
import type { ContentItem } from "../captures/sceneContent";

// Values of Material.fillMode and sideOrientation, which importing would make a part of every program.
const POINT_LIST = 3;
const TRIANGLE_STRIP = 7;
const TRIANGLE_FAN = 8;
const COUNTER_CLOCKWISE = 1;

/** What a vertex keeps. */
const KINDS = [
    VertexBuffer.PositionKind,
    VertexBuffer.NormalKind,
    VertexBuffer.TangentKind,
    ...[VertexBuffer.UVKind, VertexBuffer.UV2Kind, VertexBuffer.UV3Kind],
    ...[VertexBuffer.UV4Kind, VertexBuffer.UV5Kind, VertexBuffer.UV6Kind],
    VertexBuffer.ColorKind,
];

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
    private readonly _materialOf: (face: number) => Material | null;
    private readonly _vertexOf: (face: number, corner: number) => number;
    private readonly _isMirrored: boolean;
    private readonly _own: Mesh;

    /** @throws UltrametricError "disposed", "input" when the mesh's vertices are no longer in memory */
    public constructor(private readonly _item: ContentItem) {
        const { mesh, thinInstance } = _item;
        if (mesh.isDisposed()) {
            throw new UltrametricError("disposed", `The mesh "${mesh.name}" has been disposed; it cannot be exported.`);
        }
        this._own = mesh.isAnInstance ? (mesh as InstancedMesh).sourceMesh : (mesh as Mesh);
        const placed = mesh.computeWorldMatrix(true);
        const world =
            thinInstance < 0 ? placed : (mesh as Mesh).thinInstanceGetWorldMatrices()[thinInstance].multiply(placed);
        this._isMirrored = world.determinant() < 0;
        mesh.skeleton?.prepare();
        // As Babylon's glTF loader and writer go from one handedness to the other, so that what is loaded again stands where it stood.
        const toRightHanded = Matrix.Scaling(mesh.getScene().useRightHandedSystem ? 1 : -1, 1, 1);
        this._attributes = this._read(world.multiply(toRightHanded));
        this._vertexOf = this._readVertices();
        this._materialOf = this._readMaterials();
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
            const material = this._materialOf(face);
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
                const vertex = this._vertexOf(face, corners[corner]);
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
        for (const kind of KINDS) {
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
                attributes.push({ kind, size, data: Place(kind, data, size, toFile) });
            }
        }
        return this._tint(attributes, vertexCount);
    }

    /** An instance's own colour, which belongs to a buffer of instances, becomes one of its vertices. */
    private _tint(attributes: Attribute[], vertexCount: number): Attribute[] {
        const tint = (this._item.mesh.instancedBuffers as { color?: Record<"r" | "g" | "b", number> & { a?: number } })
            ?.color;
        if (!tint) {
            return attributes;
        }
        const before = attributes.find(({ kind }) => kind === VertexBuffer.ColorKind);
        const size = before?.size ?? 4;
        const factors = [tint.r, tint.g, tint.b, tint.a ?? 1];
        const data = Float32Array.from(
            { length: size * vertexCount },
            (_, i) => (before?.data[i] ?? 1) * factors[i % size],
        );
        return [
            ...attributes.filter((attribute) => attribute !== before),
            { kind: VertexBuffer.ColorKind, size, data },
        ];
    }

    private _readVertices(): (face: number, corner: number) => number {
        const { mesh } = this._item;
        const indices = mesh.getIndices();
        const at = (index: number): number => (this._own.isUnIndexed || !indices?.length ? index : indices[index]);
        switch (mesh.material?.fillMode) {
            case TRIANGLE_STRIP:
                // Every other triangle of a strip runs the other way.
                return (face, corner) => at(face + (face & 1 && corner > 0 ? 3 - corner : corner));
            case TRIANGLE_FAN:
                return (face, corner) => at(corner === 0 ? 0 : face + corner);
            default:
                return (face, corner) => at(3 * face + corner);
        }
    }

    private _readMaterials(): (face: number) => Material | null {
        const { mesh } = this._item;
        const runs = (mesh.subMeshes ?? []).map((subMesh) => {
            const first = this._own.isUnIndexed ? subMesh.verticesStart : subMesh.indexStart;
            const count = this._own.isUnIndexed ? subMesh.verticesCount : subMesh.indexCount;
            return { start: first / 3, end: (first + count) / 3, material: subMesh.getMaterial(false) ?? null };
        });
        if (runs.length <= 1) {
            const material = runs.length === 1 ? runs[0].material : mesh.material;
            return () => material;
        }
        return (face) => runs.find(({ start, end }) => face >= start && face < end)?.material ?? mesh.material;
    }
}

/** Positions, normals and tangents in the file's world; all else as it is. */
function Place(kind: string, data: ArrayLike<number>, size: number, toFile: Matrix): ArrayLike<number> {
    const isPosition = kind === VertexBuffer.PositionKind;
    if (!isPosition && kind !== VertexBuffer.NormalKind && kind !== VertexBuffer.TangentKind) {
        return data;
    }
    const m = kind === VertexBuffer.NormalKind ? Matrix.Invert(toFile).transpose().m : toFile.m;
    const handedness = toFile.determinant() < 0 ? -1 : 1;
    const placed = new Float32Array(data.length);
    for (let v = 0; v < data.length; v += size) {
        const [x, y, z] = [data[v], data[v + 1], data[v + 2]];
        const to = [0, 1, 2].map((c) => x * m[c] + y * m[4 + c] + z * m[8 + c] + (isPosition ? m[12 + c] : 0));
        const length = isPosition ? 1 : Math.hypot(to[0], to[1], to[2]) || 1;
        for (let c = 0; c < 3; c++) {
            placed[v + c] = to[c] / length;
        }
        if (size === 4) {
            placed[v + 3] = handedness * data[v + 3];
        }
    }
    return placed;
}
