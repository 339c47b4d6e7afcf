/** A time in which the page could do nothing. */
export interface Pause {
    /** Milliseconds. */
    readonly length: number;
    readonly stage: string;
}

/** Ends the task of the page's thread: what comes next is measured by itself. */
export async function YieldAsync(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
}

/** Tells bench/inPage.ts what its trace shows from now on. */
export function MarkStage(stage: string): void {
    performance.mark(`stage ${stage}`);
}

/** Watches for tasks of the page's thread that take longer than 50 ms, as the browser tells them. */
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

    /** By when each stage was entered, in seconds. */
    public get stages(): readonly [seconds: number, stage: string][] {
        return this._stages.map(([time, stage]) => [time / 1000, stage]);
    }

    /** What there was so far; ends the watch. */
    public async endAsync(): Promise<Pause[]> {
        await new Promise((resolve) => setTimeout(resolve, 1500)); // entries come late
        this._entries.push(...this._observer.takeRecords());
        this._observer.disconnect();
        return this._entries.map(({ startTime, duration }) => ({
            length: duration,
            stage: this._stages.filter(([time]) => time <= startTime + duration / 2).at(-1)?.[1] ?? "before",
        }));
    }
}
