import { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import "@babylonjs/core/Engines/WebGPU/Extensions/engine.computeShader";
import { Logger } from "@babylonjs/core/Misc/logger";
import { create, globals } from "webgpu";
import { UltrametricError } from "../../src/compute/base/ultrametricError";

/**
 * Babylon's WebGPU engine without frames. Babylon destroys released buffers at the end of a frame; here a flush does,
 * or a long run would keep every buffer that it ever read.
 */
class NodeWebGPUEngine extends WebGPUEngine {
    public override flushFramebuffer(fromEndFrame = false): void {
        super.flushFramebuffer(fromEndFrame);
        this._bufferManager?.destroyDeferredBuffers();
    }
}

/** Creates the members of a canvas that the engine uses although nothing is drawn. */
function createCanvasStub(size: number): HTMLCanvasElement {
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
 * Installs WebGPU (Dawn, from the npm package `webgpu`) as in browsers. Idempotent.
 */
function installWebGpu(): void {
    if (globalThis.navigator?.gpu) {
        return;
    }
    Object.assign(globalThis, globals);
    // Babylon calls forEach, which Dawn's feature set lacks.
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
 * Creates Babylon's WebGPU engine in Node, for compute shaders, storage buffers and readback; nothing is drawn.
 * On a machine without a GPU, start Node with the environment of `softwareVulkan.mjs` (`run.mjs` and the tests do).
 *
 * A lost device stays lost: Babylon would make a new one with empty buffers, which a run cannot use.
 * @returns the engine; `engine.dispose()` also allows the process to exit
 * @throws UltrametricError "unsupported" when there is no adapter
 */
export async function CreateNodeEngineAsync(): Promise<WebGPUEngine> {
    installWebGpu();
    const adapter = await navigator.gpu.requestAdapter();
    if (!adapter) {
        throw new UltrametricError(
            "unsupported",
            "No WebGPU adapter in Node. On a machine without a GPU, start the program with " +
                "`node demo/headless/run.mjs <entry.ts>`, which sets up a Vulkan driver for the CPU. " +
                "On a machine with a GPU, install its Vulkan driver, or set ULTRAMETRIC_GPU=software.",
        );
    }
    const logLevels = Logger.LogLevels;
    Logger.LogLevels = Logger.WarningLogLevel | Logger.ErrorLogLevel; // hides the engine's banner
    try {
        const engine = new NodeWebGPUEngine(createCanvasStub(64), {
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
