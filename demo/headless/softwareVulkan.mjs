// Selects the GPU of a Node process by an environment, which must be set before that process starts.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { UnpackSwiftShader } from "./bundledChromium.mjs";

/**
 * Returns whether WebGPU in Node runs on the machine's own GPU or on the CPU: as `ULTRAMETRIC_GPU=system|software`
 * says, else on the CPU on Linux without a GPU device file.
 * @returns {"system" | "software"}
 */
export function ChooseGpu() {
    const wanted = process.env.ULTRAMETRIC_GPU;
    if (wanted === "system" || wanted === "software") {
        return wanted;
    }
    if (wanted) {
        throw new Error(`ULTRAMETRIC_GPU is "${wanted}"; it must be "system" or "software".`);
    }
    if (process.platform !== "linux") {
        return "system";
    }
    const hasRenderNode =
        existsSync("/dev/dri") &&
        readdirSync("/dev/dri").some((/** @type {string} */ name) => name.startsWith("renderD"));
    return hasRenderNode || existsSync("/dev/nvidia0") ? "system" : "software";
}

/**
 * Returns the environment variables with which a Node process finds a Vulkan driver. They must be set before the
 * process starts, because the loader of shared libraries ignores later changes. Unpacks SwiftShader on the first call.
 * @returns {Record<string, string>} LD_LIBRARY_PATH and VK_ICD_FILENAMES, or nothing if the system's GPU is used
 */
export function SoftwareVulkanEnvironment() {
    if (ChooseGpu() === "system") {
        return {};
    }
    const folder = UnpackSwiftShader();
    const inherited = (process.env.LD_LIBRARY_PATH ?? "").split(":").filter((path) => path !== "" && path !== folder);
    return {
        LD_LIBRARY_PATH: [folder, ...inherited].join(":"),
        VK_ICD_FILENAMES: join(folder, "vk_swiftshader_icd.json"),
    };
}
