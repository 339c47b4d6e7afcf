import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { type RunOptions, StageProgress } from "../../base/progress";
import { CreateRandom } from "../../base/random";
import { ThrowIfAborted, UltrametricError } from "../../base/ultrametricError";
import { UnitCube } from "../../bounds/unitCube";
import { GpuArray } from "../../gpu/gpuArray";
import type { PinholeCamera } from "../../views/pinholeCamera";
import { FieldBytes, type FieldFormat, WriteFieldBytes } from "../shared/fieldBytes";
import { HashGrid } from "../shared/hashGrid";
import { Mlp } from "../shared/mlp";
import { OwnedResources } from "../shared/ownedResources";
import {
    CheckRadianceFieldOptions,
    DEFAULT_RADIANCE_FIELD_OPTIONS,
    type RadianceFieldOptions,
} from "./radianceFieldOptions";
import type { RadianceImage } from "./radianceImage";
import { COLOR_OUTPUTS, DIRECTION_INPUTS, RESULT, RESULT_WORDS } from "./radianceKernels";
import type { RadianceNetworks } from "./radiancePass";
import { PlanarFactors, RadianceRenderer } from "./radianceRenderer";
import { PackCamera } from "./radianceViews";

/** "UMRF" */
const FORMAT: FieldFormat = { kind: "radiance field", magic: 0x46524d55, version: 1 };

/** Samples per pass; a device that is fast with one number gets the next. */
const PASS_SAMPLES = [2048, 16384, 131072];
/** Milliseconds of a fast pass, so that 8 times as many samples take less than 50 ms. */
const FAST_MILLISECONDS = 6;
/** Concurrent passes on a device that is fast with the largest; one alone would mostly wait for the main thread. */
const CONCURRENT_PASSES = 4;

/** Options of {@link RadianceField.renderAsync}. */
export interface RadianceRenderOptions extends RunOptions {
    /** Minimum opacity of a pixel with a depth. Default: 0.5. */
    readonly minOpacity?: number;
    /** True to compute colors; without, they are black and rendering takes about half the time. Default: true. */
    readonly color?: boolean;
}

/** A pass of rays that the GPU is drawing. */
interface DrawnRays {
    readonly pixels: Uint32Array<ArrayBuffer>;
    readonly start: number;
    readonly results: Promise<Float32Array>;
}

interface RadianceHeader {
    readonly options: RadianceFieldOptions;
    readonly low: readonly [number, number, number];
    readonly extent: number;
}

/**
 * A radiance field (Mildenhall et al. 2020, implemented like Mueller et al. 2022), learned from posed images. A hash
 * grid and a small network give the density at a point, another network the color in a direction; an occupancy grid
 * skips empty space. Trained by `TrainRadianceFieldAsync`.
 */
export class RadianceField implements RadianceNetworks {
    private _isDisposed = false;
    private _renderer: RadianceRenderer | undefined;
    private _rendering: Promise<unknown> = Promise.resolve();
    /** Index in PASS_SAMPLES. */
    private _passSize = 0;
    private _concurrentPasses = 1;

    private constructor(
        private readonly _engine: WebGPUEngine,
        private readonly _owned: OwnedResources,
        public readonly options: RadianceFieldOptions,
        /** Maps the world to the unit cube of the field. */
        public readonly cube: UnitCube,
        public readonly grid: HashGrid,
        /** From the grid to the log density and geometry features. */
        public readonly densityMlp: Mlp,
        /** From the spherical harmonics of the direction and the geometry features to the color before the sigmoid. */
        public readonly colorMlp: Mlp,
        /** [resolution^3 / 32] bits of the occupied cells. */
        public readonly occupancy: GpuArray<"u32">,
    ) {}

