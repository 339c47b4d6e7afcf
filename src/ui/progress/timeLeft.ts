/** Seconds and progress of a stage before the first estimate. */
const MIN_SECONDS = 3;
const MIN_PROGRESS = 0.02;

/** Estimates the remaining time of a stage of work from its average speed. */
export class TimeLeft {
    private _stage: string | null = null;
    private _start = 0;
    private _firstFraction = 0;

    /**
     * @param fraction the finished share of the stage, 0..1
     * @param now the time in seconds, from any origin
     * @returns seconds; null while it is too early for an estimate
     */
    public estimate(stage: string, fraction: number, now: number): number | null {
        if (stage !== this._stage) {
            this._stage = stage;
            this._start = now;
            this._firstFraction = fraction; // work done before took no time
        }
        const seconds = now - this._start;
        const done = fraction - this._firstFraction;
        return seconds < MIN_SECONDS || done < MIN_PROGRESS ? null : (seconds * (1 - fraction)) / done;
    }
}

/** Formats a duration, such as "20 s", "3 min" or "1 h 5 min", rounded so that it changes rarely. */
export function FormatSeconds(seconds: number): string {
    if (seconds < 55) {
        return `${Math.max(5 * Math.ceil(seconds / 5), 5)} s`;
    }
    const minutes = Math.ceil(seconds / 60);
    return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
