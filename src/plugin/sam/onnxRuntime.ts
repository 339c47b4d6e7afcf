import { UltrametricError } from "../../compute/base/ultrametricError";

/** An input or output value of a model. */
export interface OnnxTensor {
    readonly type: string;
    readonly dims: readonly number[];
    readonly data: Float32Array | BigInt64Array;
}

/** An input or output of a model. */
export interface OnnxPort {
    readonly name: string;
    /** The shape, with a text for a dimension of any size; null where it is unknown. */
    readonly dims: readonly (number | string)[] | null;
}

/** A loaded model. */
export interface OnnxSession {
    readonly inputs: readonly OnnxPort[];
    readonly outputs: readonly OnnxPort[];
    /** @throws UltrametricError "limits" when memory runs out */
    runAsync(feeds: Readonly<Record<string, OnnxTensor>>): Promise<Record<string, OnnxTensor>>;
    releaseAsync(): Promise<void>;
}

/** The runtime that loads models. */
export interface OnnxRuntime {
    /** The execution provider of its sessions. */
    readonly provider: "webgpu" | "wasm";
    /**
     * @throws UltrametricError "input" when the bytes are not a model that can be run, "limits" when memory runs out
     */
    createSessionAsync(bytes: Uint8Array, file: string): Promise<OnnxSession>;
}

/** Options of onnxruntime-web: where models run, and which build runs them. */
export interface OnnxRuntimeOptions {
    /** `auto` is WebGPU with a hardware adapter, otherwise WebAssembly. Default "auto". */
    provider: "auto" | "webgpu" | "wasm";
    /**
     * The number of WebAssembly threads; null for onnxruntime-web's choice (half the processors, at most 4). Several
     * threads need a cross-origin isolated page (COOP "same-origin", COEP "require-corp"). The first session of a page
     * or worker decides. Default null.
     */
    threads: number | null;
    /**
     * The address of an ES module of onnxruntime-web; null imports the package onnxruntime-web. Models run in a worker
     * only with an address, because this package's worker cannot import other packages by name; otherwise they run on
     * the calling thread. In Vite, `import moduleUrl from "onnxruntime-web/webgpu?url"` gives the address. Default
     * null.
     */
    moduleUrl: string | null;
    /**
     * The address of the .wasm file where it is not beside the module; in Vite from
     * "onnxruntime-web/ort-wasm-...wasm?url". Default null.
     */
    wasmUrl: string | null;
}

/** The defaults of {@link OnnxRuntimeOptions}. */
export const DEFAULT_ONNX_RUNTIME_OPTIONS: Readonly<OnnxRuntimeOptions> = {
    provider: "auto",
    threads: null,
    moduleUrl: null,
    wasmUrl: null,
};

type OrtModule = typeof import("onnxruntime-web");

/**
 * Imports onnxruntime-web from its address.
 * @throws UltrametricError "unsupported" when it cannot be loaded
 */
export async function ImportOnnxModuleAsync(moduleUrl: string): Promise<unknown> {
    try {
        return await import(/* @vite-ignore */ /* webpackIgnore: true */ moduleUrl);
    } catch (error) {
        throw new UltrametricError(
            "unsupported",
            `onnxruntime-web could not be loaded from ${moduleUrl}; check the address.`,
            { cause: error },
        );
    }
}

/**
 * Creates a runtime from onnxruntime-web.
 * @param module the imported module
 * @throws UltrametricError "unsupported" when WebGPU is requested and not available
 */
export async function CreateOnnxRuntimeAsync(
    module: unknown,
    options: Partial<OnnxRuntimeOptions> = {},
): Promise<OnnxRuntime> {
    const { provider, threads, wasmUrl } = { ...DEFAULT_ONNX_RUNTIME_OPTIONS, ...options };
    const ort = module as OrtModule;
    const hasGpu = provider !== "wasm" && (await hasWebGpuAsync(provider === "webgpu"));
    if (provider === "webgpu" && !hasGpu) {
        throw new UltrametricError(
            "unsupported",
            'The provider "webgpu" needs a WebGPU adapter, and there is none; choose "wasm" or "auto".',
        );
    }
    const { wasm } = ort.env;
    ort.env.logLevel = "error";
    if (threads !== null) {
        wasm.numThreads = threads;
    }
    if (wasmUrl !== null) {
        wasm.wasmPaths = { wasm: wasmUrl };
    }
    return new WebRuntime(ort, hasGpu ? "webgpu" : "wasm", provider === "auto");
}

