import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import {
    DEFAULT_RADIANCE_FIELD_OPTIONS,
    type RadianceFieldOptions,
} from "../../src/compute/fields/radiance/radianceFieldOptions";
import { COLOR_OUTPUTS, DIRECTION_INPUTS, RAY_WORDS } from "../../src/compute/fields/radiance/radianceKernels";
import type { RadianceNetworks } from "../../src/compute/fields/radiance/radiancePass";
import { HashGrid } from "../../src/compute/fields/shared/hashGrid";
import { Mlp } from "../../src/compute/fields/shared/mlp";
import { GpuArray } from "../../src/compute/gpu/gpuArray";

/** A small field whose parameters are large enough to have an effect. */
export const SMALL_RADIANCE: RadianceFieldOptions = {
    ...DEFAULT_RADIANCE_FIELD_OPTIONS,
    levels: 3,
    tableSizeLog2: 8,
    baseResolution: 3,
    finestResolution: 12,
    densityHidden: [16],
    geometryFeatures: 8,
    colorHidden: [16],
    occupancyResolution: 8,
    stepsPerDiagonal: 40,
    maxSamplesPerRay: 64,
    far: 20,
    initialDensity: 0.7,
};

/** Creates random networks and a random occupancy of a `share` of the cells. Log densities grow with `contrast`. */
export function RandomNetworks(
    engine: WebGPUEngine,
    random: () => number,
    options: RadianceFieldOptions = SMALL_RADIANCE,
    share = 0.5,
    contrast = 10,
): RadianceNetworks & { readonly cells: Uint32Array; dispose(): void } {
    const grid = new HashGrid(engine, options);
    grid.table.upload(Float32Array.from({ length: grid.table.length }, () => contrast * (random() - 0.5)));
    const densityMlp = new Mlp(engine, [grid.width, ...options.densityHidden, options.geometryFeatures]);
    densityMlp.randomize(random, options.levels * options.featuresPerLevel);
    const colorMlp = new Mlp(engine, [
        DIRECTION_INPUTS + options.geometryFeatures,
        ...options.colorHidden,
        COLOR_OUTPUTS,
    ]);
    colorMlp.randomize(random);
    const cells = new Uint32Array(options.occupancyResolution ** 3 / 32).map(() => {
        let word = 0;
        for (let b = 0; b < 32; b++) {
            word = (word << 1) | (random() < share ? 1 : 0);
        }
        return word;
    });
    const occupancy = GpuArray.From(engine, "u32", cells);
    return {
        options,
        grid,
        densityMlp,
        colorMlp,
        occupancy,
        cells,
        dispose() {
            for (const resource of [grid, densityMlp, colorMlp, occupancy]) {
                resource.dispose();
            }
        },
    };
}

/** Creates rays from around the cube to points in it, and some that miss it: [count, 8] as in the WGSL struct Ray. */
export function RandomRays(random: () => number, count: number): Float32Array<ArrayBuffer> {
    const rays = new Float32Array(count * RAY_WORDS);
    for (let i = 0; i < count; i++) {
        const origin = [random, random, random].map((r) => 4 * r() - 1.5);
        const goal = [random, random, random].map((r) => r() * 1.2 - 0.1);
        const toward = goal.map((x, axis) => x - origin[axis]);
        const length = Math.hypot(...toward);
        rays.set([...origin, random(), ...toward.map((x) => x / length), 0.9], i * RAY_WORDS);
    }
    return rays;
}
