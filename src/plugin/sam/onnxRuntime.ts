import { UltrametricError } from "../../compute/base/ultrametricError";

/** Numbers with a shape, as models take and give them. */
export interface OnnxTensor {
    readonly type: string;
    readonly dims: readonly number[];
    readonly data: Float32Array | BigInt64Array;
}

/** An input or output of a model. */
export interface OnnxPort {
    readonly name: string;
    /** Shape; a text stands for any number; null where it is unknown. */
    readonly dims: readonly (number | string)[] | null;
}

/** A model that is ready to run. */
export interface OnnxSession {
    readonly inputs: readonly OnnxPort[];
    readonly outputs: readonly OnnxPort[];
    /** @throws UltrametricError "limits" when memory runs out */
    runAsync(feeds: Readonly<Record<string, OnnxTensor>>): Promise<Record<string, OnnxTensor>>;
    releaseAsync(): Promise<void>;
}

/** What makes sessions. */
export interface OnnxRuntime {
    /** Where its sessions run. */
    readonly provider: "webgpu" | "wasm";
    /** @throws UltrametricError "input" when the bytes are no model that can be run, "limits" when memory runs out */
    createSessionAsync(bytes: Uint8Array, file: string): Promise<OnnxSession>;
}

/** Where models run, and which build of onnxruntime-web runs them. */
export interface OnnxRuntimeOptions {
    /** `auto`: WebGPU where there is an adapter that is not software, otherwise WebAssembly. Default "auto". */
    provider: "auto" | "webgpu" | "wasm";
    /**
     * Threads of WebAssembly; null: as onnxruntime-web chooses (half the processors, at most 4). More than one need a cross-origin
     * isolated page (COOP "same-origin", COEP "require-corp"). The first session of a page or worker decides. Default null.
     */
    threads: number | null;
    /**
     * Address of an ES module of onnxruntime-web, with which a page runs models in a worker. A worker that comes with a
     * package cannot import another package by its name; with Vite `import moduleUrl from "onnxruntime-web/webgpu?url"` has
     * the address. null: the package onnxruntime-web is imported, and models run on the calling thread. Default null.
     */
    moduleUrl: string | null;
    /** Address of the .wasm file, where it does not lie beside the module; with Vite from "onnxruntime-web/ort-wasm-...wasm?url". Default null. */
    wasmUrl: string | null;
}

/** The defaults of {@link OnnxRuntimeOptions}. */
export const DEFAULT_ONNX_RUNTIME_OPTIONS: Readonly<OnnxRuntimeOptions> = {
    provider: "auto",
    threads: null,
    moduleUrl: null,
    wasmUrl: null,
};

/** The part of onnxruntime-web that is used here. */
type OrtModule = typeof import("onnxruntime-web");

/**
 * onnxruntime-web from its address.
 * @throws UltrametricError "unsupported" when it cannot be loaded
 */
export async function ImportOnnxModuleAsync(moduleUrl: string): Promise<unknown> {
    try {
        return await import(/* @vite-ignore */ moduleUrl);
    } catch (error) {
        throw new UltrametricError(
            "unsupported",
            `onnxruntime-web could not be loaded from ${moduleUrl}; check the address.`,
            { cause: error },
        );
    }
}

/**
 * Starts models with onnxruntime-web.
 * @param module what importing it gave
 * @throws UltrametricError "unsupported" when WebGPU is asked for and is not there
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
            'The masks\' model was to run on WebGPU, and there is no adapter here; choose the provider "wasm" or "auto".',
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

async function hasWebGpuAsync(software: boolean): Promise<boolean> {
    const adapter = await globalThis.navigator?.gpu?.requestAdapter().catch(() => null);
    return Boolean(adapter) && (software || !adapter!.info.isFallbackAdapter);
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
        // Batches of prompts differ in size, so memory patterns only cost memory.
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
                `${file} (${bytes.length} bytes) is no ONNX model that can be run: ${reason} Download or export it again.`,
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
    // WebAssembly's exceptions arrive as bare numbers where C++'s allocation failed.
    return (
        typeof error === "number" ||
        /bad_alloc|out of memory|memory access|allocat|\bOOM\b|could not grow/i.test(messageOf(error))
    );
}

function outOfMemory(what: string, cause: unknown): UltrametricError {
    return new UltrametricError(
        "limits",
        `Memory ran out while ${what} (${messageOf(cause)}). Use smaller batches, or close other pages.`,
        { cause },
    );
}

function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
