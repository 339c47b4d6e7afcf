import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { CreateRandom } from "../../base/random";
import { ThrowIfAborted, UltrametricError } from "../../base/ultrametricError";
import { FieldBytes, type FieldFormat, WriteFieldBytes } from "../shared/fieldBytes";
import { HashGrid } from "../shared/hashGrid";
import { Mlp } from "../shared/mlp";
import { OwnedResources } from "../shared/ownedResources";
import {
    CheckFeatureFieldOptions,
    DEFAULT_FEATURE_FIELD_OPTIONS,
    type FeatureFieldOptions,
} from "./featureFieldOptions";
import { FeaturePass } from "./featurePass";

/** Points that are evaluated at a time. */
const CHUNK = 8192;

/** "UMFF" */
const FORMAT: FieldFormat = { kind: "feature field", magic: 0x46464d55, version: 1 };

/**
 * A feature field: unit cube -> unit features, similar where the masks hold two points together. A hash grid and a small network without
 * biases, whose outputs are normalized. Made and trained by {@link TrainFeatureFieldAsync}.
 */
export class FeatureField {
    private _pass: Promise<FeaturePass> | undefined;
    private _isDisposed = false;

    private constructor(
        private readonly _engine: WebGPUEngine,
        private readonly _owned: OwnedResources,
        public readonly options: FeatureFieldOptions,
        public readonly grid: HashGrid,
        public readonly mlp: Mlp,
    ) {}

    /** Dimensions of a feature. */
    public get dimensions(): number {
        return this.options.dimensions;
    }

    /**
     * A field with random parameters.
     * @param seed a whole number 0..2^32 - 1
     * @throws UltrametricError "input" for options out of range, "limits" where the device cannot hold it
     */
    public static async CreateAsync(
        engine: WebGPUEngine,
        options: Partial<FeatureFieldOptions> = {},
        seed = 0,
    ): Promise<FeatureField> {
        const field = FeatureField._CreateEmpty(engine, options);
        try {
            const { grid, mlp, options: settings } = field;
            await grid.randomizeAsync(seed);
            mlp.randomize(CreateRandom(seed, grid.table.length), settings.levels * settings.featuresPerLevel);
            return field;
        } catch (error) {
            field.dispose();
            throw error;
        }
    }

    /** A field whose parameters are 0. */
    private static _CreateEmpty(engine: WebGPUEngine, options: Partial<FeatureFieldOptions>): FeatureField {
        const settings: FeatureFieldOptions = { ...DEFAULT_FEATURE_FIELD_OPTIONS, ...options };
        CheckFeatureFieldOptions(settings);
        return OwnedResources.Build((owned) => {
            const grid = owned.add(new HashGrid(engine, settings));
            const mlp = owned.add(new Mlp(engine, [grid.width, ...settings.hidden, settings.dimensions]));
            return new FeatureField(engine, owned, settings, grid, mlp);
        });
    }

    /**
     * Features at points.
     * @param positions [n, 3] unit cube (see `TrainingViews.cube`); outside of it the nearest point of the cube counts
     * @returns [n, dimensions] unit vectors
     * @throws UltrametricError "input" for a length that is no multiple of 3, "aborted", "gpu", "deviceLost", "disposed"
     */
    public async evaluateAsync(positions: Float32Array, signal?: AbortSignal): Promise<Float32Array> {
        if (positions.length % 3 !== 0) {
            throw new UltrametricError("input", `FeatureField: ${positions.length} numbers are no [n, 3] positions.`);
        }
        this._throwIfDisposed();
        this._pass ??= FeaturePass.CreateAsync(this._engine, this.grid, this.mlp, CHUNK);
        const pass = await this._pass;
        const count = positions.length / 3;
        const features = new Float32Array(count * this.dimensions);
        for (let first = 0; first < count; first += CHUNK) {
            ThrowIfAborted(signal, "Evaluating the feature field");
            this._throwIfDisposed();
            const length = Math.min(CHUNK, count - first);
            const points = new Float32Array(4 * length);
            for (let i = 0; i < length; i++) {
                for (let axis = 0; axis < 3; axis++) {
                    points[4 * i + axis] = positions[3 * (first + i) + axis];
                }
            }
            pass.positions.upload(points);
            pass.dispatch();
            features.set(await pass.features.readAsync(0, length * this.dimensions), first * this.dimensions);
        }
        return features;
    }

    /**
     * The field as bytes: "UMFF", version, length of the options' JSON, the JSON padded to 4 bytes, the grid's numbers and the weights as
     * little-endian floats.
     */
    public async serializeAsync(): Promise<Uint8Array<ArrayBuffer>> {
        this._throwIfDisposed();
        return WriteFieldBytes(FORMAT, this.options, [
            await this.grid.table.readAsync(),
            await this.mlp.weights.readAsync(),
        ]);
    }

    /**
     * The field that {@link serializeAsync} wrote.
     * @throws UltrametricError "input" when the bytes are none
     */
    public static Parse(engine: WebGPUEngine, bytes: Uint8Array): FeatureField {
        const file = new FieldBytes(FORMAT, bytes);
        const field = FeatureField._CreateEmpty(engine, file.header as FeatureFieldOptions);
        try {
            const { table } = field.grid;
            const { weights } = field.mlp;
            const [numbers, layers] = file.split([table.length, weights.length]);
            table.upload(new Float32Array(numbers));
            weights.upload(new Float32Array(layers));
            return field;
        } catch (error) {
            field.dispose();
            throw error;
        }
    }

    /** Frees the GPU memory. Safe to call again. */
    public dispose(): void {
        this._isDisposed = true;
        void this._pass?.then((pass) => pass.dispose()).catch(() => undefined); // whoever awaits it has its error
        this._pass = undefined;
        this._owned.dispose();
    }

    private _throwIfDisposed(): void {
        if (this._isDisposed) {
            throw new UltrametricError("disposed", "The feature field has been disposed.");
        }
    }
}
