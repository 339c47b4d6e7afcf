import type { StorageBuffer } from "@babylonjs/core/Buffers/storageBuffer";
import { Constants } from "@babylonjs/core/Engines/constants";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { Pacer } from "../base/pacer";
import { UltrametricError } from "../base/ultrametricError";
import { CheckBufferSize } from "./deviceLimits";
import { CreateOnGpu } from "./foreignErrors";
import { GetGpuDeviceState, type GpuDeviceState, SubmitGpu, WaitForGpuAsync } from "./gpuErrors";
import { CreateZeroedBuffer } from "./zeroedBuffer";

/** The element type of a {@link GpuArray}; every type takes 4 bytes. */
export type GpuDataType = "f32" | "u32" | "i32";

/** The typed array on the CPU for the elements of a {@link GpuArray}. */
export type TypedArrayOf<T extends GpuDataType> = T extends "f32"
    ? Float32Array<ArrayBuffer>
    : T extends "u32"
      ? Uint32Array<ArrayBuffer>
      : Int32Array<ArrayBuffer>;

const arrayTypes = { f32: Float32Array, u32: Uint32Array, i32: Int32Array } as const;

/** Elements that one time slice uploads. */
const ELEMENTS_PER_CHUNK = 1 << 20;

/** Options of a {@link GpuArray}. */
export interface GpuArrayOptions {
    /** Name of the array, for errors and the browser's GPU tools. Default: "array". */
    label?: string;
    /** True if the buffer is also a vertex buffer. Default: false. */
    vertex?: boolean;
}

/**
 * An array on the GPU: a Babylon `StorageBuffer` with an element type and a shape, filled with zeros at first.
 *
 * `upload`, `clear`, dispatches and `readAsync` take effect in the order of the calls.
 */
export class GpuArray<T extends GpuDataType = GpuDataType> {
    /** Number of elements, the product of the shape. */
    public readonly length: number;

    /** Name of the array, for errors. */
    public readonly label: string;

    /** The last epoch (see {@link GpuDeviceState}) in which a recorded command uses this array. @internal */
    public lastUseEpoch = 0;

    private readonly _state: GpuDeviceState;
    private _buffer: StorageBuffer | undefined;

    /**
     * @param engine with finished `initAsync()`
     * @param dataType the element type
     * @param shape sizes, the slowest varying first, such as `[points, channels]`; a size may be 0
     * @throws UltrametricError "limits" if the device does not allow a buffer of that size or has no memory for it,
     * "input" for an invalid shape
     */
    public constructor(
        private readonly _engine: WebGPUEngine,
        public readonly dataType: T,
        public readonly shape: readonly number[],
        options: GpuArrayOptions = {},
    ) {
        this.label = options.label ?? "array";
        if (shape.some((size) => !Number.isSafeInteger(size) || size < 0)) {
            throw new UltrametricError(
                "input",
                `GpuArray "${this.label}": the shape [${shape.join(", ")}] has a size that is not a whole number.`,
            );
        }
        this.length = shape.reduce((product, size) => product * size, 1);
        this._state = GetGpuDeviceState(_engine);
        this._state.throwIfLost(`Creating the array "${this.label}"`);
        CheckBufferSize(_engine, this.byteLength, this.label);
        const flags =
            Constants.BUFFER_CREATIONFLAG_READWRITE | (options.vertex ? Constants.BUFFER_CREATIONFLAG_VERTEX : 0);
        this._buffer = CreateOnGpu(`Creating the array "${this.label}"`, () =>
            CreateZeroedBuffer(_engine, this.byteLength, flags, this.label),
        );
    }

    /**
     * Creates an array with the elements of `data`.
     * @param shape default: `[data.length]`
     */
    public static From<T extends GpuDataType>(
        engine: WebGPUEngine,
        dataType: T,
        data: TypedArrayOf<T>,
        shape: readonly number[] = [data.length],
        options: GpuArrayOptions = {},
    ): GpuArray<T> {
        const array = new GpuArray(engine, dataType, shape, options);
        array.upload(data);
        return array;
    }

