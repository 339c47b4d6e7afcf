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

/** Points of one evaluation on the GPU. */
const POINTS_PER_PASS = 8192;

/** "UMFF" */
const FORMAT: FieldFormat = { kind: "feature field", magic: 0x46464d55, version: 1 };

/**
 * A feature field: maps a point of the unit cube to a unit vector, similar for points that the masks group. A hash grid
 * and a small network without biases, with normalized outputs. Trained by {@link TrainFeatureFieldAsync}.
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

    /** Number of dimensions of a feature. */
    public get dimensions(): number {
        return this.options.dimensions;
    }

    /**
     * Creates a field with random parameters.
     * @param seed a whole number 0..2^32 - 1
     * @throws UltrametricError "input" for options out of range, "limits" if it exceeds the limits of the device
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

    /** Creates a field of zeros. */
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
     * Evaluates the features at points.
     * @param positions [n, 3] unit cube, see `TrainingViews.cube`; points outside of it are clamped
     * @returns [n, dimensions] unit vectors
     * @throws UltrametricError "input" for a length that is not a multiple of 3, "aborted", "gpu", "deviceLost",
     * "disposed"
     */
    public async evaluateAsync(positions: Float32Array, signal?: AbortSignal): Promise<Float32Array> {
        if (positions.length % 3 !== 0) {
            throw new UltrametricError("input", `FeatureField: ${positions.length} numbers are not [n, 3] positions.`);
        }
        this._throwIfDisposed();
        this._pass ??= FeaturePass.CreateAsync(this._engine, this.grid, this.mlp, POINTS_PER_PASS);
        const pass = await this._pass;
        const count = positions.length / 3;
        const features = new Float32Array(count * this.dimensions);
        for (let first = 0; first < count; first += POINTS_PER_PASS) {
            ThrowIfAborted(signal, "Evaluating the feature field");
            this._throwIfDisposed();
            const length = Math.min(POINTS_PER_PASS, count - first);
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
     * Serializes the field: "UMFF", version, length of the options' JSON, the JSON padded to 4 bytes, then the values
     * of the grid and the weights of the network as little-endian floats.
     */
    public async serializeAsync(): Promise<Uint8Array<ArrayBuffer>> {
        this._throwIfDisposed();
        return WriteFieldBytes(FORMAT, this.options, [
            await this.grid.table.readAsync(),
            await this.mlp.weights.readAsync(),
        ]);
    }

    /**
     * Parses the bytes of {@link serializeAsync}.
     * @throws UltrametricError "input" if the bytes are not a feature field
     */
    public static Parse(engine: WebGPUEngine, bytes: Uint8Array): FeatureField {
        const file = new FieldBytes(FORMAT, bytes);
        const field = FeatureField._CreateEmpty(engine, file.header.like(DEFAULT_FEATURE_FIELD_OPTIONS));
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
        void this._pass?.then((pass) => pass.dispose()).catch(() => undefined); // its caller gets the error
        this._pass = undefined;
        this._owned.dispose();
    }

    private _throwIfDisposed(): void {
        if (this._isDisposed) {
            throw new UltrametricError("disposed", "The feature field has been disposed.");
        }
    }
}
