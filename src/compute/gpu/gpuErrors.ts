import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { UltrametricError } from "../base/ultrametricError";

/** How many different messages of the GPU an error quotes. */
const MAX_QUOTED_MESSAGES = 4;

/** How many kernels an error names when the GPU does not say which of them failed. */
const MAX_NAMED_KERNELS = 12;

/**
 * What is known about one GPU device: what went wrong on it, and what was recorded but not yet submitted.
 *
 * WebGPU reports most errors late and to nobody in particular. They are collected here and thrown at the next
 * {@link CheckGpuAsync}, `GpuArray.readAsync` or dispatch.
 */
export class GpuDeviceState {
    /**
     * Counts the submissions that are known of. Commands recorded in an earlier epoch have been submitted, so a write to
     * a buffer that they use comes after them.
     */
    public epoch = 1;

    /** How many dispatches have been recorded in this epoch. */
    public pendingDispatches = 0;

    private readonly _kernelsSinceCheck = new Set<string>();
    private readonly _messages = new Map<string, string>();
    private _lost: GPUDeviceLostInfo | undefined;

    public constructor(
        private readonly _engine: WebGPUEngine,
        /** The device. An engine that recovers from a lost device has a new one, with a new state. */
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

    /** Remembers an error. `where` says which kernel or buffer it belongs to, when that is known. */
    public addMessage(message: string, where = ""): void {
        this._messages.set(message, where);
    }

    /** Remembers that a kernel was recorded, to name it if an error follows that says nothing about its origin. */
    public noteDispatch(kernelName: string): void {
        this.pendingDispatches++;
        this._kernelsSinceCheck.add(kernelName);
    }

    /** Called when everything recorded so far is on the GPU's queue. */
    public noteSubmitted(): void {
        this.epoch++;
        this.pendingDispatches = 0;
    }

    /** Called when everything recorded so far has run without an error. */
    public noteChecked(): void {
        this._kernelsSinceCheck.clear();
    }

    /**
     * Throws if the device cannot be used any more.
     * @param what what was about to be done, for the message
     */
    public throwIfLost(what: string): void {
        if (this._engine.isDisposed) {
            throw new UltrametricError("disposed", `${what}: the engine has been disposed.`);
        }
        if (this._lost || this._engine._device !== this.device) {
            const reason = this._lost?.message ? ` (${this._lost.message.trim()})` : "";
            throw new UltrametricError(
                "deviceLost",
                `${what}: the GPU device was lost${reason}, and with it what its buffers held. ` +
                    "Make the kernels and arrays again on a working engine, or start over with smaller sizes if memory ran out.",
            );
        }
    }

    /**
     * Throws the errors that have been collected, once.
     * @param what what was being done, for the message
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
            `${what}: the GPU refused commands, and what was submitted together with them did not run. ${quoted.join(" | ")}` +
                (suspects.length > 0 ? ` Kernels run since the last check: ${suspects.join(", ")}.` : ""),
        );
    }
}

const states = new WeakMap<GPUDevice, GpuDeviceState>();

/**
 * The state of the engine's present device.
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
 * Hands everything recorded so far to the GPU, without waiting for it. Long loops call it every step or two: the GPU
 * starts earlier, and the buffers of the uniforms are used again.
 */
export function SubmitGpu(engine: WebGPUEngine): void {
    const state = GetGpuDeviceState(engine);
    state.throwIfLost("Submitting to the GPU");
    engine.flushFramebuffer();
    state.noteSubmitted();
}

/**
 * Submits everything recorded so far, waits until the GPU has done it, and throws what went wrong.
 * @param what what was being done, for the message
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

/** Waits until the GPU has done what was submitted and the errors of it have been reported. Does not throw. */
export async function WaitForGpuAsync(state: GpuDeviceState): Promise<void> {
    // Both settle on a lost device too, by WebGPU's specification.
    await state.device.queue.onSubmittedWorkDone();
    // The answer to an error scope comes after the events of the errors before it.
    state.device.pushErrorScope("validation");
    await state.device.popErrorScope();
}
