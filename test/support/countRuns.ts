import type { Coroutine } from "../../src/compute/base/coroutine";

/** Does all of it, and counts the short runs that it was done in. */
export function CountRuns<T>(steps: Coroutine<T>): { readonly runs: number; readonly value: T } {
    for (let runs = 1; ; runs++) {
        const step = steps.next();
        if (step.done) {
            return { runs, value: step.value };
        }
    }
}
