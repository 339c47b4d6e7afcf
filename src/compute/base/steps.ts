/** Long work in short runs: it yields after every few milliseconds, and returns what it made. */
export type Steps<T> = Generator<void, T>;

/** Does all of it at once. */
export function FinishSteps<T>(steps: Steps<T>): T {
    for (let step = steps.next(); ; step = steps.next()) {
        if (step.done) {
            return step.value;
        }
    }
}

/** Does it with chances for a pause in between. @param pacer whose `pauseAsync` is awaited after each run */
export async function FinishStepsAsync<T>(
    steps: Steps<T>,
    pacer: { readonly pauseAsync: () => Promise<void> },
): Promise<T> {
    for (let step = steps.next(); ; step = steps.next()) {
        if (step.done) {
            return step.value;
        }
        await pacer.pauseAsync();
    }
}