    /**
     * Creates a field with random parameters and all cells occupied.
     * @param cube the bounding cube of the scene, as in RadianceViews
     * @param seed a whole number 0..2^32 - 1
     * @throws UltrametricError "input" for options out of range, "limits" if it exceeds the limits of the device
     */
    public static async CreateAsync(
        engine: WebGPUEngine,
        cube: UnitCube,
        options: Partial<RadianceFieldOptions> = {},
        seed = 0,
    ): Promise<RadianceField> {
        const field = RadianceField._CreateEmpty(engine, cube, options);
        try {
            const { grid, densityMlp, colorMlp, options: settings } = field;
            await grid.randomizeAsync(seed);
            const random = CreateRandom(seed, grid.table.length);
            densityMlp.randomize(random, settings.levels * settings.featuresPerLevel);
            colorMlp.randomize(random);
            return field;
        } catch (error) {
            field.dispose();
            throw error;
        }
    }

    /** Creates a field of zeros with all cells occupied. */
    private static _CreateEmpty(
        engine: WebGPUEngine,
        cube: UnitCube,
        options: Partial<RadianceFieldOptions>,
    ): RadianceField {
        const settings: RadianceFieldOptions = { ...DEFAULT_RADIANCE_FIELD_OPTIONS, ...options };
        CheckRadianceFieldOptions(settings);
        return OwnedResources.Build((owned) => {
            const grid = owned.add(new HashGrid(engine, settings));
            const densityMlp = owned.add(
                new Mlp(engine, [grid.width, ...settings.densityHidden, settings.geometryFeatures]),
            );
            const inputs = DIRECTION_INPUTS + settings.geometryFeatures;
            const colorMlp = owned.add(new Mlp(engine, [inputs, ...settings.colorHidden, COLOR_OUTPUTS]));
            const words = new Uint32Array(settings.occupancyResolution ** 3 / 32).fill(0xffffffff);
            const occupancy = owned.add(GpuArray.From(engine, "u32", words, undefined, { label: "occupancy" }));
            return new RadianceField(engine, owned, settings, cube, grid, densityMlp, colorMlp, occupancy);
        });
    }

    /**
     * Renders a view. The GPU draws some of the rays per pass, so that the page keeps drawing; concurrent calls are
     * queued. Can be called between the steps of a training.
     * @throws UltrametricError "aborted", "gpu", "deviceLost", "disposed"
     */
    public async renderAsync(camera: PinholeCamera, options: RadianceRenderOptions = {}): Promise<RadianceImage> {
        const drawn = this._rendering.then(() => this._renderAsync(camera, options));
        this._rendering = drawn.catch(() => undefined); // the caller gets the error
        return await drawn;
    }

    /** Serializes the field, see WriteFieldBytes: "UMRF", options and cube, then grid, networks and occupancy. */
    public async serializeAsync(): Promise<Uint8Array<ArrayBuffer>> {
        this._throwIfDisposed();
        const header: RadianceHeader = { options: this.options, low: this.cube.low, extent: this.cube.extent };
        return WriteFieldBytes(FORMAT, header, [
            await this.grid.table.readAsync(),
            await this.densityMlp.weights.readAsync(),
            await this.colorMlp.weights.readAsync(),
            await this.occupancy.readAsync(),
        ]);
    }

    /**
     * Parses the bytes of {@link serializeAsync}.
     * @throws UltrametricError "input" if the bytes are not a radiance field
     */
    public static Parse(engine: WebGPUEngine, bytes: Uint8Array): RadianceField {
        const file = new FieldBytes(FORMAT, bytes);
        const options = file.header.at("options").like(DEFAULT_RADIANCE_FIELD_OPTIONS);
        const field = RadianceField._CreateEmpty(engine, UnitCube.FromJson(file.header), options);
        try {
            const arrays = [field.grid.table, field.densityMlp.weights, field.colorMlp.weights];
            const parts = file.split([...arrays.map(({ length }) => length), field.occupancy.length]);
            arrays.forEach((array, i) => {
                array.upload(new Float32Array(parts[i]));
            });
            field.occupancy.upload(new Uint32Array(parts[3]));
            return field;
        } catch (error) {
            field.dispose();
            throw error;
        }
    }

    /** Frees the GPU memory. Safe to call again. */
    public dispose(): void {
        this._isDisposed = true;
        this._renderer?.dispose();
        this._renderer = undefined;
        this._owned.dispose();
    }