async function hasWebGpuAsync(allowsSoftware: boolean): Promise<boolean> {
    const adapter = await globalThis.navigator?.gpu?.requestAdapter().catch(() => null);
    return Boolean(adapter) && (allowsSoftware || !adapter!.info.isFallbackAdapter);
}

class WebRuntime implements OnnxRuntime {
    public constructor(
        private readonly _ort: OrtModule,
        private _provider: "webgpu" | "wasm",
        private readonly _mayFallBack: boolean,
    ) {}

    public get provider(): "webgpu" | "wasm" {
        return this._provider;
    }

    public async createSessionAsync(bytes: Uint8Array, file: string): Promise<OnnxSession> {
        const { InferenceSession } = this._ort;
        // Memory patterns waste memory, because batches of prompts differ in size.
        const create = () =>
            InferenceSession.create(bytes, { executionProviders: [this._provider], enableMemPattern: false });
        try {
            return new WebSession(this._ort, await create(), file);
        } catch (error) {
            const reason = messageOf(error);
            if (this._provider === "webgpu" && this._mayFallBack && /webgpu|backend|adapter|device/i.test(reason)) {
                this._provider = "wasm";
                return this.createSessionAsync(bytes, file);
            }
            if (isOutOfMemory(error)) {
                throw outOfMemory(`loading ${file} (${bytes.length} bytes)`, error);
            }
            if (/backend|wasm.*(initializ|fetch|instantiat)/i.test(reason)) {
                throw new UltrametricError("unsupported", `onnxruntime-web did not start (${reason}).`, {
                    cause: error,
                });
            }
            throw new UltrametricError(
                "input",
                `${file} (${bytes.length} bytes) is not a valid ONNX model: ${reason} Download or export it again.`,
                { cause: error },
            );
        }
    }
}

class WebSession implements OnnxSession {
    public readonly inputs: readonly OnnxPort[];
    public readonly outputs: readonly OnnxPort[];

    public constructor(
        private readonly _ort: OrtModule,
        private readonly _session: import("onnxruntime-web").InferenceSession,
        private readonly _file: string,
    ) {
        this.inputs = portsOf(_session.inputNames, _session.inputMetadata);
        this.outputs = portsOf(_session.outputNames, _session.outputMetadata);
    }

    public async runAsync(feeds: Readonly<Record<string, OnnxTensor>>): Promise<Record<string, OnnxTensor>> {
        const { Tensor } = this._ort;
        const inputs = Object.fromEntries(
            Object.entries(feeds).map(([name, { type, data, dims }]) => [
                name,
                type === "int64"
                    ? new Tensor("int64", data as BigInt64Array, dims)
                    : new Tensor("float32", data as Float32Array, dims),
            ]),
        );
        try {
            const outputs = await this._session.run(inputs);
            return Object.fromEntries(
                Object.entries(outputs).map(([name, { type, dims, data }]) => [
                    name,
                    { type, dims, data: data as Float32Array },
                ]),
            );
        } catch (error) {
            if (isOutOfMemory(error)) {
                throw outOfMemory(`running ${this._file}`, error);
            }
            throw new UltrametricError("input", `${this._file} could not be run: ${messageOf(error)}`, {
                cause: error,
            });
        }
    }

    public async releaseAsync(): Promise<void> {
        await this._session.release();
    }
}

function portsOf(
    names: readonly string[],
    metadata: readonly import("onnxruntime-web").InferenceSession.ValueMetadata[],
): OnnxPort[] {
    return names.map((name, i) => {
        const port = metadata[i];
        return { name, dims: port?.isTensor ? port.shape : null };
    });
}

function isOutOfMemory(error: unknown): boolean {
    // A failed C++ allocation arrives as a bare number.
    return (
        typeof error === "number" ||
        /bad_alloc|out of memory|memory access|allocat|\bOOM\b|could not grow/i.test(messageOf(error))
    );
}

function outOfMemory(operation: string, cause: unknown): UltrametricError {
    return new UltrametricError(
        "limits",
        `Memory ran out while ${operation} (${messageOf(cause)}). Use smaller batches, or close other pages.`,
        { cause },
    );
}

function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
