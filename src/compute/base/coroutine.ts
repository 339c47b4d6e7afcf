/** Long work in time slices: it yields after every few milliseconds, and returns what it made. */
export type Coroutine<T> = Generator<void, T>;

/** Does all of it at once. */
export function RunCoroutineSync<T>(steps: Coroutine<T>): T {
    for (let step = steps.next(); ; step = steps.next()) {
        if (step.done) {
            return step.value;
        }
    }
}

/** Does it with chances for a pause in between. @param pacer whose `yieldIfDueAsync` is awaited after each run */
export async function RunCoroutineAsync<T>(
    steps: Coroutine<T>,
    pacer: { readonly yieldIfDueAsync: () => Promise<void> },
): Promise<T> {
    for (let step = steps.next(); ; step = steps.next()) {
        if (step.done) {
            return step.value;
        }
        await pacer.yieldIfDueAsync();
    }
}
