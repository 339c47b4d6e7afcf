import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { UniformBuffer } from "@babylonjs/core/Materials/uniformBuffer";
import { UltrametricError } from "../base/ultrametricError";
import type { GpuDeviceState } from "./gpuErrors";

/** One parameter of a kernel. */
export interface UniformField {
    readonly name: string;
    readonly type: "u32" | "i32" | "f32";
}

/** The values of parameters by name. */
export type UniformValues = Readonly<Record<string, number>>;

interface UniformSlot {
    readonly buffer: UniformBuffer;
    /** The bits that the next update writes to the buffer. */
    readonly bits: Uint32Array;
    lastUseEpoch: number;
}

/**
 * The parameters of a kernel: the layout that host and shader share, and the buffers with the values.
 *
 * A write to a buffer overtakes commands that are recorded but not submitted. So values that differ between two
 * dispatches of one submission go to different buffers, which are reused after the submission.
 */
export class UniformBlock {
    private readonly _offsets: ReadonlyMap<string, number>;
    private readonly _floats: Float32Array;
    private readonly _unsigned: Uint32Array;
    private readonly _signed: Int32Array;
    private readonly _slots: UniformSlot[] = [];
    private _current: UniformSlot | undefined;
    private _searchFrom = 0;
    private _searchEpoch = 0;
    private _isDirty = true;

    public constructor(
        private readonly _engine: WebGPUEngine,
        private readonly _state: GpuDeviceState,
        private readonly _kernel: string,
        private readonly _fields: readonly UniformField[],
    ) {
        this._offsets = new Map(_fields.map((field, index) => [field.name, index]));
        // A uniform buffer's size is a multiple of 16 bytes.
        this._floats = new Float32Array(Math.ceil(_fields.length / 4) * 4);
        this._unsigned = new Uint32Array(this._floats.buffer);
        this._signed = new Int32Array(this._floats.buffer);
    }

    /** Returns the WGSL that declares the block at a binding of group 0. */
    public declare(binding: number): string {
        const members = this._fields.map((field) => `${field.name}: ${field.type}`).join(", ");
        return `struct Uniforms { ${members} }\n@group(0) @binding(${binding}) var<uniform> uniforms: Uniforms;`;
    }

    /**
     * Sets values by name; the others stay.
     * @throws UltrametricError "input" for an unknown name or an invalid value
     */
    public set(values: UniformValues): void {
        for (const name in values) {
            const index = this._offsets.get(name);
            const value = values[name];
            if (index === undefined) {
                throw new UltrametricError(
                    "input",
                    `The kernel "${this._kernel}" has no uniform "${name}", ` +
                        `only: ${[...this._offsets.keys()].join(", ")}.`,
                );
            }
            const { type } = this._fields[index];
            const bitsBefore = this._unsigned[index];
            if (type === "f32") {
                this._floats[index] = value;
            } else {
                const elements = type === "u32" ? this._unsigned : this._signed;
                elements[index] = value;
                if (elements[index] !== value) {
                    this._unsigned[index] = bitsBefore;
                    throw new UltrametricError(
                        "input",
                        `The uniform "${name}" of the kernel "${this._kernel}" is a ${type}; ${value} is not.`,
                    );
                }
            }
            this._isDirty ||= this._unsigned[index] !== bitsBefore;
        }
    }

    /** Returns a buffer with the current values, for a dispatch that is recorded now. */
    public acquireBuffer(): UniformBuffer {
        if (this._isDirty || !this._current) {
            this._current = this._findFreeSlot();
            this._current.bits.set(this._unsigned);
            this._current.buffer.update();
            this._isDirty = false;
        }
        this._current.lastUseEpoch = this._state.epoch;
        return this._current.buffer;
    }

    /** Frees the buffers. */
    public dispose(): void {
        if (!this._engine.isDisposed) {
            for (const slot of this._slots) {
                slot.buffer.dispose();
            }
        }
        this._slots.length = 0;
        this._current = undefined;
    }

    private _findFreeSlot(): UniformSlot {
        if (this._searchEpoch !== this._state.epoch) {
            this._searchEpoch = this._state.epoch;
            this._searchFrom = 0;
        }
        while (this._searchFrom < this._slots.length) {
            const slot = this._slots[this._searchFrom++];
            if (slot.lastUseEpoch !== this._state.epoch) {
                return slot;
            }
        }
        // Dynamic: uploaded at every update. Not tracked: Babylon would switch buffers per frame, and a program without
        // rendering has no frames.
        const buffer = new UniformBuffer(this._engine, [], true, `uniforms of ${this._kernel}`, false, false);
        for (const field of this._fields) {
            buffer.addUniform(field.name, 1);
        }
        buffer.create();
        // Written as bits: Babylon's setters convert integers to floats, which do not keep every bit pattern.
        const bits = new Uint32Array((buffer.getData() as Float32Array).buffer);
        const slot: UniformSlot = { buffer, bits, lastUseEpoch: 0 };
        this._slots.push(slot);
        this._searchFrom = this._slots.length;
        return slot;
    }
}
