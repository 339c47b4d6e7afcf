import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { UltrametricError } from "../base/ultrametricError";

/** Maximum number of GPU messages that an error quotes. */
const MAX_QUOTED_MESSAGES = 4;

/** Maximum number of kernels that an error names when the GPU does not report which one failed. */
const MAX_NAMED_KERNELS = 12;

/**
 * The state of a GPU device: its errors, and the commands that are recorded but not yet submitted.
 *
 * WebGPU reports most errors asynchronously, by events on the device. They are collected here and thrown by the next
 * {@link CheckGpuAsync} or `GpuArray.readAsync`.
 */
export class GpuDeviceState {
    /**
     * The number of known submissions. Commands recorded in an earlier epoch have been submitted, so a write to a
     * buffer that they use follows them.
     */
    public epoch = 1;

    /** The number of dispatches recorded in this epoch. */
    public pendingDispatches = 0;

    private readonly _kernelsSinceCheck = new Set<string>();
    private readonly _messages = new Map<string, string>();
    private _lost: GPUDeviceLostInfo | undefined;

    public constructor(
        private readonly _engine: WebGPUEngine,
        /** The device. An engine that recovers from a lost device gets a new device with a new state. */
        public readonly device: GPUDevice,
    ) {
        device.addEventListener("uncapturederror", (event) => {
            this.addMessage(event.error.message);
        });
        void device.lost.then((info) => {
            this._lost = info;
        });
        _engine.onEndFrameObservable.add(() => {
            this.noteSubmitted();
        });
    }

    /** Collects an error. @param where its kernel or buffer, if known */
    public addMessage(message: string, where = ""): void {
        this._messages.set(message, where);
    }

    /** Notes that a kernel was recorded, to name it if an error without origin follows. */
    public noteDispatch(kernelName: string): void {
        this.pendingDispatches++;
        this._kernelsSinceCheck.add(kernelName);
    }

    /** Notes that all recorded commands are in the GPU's queue. */
    public noteSubmitted(): void {
        this.epoch++;
        this.pendingDispatches = 0;
    }

    /** Notes that all recorded commands have run without an error. */
    public noteChecked(): void {
        this._kernelsSinceCheck.clear();
    }

    /**
     * Throws if the device can no longer be used.
     * @param what name of the next operation, for the message
     * @throws UltrametricError "disposed" | "deviceLost"
     */
    public throwIfLost(what: string): void {
        if (this._engine.isDisposed) {
            throw new UltrametricError("disposed", `${what}: the engine has been disposed.`);
        }
        if (this._lost || this._engine._device !== this.device) {
            const reason = this._lost?.message ? ` (${this._lost.message.trim()})` : "";
            throw new UltrametricError(
                "deviceLost",
                `${what}: the GPU device was lost${reason}, with the contents of its buffers. ` +
                    "Create the kernels and arrays again on a working engine, with smaller sizes if memory ran out.",
            );
        }
    }

    /**
     * Throws the collected errors and clears them.
     * @param what name of the operation, for the message
     * @throws UltrametricError "gpu" | "disposed" | "deviceLost"
     */
    public throwIfAny(what: string): void {
        this.throwIfLost(what);
        if (this._messages.size === 0) {
            return;
        }
        const quoted = [...this._messages]
            .slice(0, MAX_QUOTED_MESSAGES)
            .map(([message, where]) => (where === "" ? message.trim() : `${where}: ${message.trim()}`));
        const suspects = [...this._kernelsSinceCheck].slice(0, MAX_NAMED_KERNELS);
        this._messages.clear();
        this._kernelsSinceCheck.clear();
        throw new UltrametricError(
            "gpu",
            `${what}: the GPU rejected commands, so their submission did not run. ${quoted.join(" | ")}` +
                (suspects.length > 0 ? ` Kernels since the last check: ${suspects.join(", ")}.` : ""),
        );
    }
}

const states = new WeakMap<GPUDevice, GpuDeviceState>();

/**
 * Returns the state of the engine's current device.
 * @throws UltrametricError "unsupported" if the engine has no WebGPU device (yet), "disposed" if it was disposed
 */
export function GetGpuDeviceState(engine: WebGPUEngine): GpuDeviceState {
    if (engine.isDisposed) {
        throw new UltrametricError("disposed", "The engine has been disposed.");
    }
    const device = engine._device;
    if (!engine.isWebGPU || !device) {
        throw new UltrametricError(
            "unsupported",
            "This needs a WebGPUEngine whose initAsync() has finished; WebGL engines have no compute shaders.",
        );
    }
    let state = states.get(device);
    if (!state) {
        state = new GpuDeviceState(engine, device);
        states.set(device, state);
    }
    return state;
}

/**
 * Submits all recorded commands to the GPU without waiting. Long loops call it every step or two, so that the GPU
 * starts earlier and the uniform buffers are reused.
 */
export function SubmitGpu(engine: WebGPUEngine): void {
    const state = GetGpuDeviceState(engine);
    state.throwIfLost("Submitting to the GPU");
    engine.flushFramebuffer();
    state.noteSubmitted();
}

/**
 * Submits all recorded commands, waits for the GPU, and throws its errors.
 * @param what name of the operation, for the message
 * @throws UltrametricError "gpu" | "deviceLost" | "disposed"
 */
export async function CheckGpuAsync(engine: WebGPUEngine, what = "Computing on the GPU"): Promise<void> {
    const state = GetGpuDeviceState(engine);
    state.throwIfAny(what);
    SubmitGpu(engine);
    await WaitForGpuAsync(state);
    state.throwIfAny(what);
    state.noteChecked();
}

/** Waits until the GPU has run all submitted commands and has reported their errors. Does not throw. */
export async function WaitForGpuAsync(state: GpuDeviceState): Promise<void> {
    // Both promises settle on a lost device too, by the WebGPU specification.
    await state.device.queue.onSubmittedWorkDone();
    // The result of an error scope arrives after the events of earlier errors.
    state.device.pushErrorScope("validation");
    await state.device.popErrorScope();
}
