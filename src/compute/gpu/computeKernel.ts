import { ComputeShader } from "@babylonjs/core/Compute/computeShader";
import "@babylonjs/core/Engines/WebGPU/Extensions/engine.computeShader";
import { StorageBuffer } from "@babylonjs/core/Buffers/storageBuffer";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { UniformBuffer } from "@babylonjs/core/Materials/uniformBuffer";
import { UltrametricError } from "../base/ultrametricError";
import { RunOnGpuAsync } from "./foreignErrors";
import type { GpuArray } from "./gpuArray";
import { GetGpuDeviceState, type GpuDeviceState, SubmitGpu } from "./gpuErrors";
import { NoteKernelRun, type TimedKernel } from "./kernelTimes";
import { UniformBlock, type UniformField, type UniformValues } from "./uniformBlock";

/** Options of a {@link ComputeKernel}. */
export interface ComputeKernelOptions {
    /** Name of the kernel, for error messages and measurements. */
    name: string;

    /**
     * WGSL source with an entry point `main`. It declares its storage buffers itself, `@group(0) @binding(i)
     * var<storage, read>` or `read_write`, where `i` is the index in {@link bindings}. The following is inserted before
     * it, in this order: constants `WORKGROUP_SIZE_X`, `_Y`, `_Z` and their product `WORKGROUP_SIZE`; `fn
     * linearIndex(group: vec3u, groupCount: vec3u, local: u32) -> u32`, which numbers the invocations of
     * {@link ComputeKernel.dispatchFor} (pass `workgroup_id`, `num_workgroups` and `local_invocation_index`); the
     * {@link defines}; the struct of the uniforms and `uniforms`, bound after the last binding; the {@link includes}.
     */
    source: string;

    /** Names of the storage buffers as declared in the source, in the order of their binding numbers. */
    bindings: readonly string[];

    /** Parameters that may change between dispatches; the source reads them as `uniforms.name`. Default: none. */
    uniforms?: readonly UniformField[];

    /** Constants of this variant, `const NAME = value;`. A string is inserted as WGSL. Default: none. */
    defines?: Readonly<Record<string, string | number | boolean>>;

    /** WGSL of shared declarations, inserted before the source. Default: none. */
    includes?: readonly string[];

    /** Invocations per workgroup. Default: [256, 1, 1]. */
    workgroupSize?: readonly [number, number?, number?];
}

/** Options of {@link ComputeKernel.CreateBoundAsync}. */
export interface BoundKernelOptions extends Omit<ComputeKernelOptions, "bindings"> {
    /** Arrays to bind, by their names in the source, in the order of their binding numbers. */
    arrays: Readonly<Record<string, GpuArray>>;
}

/** Limit of the waits, of at least a millisecond each, for an engine to compile a shader that is known to be valid. */
const MAX_COMPILE_POLLS = 30_000;

/** Number of recorded dispatches that forces a submission; bounds the memory of a loop that never submits. */
const MAX_PENDING_DISPATCHES = 256;

interface KernelBinding {
    readonly name: string;
    readonly isWritten: boolean;
    array: GpuArray | undefined;
}

/** Throws the error that names the kernel and quotes the line if WebGPU rejects the source. */
async function checkSourceAsync(state: GpuDeviceState, kernel: string, prelude: string, source: string): Promise<void> {
    const { device } = state;
    device.pushErrorScope("validation");
    const module = device.createShaderModule({ code: prelude + source, label: kernel });
    const information = await module.getCompilationInfo();
    const scopeError = await device.popErrorScope();
    const errors = information.messages.filter((message) => message.type === "error");
    if (errors.length === 0 && !scopeError) {
        return;
    }
    state.throwIfLost(`Compiling the kernel "${kernel}"`);
    const lines = (prelude + source).split("\n");
    const preludeLines = prelude.split("\n").length - 1;
    const texts = errors.map((message) => {
        const line = message.lineNum - preludeLines;
        const where = line > 0 ? `line ${line}` : `line ${message.lineNum} of the inserted prelude`;
        const code = (lines[message.lineNum - 1] ?? "").trim();
        return `${where}, column ${message.linePos}: ${message.message.trim()} in \`${code}\``;
    });
    throw new UltrametricError(
        "gpu",
        `The kernel "${kernel}" does not compile. ${texts.length > 0 ? texts.join(" | ") : scopeError?.message}`,
    );
}

