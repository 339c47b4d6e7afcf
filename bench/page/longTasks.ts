/** A task that blocked the main thread. */
export interface LongTask {
    /** The duration in milliseconds. */
    readonly length: number;
    readonly stage: string;
}

/** Ends the current task, so that the work after it is measured separately. */
export async function YieldAsync(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
}

/** Marks the start of a stage in the trace of bench/inPage.ts. */
export function MarkStage(stage: string): void {
    performance.mark(`stage ${stage}`);
}

/** An observer of tasks of the main thread longer than 50 ms, as the browser reports them. */
export class LongTaskWatch {
    public stage = "";
    private readonly _stages: [time: number, stage: string][] = [];
    private readonly _entries: PerformanceEntry[] = [];
    private readonly _observer = new PerformanceObserver((list) => {
        this._entries.push(...list.getEntries());
    });

    public constructor() {
        this._observer.observe({ entryTypes: ["longtask"] });
    }

    public enter(stage: string): void {
        if (stage !== this.stage) {
            this.stage = stage;
            this._stages.push([performance.now(), stage]);
            MarkStage(stage);
        }
    }

    /** The start of each stage in seconds. */
    public get stages(): readonly [seconds: number, stage: string][] {
        return this._stages.map(([time, stage]) => [time / 1000, stage]);
    }

    /** Ends the observation and returns the long tasks. */
    public async endAsync(): Promise<LongTask[]> {
        await new Promise((resolve) => setTimeout(resolve, 1500)); // entries arrive late
        this._entries.push(...this._observer.takeRecords());
        this._observer.disconnect();
        return this._entries.map(({ startTime, duration }) => ({
            length: duration,
            stage: this._stages.filter(([time]) => time <= startTime + duration / 2).at(-1)?.[1] ?? "before",
        }));
    }
}
