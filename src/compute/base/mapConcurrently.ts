/**
 * Maps items by an asynchronous function, at most `limit` at a time, and returns the results in order. After the first
 * failure no further item is started; the failure is thrown once the running ones have ended.
 */
export async function MapConcurrentlyAsync<T, R>(
    items: readonly T[],
    limit: number,
    work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
    const results = new Array<R>(items.length);
    let next = 0;
    let failed = false;
    const runAsync = async (): Promise<void> => {
        while (next < items.length && !failed) {
            const index = next++;
            try {
                results[index] = await work(items[index], index);
            } catch (error) {
                failed = true;
                throw error;
            }
        }
    };
    const workers = Array.from({ length: Math.min(Math.max(1, limit), items.length) }, runAsync);
    const outcomes = await Promise.allSettled(workers);
    const failure = outcomes.find((outcome) => outcome.status === "rejected");
    if (failure !== undefined) {
        throw failure.reason;
    }
    return results;
}