/** Parses the bindings that the source declares, and checks that they are those of the host. */
function findBindings(kernel: string, source: string, names: readonly string[]): KernelBinding[] {
    const code = source.replace(/\/\/[^\n]*/g, "").replace(/\/\*[\s\S]*?\*\//g, "");
    const pattern = /@group\((\d+)\)\s*@binding\((\d+)\)\s*var<storage\s*,\s*(read|read_write)>\s*(\w+)/g;
    const declared = [...code.matchAll(pattern)].map((match) => ({
        group: Number(match[1]),
        index: Number(match[2]),
        isWritten: match[3] === "read_write",
        name: match[4],
    }));
    for (const { group, index, name } of declared) {
        if (group !== 0 || names[index] !== name) {
            throw new UltrametricError(
                "gpu",
                `The kernel "${kernel}" declares "${name}" at group ${group}, binding ${index}, ` +
                    `where its host has ${group === 0 && names[index] ? `"${names[index]}"` : "nothing"}.`,
            );
        }
    }
    return names.map((name, index) => {
        const declaration = declared.find((candidate) => candidate.index === index);
        if (!declaration) {
            throw new UltrametricError(
                "gpu",
                `The kernel "${kernel}" does not declare "@group(0) @binding(${index}) var<storage, ...> ${name}".`,
            );
        }
        return { name, isWritten: declaration.isWritten, array: undefined };
    });
}

/**
 * A compute shader with its bound arrays and its parameters. Every failure is an `UltrametricError` that names the
 * kernel, thrown at once if it is detected on the host, otherwise by `CheckGpuAsync` or `GpuArray.readAsync`.
 *
 * A dispatch uses the arrays and parameters that are set when it is called; later changes do not affect it. Dispatches
 * run in the order of the calls, each after the previous one has finished.
 */
export class ComputeKernel implements TimedKernel {
    private _isDisposed = false;

    /** The number of changes of the bound arrays. */
    private _bindingsVersion = 1;

    /**
     * One shader for each uniform buffer: a shader keeps its bind group, and creating one takes longer than the rest of
     * a dispatch.
     */
    private readonly _shaders = new Map<
        UniformBuffer | undefined,
        { shader: ComputeShader; bindingsVersion: number }
    >();

    private constructor(
        private readonly _engine: WebGPUEngine,
        private readonly _state: GpuDeviceState,
        /** Name of the kernel, for error messages and measurements. */
        public readonly name: string,
        private readonly _createShader: () => ComputeShader,
        private readonly _bindings: KernelBinding[],
        private readonly _uniforms: UniformBlock | undefined,
        private readonly _workgroupSize: readonly [number, number, number],
    ) {}

    /**
     * Compiles a kernel; it can be dispatched when the promise resolves.
     * @throws UltrametricError "gpu" if the source does not compile (with line and message) or does not declare the
     * bindings, "limits" if it exceeds the limits of the device, "deviceLost", "disposed"
     */
    public static async CreateAsync(engine: WebGPUEngine, options: ComputeKernelOptions): Promise<ComputeKernel> {
        const { name } = options;
        const state = GetGpuDeviceState(engine);
        state.throwIfLost(`Compiling the kernel "${name}"`);
        const [x, y = 1, z = 1] = options.workgroupSize ?? [256];
        const { limits } = state.device;
        if (x * y * z > limits.maxComputeInvocationsPerWorkgroup) {
            throw new UltrametricError(
                "limits",
                `The kernel "${name}" needs workgroups of ${x * y * z} invocations; ` +
                    `this device allows ${limits.maxComputeInvocationsPerWorkgroup}.`,
            );
        }
        if (options.bindings.length > limits.maxStorageBuffersPerShaderStage) {
            throw new UltrametricError(
                "limits",
                `The kernel "${name}" binds ${options.bindings.length} storage buffers; ` +
                    `this device allows ${limits.maxStorageBuffersPerShaderStage}. ` +
                    "Merge some of them, or create the engine with { setMaximumLimits: true }.",
            );
        }
        const bindings = findBindings(name, options.source, options.bindings);
        const uniforms = options.uniforms?.length ? new UniformBlock(engine, state, name, options.uniforms) : undefined;
        const prelude = [
            `const WORKGROUP_SIZE_X: u32 = ${x}u;`,
            `const WORKGROUP_SIZE_Y: u32 = ${y}u;`,
            `const WORKGROUP_SIZE_Z: u32 = ${z}u;`,
            `const WORKGROUP_SIZE: u32 = ${x * y * z}u;`,
            "fn linearIndex(group: vec3u, groupCount: vec3u, local: u32) -> u32 {",
            "    return ((group.z * groupCount.y + group.y) * groupCount.x + group.x) * WORKGROUP_SIZE + local;",
            "}",
            ...Object.entries(options.defines ?? {}).map(([key, value]) => `const ${key} = ${value};`),
            uniforms?.declare(options.bindings.length) ?? "",
            ...(options.includes ?? []),
            "",
        ].join("\n");
        await checkSourceAsync(state, name, prelude, options.source);

        const bindingNames = uniforms ? [...options.bindings, "uniforms"] : options.bindings;
        const createShader = (): ComputeShader =>
            new ComputeShader(
                name,
                engine,
                { computeSource: prelude + options.source },
                {
                    bindingsMapping: Object.fromEntries(
                        bindingNames.map((binding, index) => [binding, { group: 0, binding: index }]),
                    ),
                    // With the automatic layout, a binding that this variant of the shader does not use is an error.
                    useExplicitComputePipelineLayout: true,
                },
            );
        await RunOnGpuAsync(engine, `Compiling the kernel "${name}"`, () =>
            ComputeKernel._CompileAsync(engine, state, name, createShader(), bindings, uniforms),
        );
        return new ComputeKernel(engine, state, name, createShader, bindings, uniforms, [x, y, z]);
    }

    /**
     * Compiles a kernel and binds its arrays.
     * @param options `arrays` are the bound arrays by name, in the order of their binding numbers
     * @throws the errors of {@link CreateAsync}
     */
    public static async CreateBoundAsync(
        engine: WebGPUEngine,
        { arrays, ...options }: BoundKernelOptions,
    ): Promise<ComputeKernel> {
        const kernel = await ComputeKernel.CreateAsync(engine, { ...options, bindings: Object.keys(arrays) });
        return kernel.bindAll(arrays);
    }

    /** Creates the pipeline by a dispatch of zero workgroups, so that its errors appear here. */
    private static async _CompileAsync(
        engine: WebGPUEngine,
        state: GpuDeviceState,
        name: string,
        shader: ComputeShader,
        bindings: readonly KernelBinding[],
        uniforms: UniformBlock | undefined,
    ): Promise<void> {
        const what = `Compiling the kernel "${name}"`;
        const placeholder = new StorageBuffer(engine, 16, undefined, `placeholder of ${name}`);
        try {
            for (const binding of bindings) {
                shader.setStorageBuffer(binding.name, placeholder);
            }
            if (uniforms) {
                shader.setUniformBuffer("uniforms", uniforms.acquireBuffer());
            }
            for (let waited = 0; !shader.isReady(); waited++) {
                state.throwIfLost(what);
                if (waited === MAX_COMPILE_POLLS) {
                    throw new UltrametricError("gpu", `${what}: the engine did not finish.`);
                }
                await new Promise((resolve) => setTimeout(resolve, 1));
            }
            // An invalid pipeline invalidates its whole submission, so it gets one of its own. The error scope covers
            // only this kernel's commands, because nothing is awaited between push and pop.
            SubmitGpu(engine);
            state.device.pushErrorScope("validation");
            shader.dispatch(0, 0, 0);
            SubmitGpu(engine);
            const error = await state.device.popErrorScope();
            state.throwIfLost(what);
            if (error) {
                throw new UltrametricError(
                    "gpu",
                    `The kernel "${name}" has no valid pipeline. ${error.message.trim()}`,
                );
            }
        } finally {
            placeholder.dispose(); // the engine keeps it until the commands above are submitted
        }
    }

    /**
     * Binds an array, until another one is bound to the same name.
     * @param name one of the kernel's bindings
     * @throws UltrametricError "gpu" for an unknown name
     */
    public bind(name: string, array: GpuArray): this {
        const binding = this._bindings.find((candidate) => candidate.name === name);
        if (!binding) {
            throw new UltrametricError(
                "gpu",
                `The kernel "${this.name}" has no binding "${name}", ` +
                    `only: ${this._bindings.map((known) => known.name).join(", ")}.`,
            );
        }
        if (binding.array !== array) {
            binding.array = array;
            this._bindingsVersion++;
        }
        return this;
    }

    /** Binds several arrays, see {@link bind}. */
    public bindAll(arrays: Readonly<Record<string, GpuArray>>): this {
        for (const name in arrays) {
            this.bind(name, arrays[name]);
        }
        return this;
    }

    /**
     * Sets parameters for the next dispatches; the others keep their values, 0 at first.
     * @throws UltrametricError "input" for an unknown name or a value out of the range of its type
     */
    public setUniforms(values: UniformValues): this {
        if (!this._uniforms) {
            throw new UltrametricError("input", `The kernel "${this.name}" has no uniforms.`);
        }
        this._uniforms.set(values);
        return this;
    }

    /**
     * Runs `x` * `y` * `z` workgroups; none if one of the numbers is 0.
     * @throws UltrametricError "gpu" for a missing binding, "limits" for too many workgroups, "deviceLost", "disposed"
     */
    public dispatch(x: number, y = 1, z = 1): void {
        if (this._isDisposed) {
            throw new UltrametricError("disposed", `The kernel "${this.name}" has been disposed.`);
        }
        this._state.throwIfLost(this.name);
        const limit = this._state.device.limits.maxComputeWorkgroupsPerDimension;
        if (!(x >= 0 && y >= 0 && z >= 0 && x <= limit && y <= limit && z <= limit)) {
            throw new UltrametricError(
                "limits",
                `The kernel "${this.name}" was dispatched in ${x} x ${y} x ${z} workgroups; ` +
                    `this device allows ${limit} per dimension.`,
            );
        }
        if (x === 0 || y === 0 || z === 0) {
            return;
        }
        const { _state: state } = this;
        if (state.pendingDispatches >= MAX_PENDING_DISPATCHES) {
            SubmitGpu(this._engine);
        }
        for (const binding of this._bindings) {
            if (!binding.array || binding.array.isDisposed) {
                const problem = binding.array ? "with a disposed array" : "without an array";
                throw new UltrametricError(
                    binding.array ? "disposed" : "gpu",
                    `The kernel "${this.name}" was dispatched ${problem} at "${binding.name}".`,
                );
            }
            binding.array.lastUseEpoch = state.epoch;
        }
        const uniforms = this._uniforms?.acquireBuffer();
        let entry = this._shaders.get(uniforms);
        // Babylon measures only shaders that were created after measuring was enabled.
        if (!entry || (this._engine.enableGPUTimingMeasurements && !entry.shader.gpuTimeInFrame)) {
            entry = { shader: this._createShader(), bindingsVersion: 0 };
            entry.shader.fastMode = true; // changes are tracked by the versions of the bindings
            this._shaders.set(uniforms, entry);
        }
        const { shader } = entry;
        // The first dispatch after a change creates the bind group, so only there can a binding be invalid. Its error
        // scope attributes the error to this kernel.
        const isWatched = entry.bindingsVersion !== this._bindingsVersion;
        if (isWatched) {
            this._bindTo(shader, uniforms);
            entry.bindingsVersion = this._bindingsVersion;
            state.device.pushErrorScope("validation");
        }
        state.noteDispatch(this.name);
        NoteKernelRun(this._engine, this);
        const isDone = shader.dispatch(x, y, z);
        if (isWatched) {
            void state.device.popErrorScope().then((error) => {
                if (error) {
                    state.addMessage(error.message, `kernel "${this.name}"`);
                }
            });
        }
        if (!isDone) {
            throw new UltrametricError("gpu", `The engine did not dispatch the kernel "${this.name}".`);
        }
    }

    /**
     * Runs at least `count` invocations, in as many workgroups as needed. More than 65,535 workgroups form a grid, so
     * the shader gets its number from `linearIndex` and returns if that is not below the count.
     */
    public dispatchFor(count: number): void {
        const [x, y, z] = this._workgroupSize;
        const groups = Math.ceil(count / (x * y * z));
        const rows = Math.ceil(groups / this._state.device.limits.maxComputeWorkgroupsPerDimension);
        if (rows <= 1) {
            this.dispatch(groups);
        } else {
            this.dispatch(Math.ceil(groups / rows), rows);
        }
    }

    /**
     * GPU time in milliseconds per frame, mean of the last second; null where the engine does not measure
     * (WebGPUEngine's enableGPUTimingMeasurements, with the device feature "timestamp-query").
     */
    public get gpuMilliseconds(): number | null {
        let sum: number | null = null;
        for (const { shader } of this._shaders.values()) {
            if (this._engine.enableGPUTimingMeasurements && shader.gpuTimeInFrame) {
                sum = (sum ?? 0) + shader.gpuTimeInFrame.counter.lastSecAverage / 1e6;
            }
        }
        return sum;
    }

    /** Frees the uniform buffers. The bound arrays belong to the caller. Safe to call again. */
    public dispose(): void {
        if (this._isDisposed) {
            return;
        }
        this._isDisposed = true;
        this._uniforms?.dispose();
        this._shaders.clear();
        for (const binding of this._bindings) {
            binding.array = undefined;
        }
    }

    private _bindTo(shader: ComputeShader, uniforms: UniformBuffer | undefined): void {
        this._checkAliasing();
        for (const binding of this._bindings) {
            shader.setStorageBuffer(binding.name, binding.array!.buffer);
        }
        if (uniforms) {
            shader.setUniformBuffer("uniforms", uniforms);
        }
        shader.triggerContextRebuild = true;
    }

    /** Throws if a written array is bound twice, which WebGPU does not allow. */
    private _checkAliasing(): void {
        for (const written of this._bindings) {
            const other = this._bindings.find(
                (candidate) => candidate !== written && candidate.array === written.array,
            );
            if (written.isWritten && other) {
                throw new UltrametricError(
                    "gpu",
                    `The kernel "${this.name}" writes the array "${written.array!.label}" at "${written.name}" ` +
                        `and has it at "${other.name}" too; bind two arrays.`,
                );
            }
        }
    }
}
