import type { Coroutine } from "../../src/compute/base/coroutine";

/** Runs a coroutine to its end. @returns its value, and the number of time slices */
export function CountRuns<T>(steps: Coroutine<T>): { readonly runs: number; readonly value: T } {
    for (let runs = 1; ; runs++) {
        const step = steps.next();
        if (step.done) {
            return { runs, value: step.value };
        }
    }
}