    private async _renderAsync(
        camera: PinholeCamera,
        { minOpacity = 0.5, color = true, signal, onProgress }: RadianceRenderOptions,
    ): Promise<RadianceImage> {
        const { width, height } = camera;
        const count = width * height;
        const image: RadianceImage = {
            width,
            height,
            color: new Float32Array(3 * count),
            opacity: new Float32Array(count),
            depth: new Float32Array(count),
        };
        const packed = PackCamera(camera, this.cube);
        const scale = this.cube.toWorldLength(1);
        let left = Uint32Array.from({ length: count }, (_, i) => i);
        let done = 0;
        let rays = 0;
        let factors: Float64Array = new Float64Array();
        let factorsRow = -1;
        const pending: DrawnRays[] = [];
        try {
            while (done < count) {
                ThrowIfAborted(signal, "Drawing the radiance field");
                const renderer = await this._prepareRendererAsync();
                renderer.setCamera(packed);
                rays = Math.min(rays || renderer.maxRays >> 3, renderer.maxRays);
                while (left.length > 0 && pending.length < this._concurrentPasses) {
                    const pixels = left.slice(0, rays);
                    left = left.slice(pixels.length);
                    pending.push({ pixels, start: performance.now(), results: renderer.drawAsync(pixels, color) });
                }
                const { pixels, start, results: drawn } = pending[0];
                const results = await drawn;
                pending.shift();
                const milliseconds = performance.now() - start;
                const bits = new Uint32Array(results.buffer);
                const dropped = pixels.filter((pixel, i) => {
                    const at = i * RESULT_WORDS;
                    if (bits[at + RESULT.isDropped] !== 0) {
                        return true;
                    }
                    if (color) {
                        image.color.set(results.subarray(at, at + 3), 3 * pixel);
                    }
                    const opacity = results[at + RESULT.opacity];
                    image.opacity[pixel] = opacity;
                    const row = Math.floor(pixel / width);
                    if (row !== factorsRow) {
                        factors = PlanarFactors(camera, row);
                        factorsRow = row;
                    }
                    if (opacity >= minOpacity && opacity > 0) {
                        // The mean depth is off the surface where a ray grazes an edge.
                        const length = results[at + RESULT.median] || results[at + RESULT.depth] / opacity;
                        image.depth[pixel] = length * scale * factors[pixel % width];
                    }
                    return false;
                });
                done += pixels.length - dropped.length;
                if (dropped.length > 0) {
                    const again = new Uint32Array(dropped.length + left.length);
                    again.set(dropped);
                    again.set(left, dropped.length);
                    left = again;
                    rays = Math.max(1, pixels.length - dropped.length);
                } else {
                    rays = 2 * pixels.length;
                }
                if (milliseconds < FAST_MILLISECONDS && left.length > renderer.maxRays) {
                    if (this._passSize + 1 < PASS_SAMPLES.length) {
                        this._passSize++;
                    } else {
                        this._concurrentPasses = CONCURRENT_PASSES;
                    }
                }
                onProgress?.(StageProgress("drawRadiance", done / count));
            }
        } finally {
            await Promise.allSettled(pending.map(({ results }) => results));
        }
        return image;
    }

    private async _prepareRendererAsync(): Promise<RadianceRenderer> {
        this._throwIfDisposed();
        const minSamples = Math.ceil(this.options.maxSamplesPerRay / 32) * 32;
        const samples = Math.max(PASS_SAMPLES[this._passSize], minSamples);
        if (this._renderer?.pass.marcher.samples !== samples) {
            this._renderer?.dispose();
            this._renderer = undefined;
            const { grid, densityMlp, colorMlp, occupancy } = this;
            // In a bounded scene, only the training cameras need a near distance; a view may come closer.
            const options = this.options.unbounded ? this.options : { ...this.options, near: 0 };
            const networks: RadianceNetworks = { options, grid, densityMlp, colorMlp, occupancy };
            const renderer = await RadianceRenderer.CreateAsync(this._engine, networks, samples);
            if (this._isDisposed) {
                renderer.dispose();
            }
            this._throwIfDisposed();
            this._renderer = renderer;
        }
        return this._renderer;
    }

    private _throwIfDisposed(): void {
        if (this._isDisposed) {
            throw new UltrametricError("disposed", "The radiance field has been disposed.");
        }
    }
}
