import type { Progress } from "../../src/compute/base/progress";

/** A stopwatch for the stages of a run, which prints them. */
export class StageClock {
    /** The seconds of each stage so far. */
    public readonly seconds: Record<string, number> = {};
    private readonly _begin = performance.now();
    private _stage: string | null = null;
    private _since = 0;
    private _shown = 0;

    /** Records progress reports: a stage lasts until the next one is reported. */
    public readonly onProgress = ({ stage, fraction }: Progress): void => {
        const now = performance.now();
        if (stage !== this._stage) {
            this.stop();
            this._stage = stage;
            this._since = now;
            this._shown = 0;
        }
        if (process.stdout.isTTY && now - this._shown > 100) {
            this._shown = now;
            process.stdout.write(`\r\x1b[2K${stage} ${Math.round(100 * fraction)} %`);
        }
    };

    /** The seconds since the clock was created. */
    public get total(): number {
        return (performance.now() - this._begin) / 1000;
    }

    /** Measures work as a stage. */
    public async measureAsync<T>(stage: string, work: () => T | Promise<T>): Promise<T> {
        this.onProgress({ stage, fraction: 0 });
        try {
            return await work();
        } finally {
            this.stop();
        }
    }

    /** Ends the current stage. */
    public stop(): void {
        if (this._stage === null) {
            return;
        }
        const seconds = (performance.now() - this._since) / 1000;
        this.seconds[this._stage] = (this.seconds[this._stage] ?? 0) + seconds;
        process.stdout.write(`${process.stdout.isTTY ? "\r\x1b[2K" : ""}${this._stage} ${seconds.toFixed(2)} s\n`);
        this._stage = null;
    }
}
