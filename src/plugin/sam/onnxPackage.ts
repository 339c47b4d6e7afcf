import { UltrametricError } from "../../compute/base/ultrametricError";
import {
    CreateOnnxRuntimeAsync,
    ImportOnnxModuleAsync,
    type OnnxRuntime,
    type OnnxRuntimeOptions,
} from "./onnxRuntime";

/**
 * Loads onnxruntime-web, by its address or as the package, which no one who makes no masks needs. Apart from the rest, so that
 * the worker, which cannot import the package, does not carry it along.
 * @throws UltrametricError "unsupported" when it cannot be loaded, or WebGPU is asked for and is not there
 */
export async function LoadOnnxRuntimeAsync(options: Partial<OnnxRuntimeOptions> = {}): Promise<OnnxRuntime> {
    return CreateOnnxRuntimeAsync(
        await (options.moduleUrl ? ImportOnnxModuleAsync(options.moduleUrl) : importPackageAsync()),
        options,
    );
}

async function importPackageAsync(): Promise<unknown> {
    try {
        return await import("onnxruntime-web");
    } catch (error) {
        throw new UltrametricError(
            "unsupported",
            "Making masks needs the package onnxruntime-web, which could not be loaded: npm install onnxruntime-web, or load masks from files.",
            { cause: error },
        );
    }
}
