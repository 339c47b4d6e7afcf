import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import type { Effect } from "@babylonjs/core/Materials/effect";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { SubMesh } from "@babylonjs/core/Meshes/subMesh";
import type { MeshElements } from "../content/meshElements";
import { CornerBuffers } from "./cornerBuffers";
import { PARTS_DEFINE, SLOT } from "./partFace";

// Values of Material.fillMode. Importing Material would bundle it with every application.
const TRIANGLE_FILL_MODE = 0;
const WIREFRAME_FILL_MODE = 1;
const TRIANGLE_STRIP = 7;
const TRIANGLE_FAN = 8;

/** Private members of Babylon's meshes that hold the vertex buffers with a value per instance. */
interface MeshInternals {
    _userInstancedBuffersStorage?: {
        readonly vertexBuffers: Record<string, VertexBuffer | null>;
        readonly renderPasses?: Record<number, Record<string, VertexBuffer | null>>;
    };
    readonly _instanceDataStorage: { readonly useMonoDataStorageRenderPass: boolean };
}

/** Draws a mesh with the vertices of its faces' corners, for the shaders that ask for them. */
export class CornerDraw {
    private readonly _buffers: CornerBuffers;
    private readonly _isAsked = new WeakMap<Effect, boolean>();
    /** The slots of the instances that are drawn next. */
    private _slots: readonly number[] = [];
    /** By render pass: what one buffer holds for several passes of a frame would be the last pass's. */
    private readonly _slotBuffers = new Map<number, { values: Float32Array; buffer: VertexBuffer }>();
    private readonly _cornerCount: number;

    public constructor(
        private readonly _mesh: Mesh,
        private readonly _elements: MeshElements,
    ) {
        this._buffers = new CornerBuffers(_mesh, _elements);
        this._cornerCount = countCorners(_mesh);
    }

    /** True if the mesh still has the faces that it had at first. */
    public get isCurrent(): boolean {
        return countCorners(this._mesh) === this._cornerCount;
    }

    /** Makes the vertices follow changes of the mesh. */
    public invalidate(): void {
        this._buffers.invalidate();
    }

    /** Sets the slots of the instances that are drawn next. */
    public setInstances(slots: readonly number[]): void {
        this._slots = slots;
    }

    /** Binds the vertices. @returns false for a shader that does not ask for them */
    public bind(effect: Effect, index: unknown, isInstanced: boolean): boolean {
        const { _mesh: mesh } = this;
        if (!this._asks(effect) || !mesh.geometry) {
            return false;
        }
        const { morphTargetManager } = mesh;
        if (morphTargetManager?.isUsingTextureForTargets) {
            morphTargetManager._bind(effect);
        }
        const isWireframe = index !== null && index !== mesh.geometry.getIndexBuffer();
        const { buffers } = this._buffers;
        mesh.getEngine().bindBuffers(
            isInstanced && !mesh.hasThinInstances ? { ...buffers, ...this._instanceBuffers() } : buffers,
            isWireframe ? this._buffers.lines : null,
            effect,
        );
        return true;
    }

    /** Draws what was bound. @param instanceCount undefined for one */
    public draw(subMesh: SubMesh, fillMode: number, instanceCount: number | undefined): void {
        const engine = this._mesh.getEngine();
        const { isStripOrFan, count } = this._elements;
        const [first, corners] = this._mesh.isUnIndexed
            ? [subMesh.verticesStart, subMesh.verticesCount]
            : [subMesh.indexStart, subMesh.indexCount];
        const start = isStripOrFan ? 0 : Math.floor(first / 3);
        const faces = isStripOrFan ? count : Math.min(count, Math.floor((first + corners) / 3)) - start;
        if (fillMode === WIREFRAME_FILL_MODE) {
            engine.drawElementsType(fillMode, 6 * start, 6 * faces, instanceCount);
        } else {
            const isList = fillMode === TRIANGLE_STRIP || fillMode === TRIANGLE_FAN;
            engine.drawArraysType(isList ? TRIANGLE_FILL_MODE : fillMode, 3 * start, 3 * faces, instanceCount);
        }
    }

    /** Releases the buffers. Safe to call again. */
    public dispose(): void {
        this._buffers.dispose();
        for (const { buffer } of this._slotBuffers.values()) {
            buffer.dispose();
        }
        this._slotBuffers.clear();
    }

    private _asks(effect: Effect): boolean {
        let isAsked = this._isAsked.get(effect);
        if (isAsked === undefined) {
            isAsked = new RegExp(`^#define ${PARTS_DEFINE}$`, "m").test(effect.defines);
            this._isAsked.set(effect, isAsked);
        }
        return isAsked;
    }

    private _instanceBuffers(): Record<string, VertexBuffer> {
        const { _userInstancedBuffersStorage: storage, _instanceDataStorage } = this._mesh as unknown as MeshInternals;
        const pass = this._mesh.getEngine().currentRenderPassId;
        const ofPass = _instanceDataStorage.useMonoDataStorageRenderPass ? undefined : storage?.renderPasses?.[pass];
        const all = Object.entries({ ...storage?.vertexBuffers, ...ofPass, [SLOT]: this._slotBuffer(pass) });
        return Object.fromEntries(all.filter((entry): entry is [string, VertexBuffer] => entry[1] !== null));
    }

    private _slotBuffer(pass: number): VertexBuffer {
        const { _slots: slots } = this;
        let known = this._slotBuffers.get(pass);
        if (!known || known.values.length < slots.length) {
            known?.buffer.dispose();
            const values = Float32Array.from({ length: Math.max(32, 2 * slots.length) }, (_, i) => slots[i] ?? -1);
            const buffer = new VertexBuffer(this._mesh.getEngine(), values, SLOT, true, false, 1, true);
            known = { values, buffer };
            this._slotBuffers.set(pass, known);
        } else if (slots.some((slot, i) => slot !== known?.values[i])) {
            known.values.set(slots);
            known.buffer.updateDirectly(known.values, 0);
        }
        return known.buffer;
    }
}

function countCorners(mesh: Mesh): number {
    return mesh.isUnIndexed ? mesh.getTotalVertices() : mesh.getTotalIndices();
}
