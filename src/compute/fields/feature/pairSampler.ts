import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { UltrametricError } from "../../base/ultrametricError";
import { ComputeKernel } from "../../gpu/computeKernel";
import { GpuArray } from "../../gpu/gpuArray";
import { ADAM_DEFINES } from "../shared/adam";
import { type KernelDispatch, RecordAll } from "../shared/kernelDispatch";
import { OwnedResources } from "../shared/ownedResources";
import { RANDOM_STREAMS, TRAINING_INCLUDES } from "../shared/stepCounter";
import drawPairsSource from "./drawPairs.wgsl?raw";
import type { FeatureTrainingOptions } from "./featureFieldOptions";
import maskBitsSource from "./maskBits.wgsl?raw";
import pairEntriesSource from "./pairEntries.wgsl?raw";
import sampleViewSource from "./sampleView.wgsl?raw";
import { type TrainingViews, VIEW_WORDS } from "./trainingViews";

/** Options of a {@link PairSampler}. */
export type PairSamplerOptions = Pick<
    FeatureTrainingOptions,
    | "samples"
    | "pairs"
    | "negativesPerPositive"
    | "hierarchicalSampling"
    | "withinLevel"
    | "minMaskSamples"
    | "neighbors"
>;

/**
 * Draws the samples of a training step from the view of the step, and the pairs of samples that the loss compares: He
 * et al. 2024, Algorithm 1, on the GPU. It lists the levels of all leaf masks, and draws the positive pairs from them
 * in proportion to the confidence of the level's mask.
 */
export class PairSampler {
    private constructor(
        private readonly _owned: OwnedResources,
        private readonly _dispatches: readonly KernelDispatch[],
        /**
         * [samples, 4] points to find neighbors by: positions in the unit cube, or pixel coordinates over the image
         * size.
         */
        public readonly points: GpuArray<"f32">,
        /** [samples] index of the mask words of the sample's cell; equal for samples in the same masks. */
        public readonly cells: GpuArray<"u32">,
        /** [masks of a view, samples / 32] bit i of word w is set if the mask holds sample 32 w + i. */
        public readonly inside: GpuArray<"u32">,
        /** [entries, 4] the (leaf, level) entries of the step, see pairEntries.wgsl; their number is in the state. */
        public readonly entries: GpuArray<"u32">,
        /** [pairs, 1 + negativesPerPositive, 2] samples; the first pair of each row is the positive one. */
        public readonly pairs: GpuArray<"u32">,
    ) {}

