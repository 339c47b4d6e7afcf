import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ComputeKernel } from "../../gpu/computeKernel";
import { GpuArray } from "../../gpu/gpuArray";
import { OwnedResources } from "../shared/ownedResources";
import bottleneckSource from "./bottleneckEdges.wgsl?raw";
import startSource from "./forestStart.wgsl?raw";
import lightestEdgesSource from "./lightestEdges.wgsl?raw";
import lightestWeightsSource from "./lightestWeights.wgsl?raw";
import mergeSource from "./mergeComponents.wgsl?raw";
import forestSource from "./spanningForest.include.wgsl?raw";

/** Bottleneck of a pair without an edge in between: a vertex and itself, or two unconnected vertices. */
export const NO_EDGE = 0xffffffff;

/**
 * The minimum spanning forest of a graph with a fixed number of edges per vertex, and the heaviest edge on the path
 * between two vertices. Boruvka's algorithm stores the component of every vertex and the edge that each component
 * picked in each round; the bottleneck of a pair is then the heaviest of at most 2 log2(vertices) picked edges (King
 * 1997, "A simpler minimum spanning tree verification algorithm").
 *
 * Edges are ordered by weight, then by index. There are ceil(log2(vertices)) rounds of three kernels; rounds after the
 * last merge return at once.
 */
export class SampleForest {
    private constructor(
        private readonly _owned: OwnedResources,
        private readonly _vertices: number,
        private readonly _rounds: number,
        private readonly _queries: number,
        /** [pairs] heaviest edge on the path between each pair, or {@link NO_EDGE}. */
        public readonly bottlenecks: GpuArray<"u32">,
        private readonly _start: ComputeKernel,
        private readonly _round: readonly ComputeKernel[],
        private readonly _query: ComputeKernel,
    ) {}

    /**
     * @param neighbors [vertices, degree] the other end of edge `vertex * degree + j`; a vertex may be its own neighbor
     * @param weights [vertices, degree] unsigned numbers below 2^32 - 1 in the order of the weights
     * @param pairs [..., 2] pairs of vertices to find the bottlenecks of
     */
    public static async CreateAsync(
        engine: WebGPUEngine,
        neighbors: GpuArray,
        weights: GpuArray,
        pairs: GpuArray,
    ): Promise<SampleForest> {
        return await OwnedResources.BuildAsync(async (owned) => {
            const [vertices, degree] = neighbors.shape;
            const rounds = Math.max(1, Math.ceil(Math.log2(vertices)));
            const queries = pairs.length / 2;
            const components = owned.add(
                new GpuArray(engine, "u32", [rounds + 1, vertices], { label: "forest components" }),
            );
            const candidates = owned.add(
                new GpuArray(engine, "u32", [2, rounds, vertices], { label: "forest candidates" }),
            );
            const progress = owned.add(
                new GpuArray(engine, "u32", [rounds + 2 + vertices], { label: "forest progress" }),
            );
            const bottlenecks = owned.add(new GpuArray(engine, "u32", [queries], { label: "bottleneck edges" }));
            const createAsync = (
                name: string,
                source: string,
                arrays: Readonly<Record<string, GpuArray>>,
            ): Promise<ComputeKernel> =>
                owned.addAsync(
                    ComputeKernel.CreateBoundAsync(engine, {
                        name,
                        source,
                        arrays,
                        includes: [forestSource],
                        defines: { VERTICES: vertices, DEGREE: degree, ROUNDS: rounds, QUERIES: queries },
                        workgroupSize: [64],
                    }),
                );
            const start = await createAsync("forestStart", startSource, { components, candidates, progress });
            const graph = { neighbors, weights, components, candidates, progress };
            const round = [
                await createAsync("lightestWeights", lightestWeightsSource, graph),
                await createAsync("lightestEdges", lightestEdgesSource, graph),
                await createAsync("mergeComponents", mergeSource, { neighbors, components, candidates, progress }),
            ];
            const query = await createAsync("bottleneckEdges", bottleneckSource, {
                weights,
                components,
                candidates,
                progress,
                pairs,
                bottlenecks,
            });
            return new SampleForest(owned, vertices, rounds, queries, bottlenecks, start, round, query);
        });
    }

    /** Records the forest and the bottlenecks of the pairs. */
    public dispatch(): void {
        this._start.dispatchFor(Math.max(this._vertices, this._rounds + 2));
        for (let i = 0; i < this._rounds; i++) {
            for (const kernel of this._round) {
                kernel.dispatchFor(this._vertices);
            }
        }
        this._query.dispatchFor(this._queries);
    }

    public dispose(): void {
        this._owned.dispose();
    }
}
