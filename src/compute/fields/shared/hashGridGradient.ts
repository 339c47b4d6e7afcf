import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ComputeKernel } from "../../gpu/computeKernel";
import { GpuArray } from "../../gpu/gpuArray";
import maximaSource from "./columnMaxima.wgsl?raw";
import type { HashGrid } from "./hashGrid";
import backwardSource from "./hashGridBackward.wgsl?raw";
import { OwnedResources } from "./ownedResources";

/**
 * The gradient of a hash grid's values from the gradient of its encoding at `points` points, summed in fixed point:
 * value n of column c has the gradient `gradients[n] * maxima[c] * points / 2^30`. So the result does not depend on the
 * order of the additions, and cannot overflow.
 */
export class HashGridGradient {
    private constructor(
        private readonly _owned: OwnedResources,
        /** Number of points. */
        public readonly points: number,
        /** [entries, featuresPerLevel] fixed point. Must be zeros before {@link dispatch}; Adam resets them. */
        public readonly gradients: GpuArray<"i32">,
        /** [width] float bits of the largest absolute value of each column of the encoding's gradient. */
        public readonly maxima: GpuArray<"u32">,
        private readonly _maxima: ComputeKernel,
        private readonly _maximaCount: number,
        private readonly _backward: ComputeKernel,
        private readonly _backwardCount: number,
    ) {}

    /**
     * @param points a multiple of 32
     * @param positions [points, 4] unit cube
     * @param encodingGradients [width, points]
     */
    public static async CreateAsync(
        engine: WebGPUEngine,
        grid: HashGrid,
        points: number,
        positions: GpuArray,
        encodingGradients: GpuArray,
    ): Promise<HashGridGradient> {
        return await OwnedResources.BuildAsync(async (owned) => {
            const gradients = owned.add(new GpuArray(engine, "i32", grid.table.shape, { label: "hash grid gradient" }));
            const maxima = owned.add(new GpuArray(engine, "u32", [grid.width], { label: "encoding maxima" }));
            const maximaKernel = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "columnMaxima",
                    source: maximaSource,
                    arrays: { values: encodingGradients, maxima },
                    defines: { COLUMNS: grid.width, POINTS: points },
                    workgroupSize: [64],
                }),
            );
            const backward = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "hashGridBackward",
                    source: backwardSource,
                    arrays: { positions, levels: grid.levelTable, encodingGradients, maxima, gradients },
                    includes: grid.includes,
                    defines: { ...grid.defines, POINTS: points },
                    workgroupSize: [64],
                }),
            );
            const maximaCount = (grid.width * points) / 32;
            const count = points * grid.levels.length;
            return new HashGridGradient(owned, points, gradients, maxima, maximaKernel, maximaCount, backward, count);
        });
    }

    /** Records the gradient. */
    public dispatch(): void {
        this.maxima.clear();
        this._maxima.dispatchFor(this._maximaCount);
        this._backward.dispatchFor(this._backwardCount);
    }

    public dispose(): void {
        this._owned.dispose();
    }
}