    /**
     * @param state bits of the WGSL struct TrainingState
     * @param positions [samples, 4] receives the positions of the samples in the unit cube
     * @throws UltrametricError "input" if a mask is its own ancestor
     */
    public static async CreateAsync(
        engine: WebGPUEngine,
        data: TrainingViews,
        options: PairSamplerOptions,
        state: GpuArray,
        positions: GpuArray,
    ): Promise<PairSampler> {
        const { samples, negativesPerPositive } = options;
        return await OwnedResources.BuildAsync(async (owned) => {
            const unsigned = (label: string, shape: readonly number[]): GpuArray<"u32"> =>
                owned.add(new GpuArray(engine, "u32", shape, { label }));
            const fromAsync = (label: string, values: Uint32Array<ArrayBuffer>): Promise<GpuArray<"u32">> =>
                owned.addAsync(GpuArray.FromAsync(engine, "u32", values, [values.length], { label }));
            // Without the tree, every mask is a child of the root: a negative pair is one pixel inside and one outside.
            const parentValues = options.hierarchicalSampling
                ? data.parents
                : new Int32Array(data.parents.length).fill(-1);
            const views = await fromAsync("training views", data.table);
            const linkValues = new Int32Array(2 * parentValues.length);
            for (let mask = 0; mask < parentValues.length; mask++) {
                linkValues.set([parentValues[mask], data.weights[mask]], 2 * mask);
            }
            const links = owned.add(
                GpuArray.From(engine, "i32", linkValues, [parentValues.length, 2], { label: "mask links" }),
            );
            const pixelPositions = await owned.addAsync(
                GpuArray.FromAsync(engine, "f32", data.positions, [data.cells.length, 3], { label: "pixel positions" }),
            );
            const { maxMasks, maxEntries } = findCapacities(data, parentValues);
            const maskWords = Math.ceil(maxMasks / 32);
            const sampleWords = samples / 32;

            const points = owned.add(new GpuArray(engine, "f32", [samples, 4], { label: "points" }));
            const cells = unsigned("sample cells", [samples]);
            const inside = unsigned("samples of the masks", [32 * maskWords, sampleWords]);
            const insideBefore = unsigned("samples before a word", [maxMasks, sampleWords + 1]);
            const besideBefore = unsigned("samples beside a mask before a word", [maxMasks, sampleWords + 1]);
            const hasChild = unsigned("masks with children", [maxMasks]);
            const entries = unsigned("pair entries", [maxEntries, 4]);
            const pairs = unsigned("pairs", [options.pairs, 1 + negativesPerPositive, 2]);

            const defines = { ...RANDOM_STREAMS, SAMPLES: samples };
            const sampleView = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "sampleView",
                    source: sampleViewSource,
                    arrays: {
                        state,
                        views,
                        pixelPositions,
                        pixelCoordinates: await fromAsync("pixel coordinates", data.pixelCoordinates),
                        pixelCells: await fromAsync("pixel cells", data.cells),
                        positions,
                        points,
                        cells,
                    },
                    includes: TRAINING_INCLUDES,
                    defines: {
                        ...defines,
                        IMAGE_SCALE: 1 / data.imageSize,
                        IMAGE_NEIGHBORS: options.neighbors === "image",
                    },
                    workgroupSize: [64],
                }),
            );
            const maskBits = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "maskBits",
                    source: maskBitsSource,
                    arrays: { state, views, cells, cellMasks: await fromAsync("cell masks", data.cellMasks), inside },
                    includes: TRAINING_INCLUDES,
                    defines,
                    workgroupSize: [32],
                }),
            );
            const pairEntries = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "pairEntries",
                    source: pairEntriesSource,
                    arrays: { state, views, links, inside, insideBefore, besideBefore, hasChild, entries },
                    includes: TRAINING_INCLUDES,
                    defines: { ...defines, ...ADAM_DEFINES, MIN_SAMPLES: options.minMaskSamples },
                    workgroupSize: [128],
                }),
            );
            const drawPairs = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "drawPairs",
                    source: drawPairsSource,
                    arrays: { state, views, links, inside, insideBefore, besideBefore, entries, pairs },
                    includes: TRAINING_INCLUDES,
                    defines: {
                        ...defines,
                        PAIRS: options.pairs,
                        NEGATIVES: negativesPerPositive,
                        WITHIN_LEVEL: options.withinLevel,
                    },
                    workgroupSize: [64],
                }),
            );
            const dispatches = [
                { kernel: sampleView, count: samples },
                { kernel: maskBits, count: sampleWords * maskWords },
                { kernel: pairEntries, count: 1 },
                { kernel: drawPairs, count: options.pairs },
            ];
            return new PairSampler(owned, dispatches, points, cells, inside, entries, pairs);
        });
    }

    /** Records the samples and pairs of the current step. */
    public dispatch(): void {
        RecordAll(this._dispatches);
    }

    public dispose(): void {
        this._owned.dispose();
    }
}

/** Returns the maximum number of masks of a view, and of its (leaf, level) entries if every mask were a leaf. */
function findCapacities(data: TrainingViews, parents: Int32Array): { maxMasks: number; maxEntries: number } {
    let maxMasks = 1;
    let maxEntries = 1;
    for (let v = 0; v < data.viewCount; v++) {
        const start = data.table[v * VIEW_WORDS + 2];
        const count = data.table[v * VIEW_WORDS + 3];
        let entries = 0;
        for (let mask = 0; mask < count; mask++) {
            let steps = 0;
            for (let current = mask; current >= 0; current = parents[start + current]) {
                if (++steps > count) {
                    throw new UltrametricError(
                        "input",
                        `View ${v} of the training views: mask ${mask} is its own ancestor.`,
                    );
                }
            }
            entries += steps;
        }
        maxMasks = Math.max(maxMasks, count);
        maxEntries = Math.max(maxEntries, entries);
    }
    return { maxMasks, maxEntries };
}
