import type { ComputeKernel } from "../../gpu/computeKernel";

/** A kernel with its number of invocations. */
export interface KernelDispatch {
    readonly kernel: ComputeKernel;
    readonly count: number;
}

/** Records the kernels in order. */
export function RecordAll(dispatches: readonly KernelDispatch[]): void {
    for (const { kernel, count } of dispatches) {
        kernel.dispatchFor(count);
    }
}
