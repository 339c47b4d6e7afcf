import { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import "@babylonjs/core/Engines/WebGPU/Extensions/engine.computeShader";
import { Logger } from "@babylonjs/core/Misc/logger";
import { create, globals } from "webgpu";
import { UltrametricError } from "../../src/compute/base/ultrametricError";

/**
 * Babylon's WebGPU engine where no frames are drawn. Babylon destroys released buffers at the end of a frame; here it has
 * to happen at a flush, or a long run keeps every buffer that it ever read.
 */
class NodeWebGPUEngine extends WebGPUEngine {
    public override flushFramebuffer(fromEndFrame = false): void {
        super.flushFramebuffer(fromEndFrame);
        this._bufferManager?.destroyDeferredBuffers();
    }
}

/** The few members of a canvas that the engine touches although nothing is drawn. */
function CreateCanvasProxyMesh(size: number): HTMLCanvasElement {
    let texture: GPUTexture | undefined;
    const canvas = {
        width: size,
        height: size,
        clientWidth: size,
        clientHeight: size,
        style: {},
        ownerDocument: null,
        addEventListener() {},
        removeEventListener() {},
        setAttribute() {},
        getBoundingClientRect: () => ({ left: 0, top: 0, width: size, height: size }),
        getContext() {
            let configuration: GPUCanvasConfiguration | undefined;
            return {
                configure(next: GPUCanvasConfiguration) {
                    configuration = next;
                    texture = undefined;
                },
                unconfigure() {},
                getCurrentTexture() {
                    texture ??= configuration!.device.createTexture({
                        size: [size, size],
                        format: configuration!.format,
                        usage:
                            GPUTextureUsage.RENDER_ATTACHMENT |
                            GPUTextureUsage.COPY_SRC |
                            GPUTextureUsage.TEXTURE_BINDING,
                    });
                    return texture;
                },
            };
        },
    };
    return canvas as unknown as HTMLCanvasElement;
}

/**
 * Puts WebGPU (Dawn, from the npm package `webgpu`) where browsers have it. Safe to call again.
 * @returns whether an adapter may be asked for
 */
function InstallWebGpu(): void {
    if (globalThis.navigator?.gpu) {
        return;
    }
    Object.assign(globalThis, globals);
    // Babylon calls forEach, which Dawn's set of features lacks.
    const features = globalThis.GPUSupportedFeatures.prototype as unknown as {
        forEach?: (visit: (feature: string) => void) => void;
    };
    features.forEach ??= function (this: Iterable<string>, visit): void {
        for (const feature of [...this]) {
            visit(feature);
        }
    };
    Object.defineProperty(globalThis, "navigator", {
        value: { gpu: create([]), userAgent: "node" },
        configurable: true,
    });
}

/**
 * Babylon's WebGPU engine in plain Node: compute shaders, storage buffers and readback; nothing is drawn.
 * On a machine without a GPU start Node with the environment of `softwareVulkan.mjs` (`run.mjs` and the tests do).
 *
 * A lost device stays lost: Babylon would make a new one with empty buffers, which a run cannot go on with.
 * @returns the engine; `engine.dispose()` also lets the process end
 * @throws UltrametricError "unsupported" when there is no adapter
 */
export async function CreateNodeEngineAsync(): Promise<WebGPUEngine> {
    InstallWebGpu();
    const adapter = await navigator.gpu.requestAdapter();
    if (!adapter) {
        throw new UltrametricError(
            "unsupported",
            "No WebGPU adapter in Node. On a machine without a GPU start the program with `node demo/headless/run.mjs <entry.ts>`, " +
                "which sets up a Vulkan driver for the CPU; on a machine with one install its Vulkan driver, or set ULTRAMETRIC_GPU=software.",
        );
    }
    const logLevels = Logger.LogLevels;
    Logger.LogLevels = Logger.WarningLogLevel | Logger.ErrorLogLevel; // without the engine's greeting
    try {
        const engine = new NodeWebGPUEngine(CreateCanvasProxyMesh(64), {
            antialias: false,
            setMaximumLimits: true,
            doNotHandleContextLost: true,
        });
        await engine.initAsync();
        return engine;
    } finally {
        Logger.LogLevels = logLevels;
    }
}