    /** Creates an array as {@link From} does, but uploads it in time slices. */
    public static async FromAsync<T extends GpuDataType>(
        engine: WebGPUEngine,
        dataType: T,
        data: TypedArrayOf<T>,
        shape: readonly number[] = [data.length],
        options: GpuArrayOptions = {},
    ): Promise<GpuArray<T>> {
        const array = new GpuArray(engine, dataType, shape, options);
        const pacer = new Pacer(`Writing the array "${array.label}"`);
        for (let start = 0; start < data.length; start += ELEMENTS_PER_CHUNK) {
            array.upload(data.subarray(start, start + ELEMENTS_PER_CHUNK) as TypedArrayOf<T>, start);
            await pacer.yieldIfDueAsync();
        }
        return array;
    }

    /** Size of the elements in bytes. */
    public get byteLength(): number {
        return this.length * 4;
    }

    /** True if {@link dispose} was called. */
    public get isDisposed(): boolean {
        return this._buffer === undefined;
    }

    /** The buffer, for Babylon's classes. @throws UltrametricError "disposed" */
    public get buffer(): StorageBuffer {
        if (!this._buffer) {
            throw new UltrametricError("disposed", `The GPU array "${this.label}" has been disposed.`);
        }
        return this._buffer;
    }

    /**
     * Writes elements.
     * @param data the elements, of this array's type
     * @param elementOffset index of the first element to write. Default: 0
     * @throws UltrametricError "input" if they do not fit or have another type
     */
    public upload(data: TypedArrayOf<T>, elementOffset = 0): void {
        const buffer = this.buffer;
        this._state.throwIfLost(`Writing the array "${this.label}"`);
        if (!(data instanceof arrayTypes[this.dataType])) {
            throw new UltrametricError("input", `GpuArray "${this.label}": the elements must be ${this.dataType}.`);
        }
        if (!(Number.isInteger(elementOffset) && elementOffset >= 0 && elementOffset + data.length <= this.length)) {
            throw new UltrametricError(
                "input",
                `GpuArray "${this.label}": ${data.length} elements at ${elementOffset} do not fit into ${this.length}.`,
            );
        }
        if (data.length === 0) {
            return;
        }
        if (this.lastUseEpoch === this._state.epoch) {
            // A write enters the queue at once and would overtake commands that are recorded but not submitted.
            SubmitGpu(this._engine);
        }
        buffer.update(data, elementOffset * 4, data.byteLength);
    }

    /** Sets all elements to zero, in order with the dispatches. */
    public clear(): void {
        const buffer = this.buffer;
        this._state.throwIfLost(`Clearing the array "${this.label}"`);
        buffer.clear();
        this.lastUseEpoch = this._state.epoch;
    }

    /**
     * Reads elements back. Waits for the GPU; do not call it inside a frame.
     * @param elementOffset index of the first element. Default: 0
     * @param count number of elements. Default: all from the offset on
     * @throws UltrametricError "gpu" if any previous command failed, "deviceLost", "disposed", "input"
     */
    public async readAsync(elementOffset = 0, count = this.length - elementOffset): Promise<TypedArrayOf<T>> {
        const what = `Reading the array "${this.label}"`;
        const buffer = this.buffer;
        const state = this._state;
        state.throwIfAny(what);
        if (!(elementOffset >= 0 && count >= 0 && elementOffset + count <= this.length)) {
            throw new UltrametricError(
                "input",
                `${what}: it has ${this.length} elements, not ${count} from ${elementOffset} on.`,
            );
        }
        const result = new arrayTypes[this.dataType](count) as TypedArrayOf<T>;
        if (count > 0) {
            // Ends an open render pass; the copy cannot be recorded inside of one.
            SubmitGpu(this._engine);
            try {
                await buffer.read(elementOffset * 4, count * 4, new Uint8Array(result.buffer), true);
            } catch (cause) {
                await WaitForGpuAsync(state);
                state.throwIfAny(what);
                throw new UltrametricError("gpu", `${what}: ${cause instanceof Error ? cause.message : cause}`, {
                    cause,
                });
            }
        }
        await WaitForGpuAsync(state);
        state.throwIfAny(what);
        state.noteChecked();
        return result;
    }

    /** Frees the buffer. Safe to call again. */
    public dispose(): void {
        if (this._buffer && !this._engine.isDisposed) {
            this._buffer.dispose();
        }
        this._buffer = undefined;
    }
}
