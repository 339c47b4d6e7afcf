import { UltrametricError } from "../../compute/base/ultrametricError";
import {
    CreateOnnxRuntimeAsync,
    ImportOnnxModuleAsync,
    type OnnxRuntime,
    type OnnxRuntimeOptions,
} from "./onnxRuntime";

/**
 * Loads onnxruntime-web from its address, or as the optional package. It is a module of its own because workers cannot
 * import the package.
 *
 * @throws UltrametricError "unsupported" when it cannot be loaded, or WebGPU is requested and not available
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
            "Segment Anything needs the package onnxruntime-web, which could not be loaded. " +
                "Run npm install onnxruntime-web, or load masks from files.",
            { cause: error },
        );
    }
}
