import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ComputeKernel } from "../../gpu/computeKernel";
import { GpuArray } from "../../gpu/gpuArray";
import maximaSource from "./columnMaxima.wgsl?raw";
import type { HashGrid } from "./hashGrid";
import backwardSource from "./hashGridBackward.wgsl?raw";
import { OwnedResources } from "./ownedResources";

/**
 * The gradient of a hash grid's numbers from the gradient of its encoding at `points` points. Added up in fixed point: number n of column c
 * is `gradients[n] * maxima[c] * points / 2^30`, so the result does not depend on the order of the additions, and cannot overflow.
 */
export class HashGridGradient {
    private constructor(
        private readonly _owned: OwnedResources,
        /** Number of points. */
        public readonly points: number,
        /** [entries, featuresPerLevel] fixed point. To be zeros before {@link dispatch}; Adam leaves them so. */
        public readonly gradients: GpuArray<"i32">,
        /** [width] bits of the largest absolute value of each column of the encoding's gradient. */
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
        const owned = new OwnedResources();
        try {
            const gradients = owned.add(new GpuArray(engine, "i32", grid.table.shape, { label: "hash grid gradient" }));
            const maxima = owned.add(new GpuArray(engine, "u32", [grid.width], { label: "encoding maxima" }));
            const maximaKernel = await owned.addAsync(
                ComputeKernel.CreateAsync(engine, {
                    name: "columnMaxima",
                    source: maximaSource,
                    bindings: ["values", "maxima"],
                    defines: { COLUMNS: grid.width, POINTS: points },
                    workgroupSize: [64],
                }),
            );
            maximaKernel.bindAll({ values: encodingGradients, maxima });
            const backward = await owned.addAsync(
                ComputeKernel.CreateAsync(engine, {
                    name: "hashGridBackward",
                    source: backwardSource,
                    bindings: ["positions", "levels", "encodingGradients", "maxima", "gradients"],
                    includes: grid.includes,
                    defines: { ...grid.defines, POINTS: points },
                    workgroupSize: [64],
                }),
            );
            backward.bindAll({ positions, levels: grid.levelTable, encodingGradients, maxima, gradients });
            const maximaCount = (grid.width * points) / 32;
            const count = points * grid.levels.length;
            return new HashGridGradient(owned, points, gradients, maxima, maximaKernel, maximaCount, backward, count);
        } catch (error) {
            owned.dispose();
            throw error;
        }
    }

    /** Records the gradient of the bound positions and encoding gradients. */
    public dispatch(): void {
        this.maxima.clear();
        this._maxima.dispatchFor(this._maximaCount);
        this._backward.dispatchFor(this._backwardCount);
    }

    public dispose(): void {
        this._owned.dispose();
    }
}
