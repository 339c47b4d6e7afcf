/** Longest time that the page could do nothing else while `work` was under way, in milliseconds. */
export async function LongestTaskAsync(work: () => Promise<unknown>): Promise<number> {
    let longest = 0;
    let isRunning = true;
    let last = performance.now();
    const tick = (): void => {
        const now = performance.now();
        longest = Math.max(longest, now - last);
        last = now;
        if (isRunning) {
            channel.port2.postMessage(null);
        }
    };
    // Timers are throttled to some milliseconds; messages are not.
    const channel = new MessageChannel();
    channel.port1.onmessage = tick;
    tick();
    try {
        await work();
    } finally {
        isRunning = false;
    }
    tick();
    channel.port1.close();
    return longest;
}
