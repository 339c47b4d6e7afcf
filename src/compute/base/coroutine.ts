/** Long work in time slices: a generator that yields every few milliseconds and returns the result. */
export type Coroutine<T> = Generator<void, T>;

/** Runs a coroutine to its end without a pause. */
export function RunCoroutineSync<T>(coroutine: Coroutine<T>): T {
    for (let result = coroutine.next(); ; result = coroutine.next()) {
        if (result.done) {
            return result.value;
        }
    }
}

/** Runs a coroutine to its end. @param pacer its `yieldIfDueAsync` is awaited after each time slice */
export async function RunCoroutineAsync<T>(
    coroutine: Coroutine<T>,
    pacer: { readonly yieldIfDueAsync: () => Promise<void> },
): Promise<T> {
    for (let result = coroutine.next(); ; result = coroutine.next()) {
        if (result.done) {
            return result.value;
        }
        await pacer.yieldIfDueAsync();
    }
}
