import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { UltrametricError } from "../base/ultrametricError";
import { GetGpuDeviceState, WaitForGpuAsync } from "./gpuErrors";

/** The errors that a browser or Node throws where memory of the GPU or of the page does not suffice. */
function isOutOfMemory(error: unknown): boolean {
    return (
        error instanceof RangeError ||
        (error instanceof Error && /out of memory|allocation failed/i.test(error.message))
    );
}

/** The errors of a promise of WebGPU, such as the AbortError of a buffer whose device is lost while it is read. */
function isOfWebGpu(error: unknown): boolean {
    const name = (error as { name?: unknown } | null)?.name;
    return (
        name === "AbortError" ||
        name === "OperationError" ||
        name === "GPUPipelineError" ||
        name === "InvalidStateError"
    );
}

/**
 * Returns the error to throw for one that the engine threw: "limits" for a buffer or texture for which there is not
 * enough memory, "gpu" for another error of WebGPU. Errors of this package, and those of neither kind, stay as they are.
 *
 * @param what name of the work, for the message
 */
export function GpuErrorOf(error: unknown, what: string): unknown {
    if (error instanceof UltrametricError) {
        return error;
    }
    const message = error instanceof Error ? error.message.trim() : String(error);
    if (isOutOfMemory(error)) {
        return new UltrametricError(
            "limits",
            `${what}: there is not enough memory (${message}). Use fewer elements or smaller images, or free other content.`,
            { cause: error },
        );
    }
    return isOfWebGpu(error) ? new UltrametricError("gpu", `${what}: ${message}`, { cause: error }) : error;
}

/** Creates a resource of the GPU. @throws UltrametricError "limits" if there is not enough memory; "gpu" */
export function CreateOnGpu<T>(what: string, create: () => T): T {
    try {
        return create();
    } catch (error) {
        throw GpuErrorOf(error, what);
    }
}

/**
 * Runs work that uses the engine, and gives errors of the engine a kind: a device that is lost meanwhile shows in many
 * forms, depending on the call that meets it first.
 *
 * @throws UltrametricError "deviceLost" | "disposed" if that happened meanwhile, otherwise as {@link GpuErrorOf}
 */
export async function RunOnGpuAsync<T>(engine: AbstractEngine, what: string, workAsync: () => Promise<T>): Promise<T> {
    // Taken first: an engine that recovers gets another device.
    const state = engine.isWebGPU ? GetGpuDeviceState(engine as WebGPUEngine) : null;
    try {
        return await workAsync();
    } catch (error) {
        if (state && !(error instanceof UltrametricError)) {
            await WaitForGpuAsync(state); // the device tells of its loss after the promises that it rejects
            state.throwIfLost(what);
        }
        throw GpuErrorOf(error, what);
    }
}
