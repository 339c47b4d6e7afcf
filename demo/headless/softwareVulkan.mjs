// Which GPU a Node process computes on. The answer is an environment that has to be set before that process starts.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { UnpackSwiftShader } from "./bundledChromium.mjs";

/**
 * Whether WebGPU in Node is to run on the machine's own GPU or on the CPU.
 * `ULTRAMETRIC_GPU=system|software` decides; without it Linux machines without a GPU's device file take the CPU.
 * @returns {"system" | "software"}
 */
export function ChooseGpu() {
    const wanted = process.env.ULTRAMETRIC_GPU;
    if (wanted === "system" || wanted === "software") {
        return wanted;
    }
    if (wanted) {
        throw new Error(`ULTRAMETRIC_GPU is "${wanted}"; it has to be "system" or "software".`);
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
 * The environment variables with which a Node process finds a Vulkan driver. They have to be there when the process
 * starts: the loader of shared libraries does not read later changes. Unpacks SwiftShader on the first call.
 * @returns {Record<string, string>} LD_LIBRARY_PATH and VK_ICD_FILENAMES, or nothing when the system's GPU is used
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
