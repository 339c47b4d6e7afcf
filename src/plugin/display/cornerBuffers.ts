import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import type { DataBuffer } from "@babylonjs/core/Buffers/dataBuffer";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { MeshElements } from "../content/meshElements";
import { GatherCorners } from "./faceCorners";
import { VERTEX_OF_CORNER } from "./partFace";

/**
 * Copies of a mesh's vertex buffers with three vertices per face, in the order of the faces, so that a shader can
 * compute the face from the vertex index. They follow vertex buffers that the application sets or updates.
 */
export class CornerBuffers {
    private readonly _copies = new Map<string, { source: VertexBuffer; copy: VertexBuffer }>();
    private _buffers: Record<string, VertexBuffer> = {};
    private _lines: DataBuffer | null = null;
    private _isStale = true;
    private _hasChanged = false;

    /** @param _mesh that holds the vertices */
    public constructor(
        private readonly _mesh: Mesh,
        private readonly _elements: MeshElements,
    ) {}

    /** The vertex buffers to bind, by attribute. Buffers with a value per instance are the mesh's own. */
    public get buffers(): Readonly<Record<string, VertexBuffer>> {
        if (this._isStale) {
            this._isStale = false;
            this._update();
        }
        return this._buffers;
    }

    /** The indices of the edges of all faces, six per face, for wireframes. */
    public get lines(): DataBuffer {
        if (!this._lines) {
            const indices = new Uint32Array(6 * this._elements.count);
            for (let face = 0; face < this._elements.count; face++) {
                const first = 3 * face;
                indices.set([first, first + 1, first + 1, first + 2, first + 2, first], 6 * face);
            }
            this._lines = this._mesh.getEngine().createIndexBuffer(indices, false, "edges of faces");
        }
        return this._lines;
    }

    /** Makes the copies follow changes of the mesh's vertices when they are bound next. */
    public invalidate(): void {
        this._isStale = true;
        this._hasChanged = true;
    }

    /** Releases the copies. Safe to call again. */
    public dispose(): void {
        for (const { copy } of this._copies.values()) {
            copy.dispose();
        }
        this._copies.clear();
        this._buffers = {};
        if (this._lines) {
            this._mesh.getEngine()._releaseBuffer(this._lines);
            this._lines = null;
        }
    }

    private _update(): void {
        const sources = this._mesh.geometry?.getVertexBuffers() ?? {};
        const vertexCount = this._mesh.getTotalVertices();
        const buffers: Record<string, VertexBuffer> = {};
        for (const [kind, source] of Object.entries(sources)) {
            if (source.getIsInstanced()) {
                buffers[kind] = source;
                continue;
            }
            let known = this._copies.get(kind);
            if (known?.source !== source || this._hasChanged) {
                // Without values in memory, the last copy stays.
                const values = source.getFloatData(vertexCount);
                if (values) {
                    const size = source.getSize();
                    const corners = GatherCorners(values, size, this._elements);
                    known?.copy.dispose();
                    known = { source, copy: this._create(kind, corners, size) };
                    this._copies.set(kind, known);
                }
            }
            if (known) {
                buffers[kind] = known.copy;
            }
        }
        for (const [kind, { copy }] of this._copies) {
            if (!sources[kind] && kind !== VERTEX_OF_CORNER) {
                copy.dispose();
                this._copies.delete(kind);
            }
        }
        if (this._mesh.morphTargetManager) {
            buffers[VERTEX_OF_CORNER] = this._vertexOfCorner().copy;
        }
        this._hasChanged = false;
        this._buffers = buffers;
    }

    private _vertexOfCorner(): { source: VertexBuffer; copy: VertexBuffer } {
        let known = this._copies.get(VERTEX_OF_CORNER);
        if (!known) {
            const vertices = Float32Array.from({ length: this._mesh.getTotalVertices() }, (_, vertex) => vertex);
            const copy = this._create(VERTEX_OF_CORNER, GatherCorners(vertices, 1, this._elements), 1);
            known = { source: copy, copy };
            this._copies.set(VERTEX_OF_CORNER, known);
        }
        return known;
    }

    private _create(kind: string, values: Float32Array, size: number): VertexBuffer {
        return new VertexBuffer(this._mesh.getEngine(), values, kind, false, false, size);
    }
}
