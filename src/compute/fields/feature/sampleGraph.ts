import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ComputeKernel } from "../../gpu/computeKernel";
import { GpuArray } from "../../gpu/gpuArray";
import { OwnedResources } from "../shared/ownedResources";
import { RANDOM_STREAMS, TRAINING_INCLUDES } from "../shared/stepCounter";
import edgeWeightsSource from "./edgeWeights.wgsl?raw";
import nearestSource from "./nearestNeighbors.wgsl?raw";
import cellsSource from "./neighborCells.wgsl?raw";

/** Arrays that {@link SampleGraph} reads. */
export interface SampleGraphInputs {
    /** Bits of the WGSL struct TrainingState. */
    readonly state: GpuArray;
    /** [samples, 4] points to find neighbors by, in 0..1. */
    readonly points: GpuArray;
    /** [samples, dimensions] unit features. */
    readonly features: GpuArray;
    /** [samples] equal for samples in the same masks. */
    readonly cells: GpuArray;
}

/**
 * The graph of the samples of a step, for the bottleneck edges. Edge e = sample * degree + j connects the sample to its
 * j-th nearest other sample, exactly; the last edge of each sample connects it to the next sample, so that the graph is
 * connected.
 */
export class SampleGraph {
    private constructor(
        private readonly _owned: OwnedResources,
        /** Edges per sample: one more than neighbors. */
        public readonly degree: number,
        /** [samples, degree] the other end of every edge. */
        public readonly neighbors: GpuArray<"u32">,
        /**
         * [samples, degree] float bits: 1 - similarity, plus 10 across the border of a mask; 100 or more for last
         * edges.
         */
        public readonly weights: GpuArray<"u32">,
        /** [samples, degree] similarity of the ends. */
        public readonly similarities: GpuArray<"f32">,
        private readonly _samples: number,
        private readonly _heads: GpuArray<"u32">,
        private readonly _cells: ComputeKernel,
        private readonly _nearest: ComputeKernel,
        private readonly _weigh: ComputeKernel,
    ) {}

    /**
     * @param samples more than `neighborCount`
     * @param dimensions of the features, a multiple of 4
     */
    public static async CreateAsync(
        engine: WebGPUEngine,
        samples: number,
        neighborCount: number,
        dimensions: number,
        inputs: SampleGraphInputs,
    ): Promise<SampleGraph> {
        return await OwnedResources.BuildAsync(async (owned) => {
            const degree = neighborCount + 1;
            const { state, points, features, cells } = inputs;
            // On a surface, an occupied cell holds about samples / side^2 points: three.
            const side = Math.max(1, Math.min(32, Math.round(Math.sqrt(samples / 3))));
            const neighbors = owned.add(new GpuArray(engine, "u32", [samples, degree], { label: "neighbors" }));
            const weights = owned.add(new GpuArray(engine, "u32", [samples, degree], { label: "edge weights" }));
            const similarities = owned.add(
                new GpuArray(engine, "f32", [samples, degree], { label: "edge similarities" }),
            );
            const heads = owned.add(new GpuArray(engine, "u32", [side ** 3], { label: "cell heads" }));
            const next = owned.add(new GpuArray(engine, "u32", [samples], { label: "cell lists" }));
            const defines = { SAMPLES: samples, CELLS: side };
            const cellsKernel = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "neighborCells",
                    source: cellsSource,
                    arrays: { points, heads, next },
                    defines,
                    workgroupSize: [64],
                }),
            );
            const nearest = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "nearestNeighbors",
                    source: nearestSource,
                    arrays: { points, heads, next, neighbors },
                    defines: { ...defines, NEIGHBORS: neighborCount },
                    workgroupSize: [64],
                }),
            );
            const weigh = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "edgeWeights",
                    source: edgeWeightsSource,
                    arrays: { state, features, cells, neighbors, weights, similarities },
                    includes: TRAINING_INCLUDES,
                    defines: { ...RANDOM_STREAMS, SAMPLES: samples, DEGREE: degree, DIMS: dimensions },
                    workgroupSize: [64],
                }),
            );
            return new SampleGraph(
                owned,
                degree,
                neighbors,
                weights,
                similarities,
                samples,
                heads,
                cellsKernel,
                nearest,
                weigh,
            );
        });
    }

    /** Records the neighbors; needs the points. */
    public findNeighbors(): void {
        this._heads.clear();
        this._cells.dispatchFor(this._samples);
        this._nearest.dispatchFor(this._samples);
    }

    /** Records the weights of the edges; needs the neighbors, features and cells. */
    public weighEdges(): void {
        this._weigh.dispatchFor(this._samples);
    }

    public dispose(): void {
        this._owned.dispose();
    }
}
