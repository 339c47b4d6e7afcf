import type { Steps } from "../../src/compute/base/steps";

/** Does all of it, and counts the short runs that it was done in. */
export function CountRuns<T>(steps: Steps<T>): { readonly runs: number; readonly value: T } {
    for (let runs = 1; ; runs++) {
        const step = steps.next();
        if (step.done) {
            return { runs, value: step.value };
        }
    }
}
