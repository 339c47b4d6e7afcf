import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { UltrametricError } from "../base/ultrametricError";
import { GetGpuDeviceState } from "./gpuErrors";

/** The device limits that the kernels of this package need; WebGPU guarantees all of them. */
export const REQUIRED_LIMITS = {
    maxStorageBuffersPerShaderStage: 8,
    maxComputeInvocationsPerWorkgroup: 256,
    maxComputeWorkgroupSizeX: 256,
    maxComputeWorkgroupStorageSize: 16384,
    maxComputeWorkgroupsPerDimension: 65535,
} as const;

/** Formats a number of bytes for messages, such as "1.5 MiB". */
export function FormatBytes(bytes: number): string {
    if (bytes < 1024) {
        return `${bytes} bytes`;
    }
    const units = ["KiB", "MiB", "GiB"];
    let value = bytes / 1024;
    let unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
        value /= 1024;
        unit++;
    }
    return `${value.toFixed(1)} ${units[unit]}`;
}

/**
 * Checks that the engine's device has the {@link REQUIRED_LIMITS}.
 * @throws UltrametricError "limits" that names the limit, its value and the required value
 */
export function CheckDeviceLimits(engine: WebGPUEngine): void {
    const limits = GetGpuDeviceState(engine).device.limits;
    for (const [name, needed] of Object.entries(REQUIRED_LIMITS)) {
        const available = limits[name as keyof typeof REQUIRED_LIMITS];
        if (available < needed) {
            throw new UltrametricError(
                "limits",
                `The GPU device's ${name} is ${available}; ${needed} is required. ` +
                    "Create the engine with { setMaximumLimits: true }.",
            );
        }
    }
}

/** Returns the size of the largest storage buffer of the device, in bytes. */
export function GetMaxBufferBytes(engine: WebGPUEngine): number {
    const limits = GetGpuDeviceState(engine).device.limits;
    return Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
}

/**
 * Checks that a storage buffer of `bytes` bytes can be created and bound.
 * @param label of the buffer, for the message
 * @throws UltrametricError "limits"
 */
export function CheckBufferSize(engine: WebGPUEngine, bytes: number, label: string): void {
    const largest = GetMaxBufferBytes(engine);
    if (bytes > largest) {
        throw new UltrametricError(
            "limits",
            `The GPU buffer "${label}" needs ${FormatBytes(bytes)} (${bytes} bytes); ` +
                `this device allows ${FormatBytes(largest)} (${largest} bytes) in one buffer. ` +
                "Use fewer elements, or create the engine with { setMaximumLimits: true }.",
        );
    }
}
