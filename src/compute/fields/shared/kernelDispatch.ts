import type { ComputeKernel } from "../../gpu/computeKernel";

/** A kernel, and how many invocations it is recorded with. */
export interface KernelDispatch {
    readonly kernel: ComputeKernel;
    readonly count: number;
}

/** Records the kernels one after the other. */
export function RecordAll(dispatches: readonly KernelDispatch[]): void {
    for (const { kernel, count } of dispatches) {
        kernel.dispatchFor(count);
    }
}
