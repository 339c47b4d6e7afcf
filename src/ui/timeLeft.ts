/** Seconds of a stage that have to pass before its pace says anything. */
const FIRST_SECONDS = 3;
const FIRST_SHARE = 0.02;

/** How long a stage of work will take still, by the pace that it has had. */
export class TimeLeft {
    private _stage: string | null = null;
    private _start = 0;
    private _first = 0;

    /**
     * @param fraction of the stage that is done, 0..1
     * @param now seconds on any clock
     * @returns seconds; null while it is too early to tell
     */
    public estimate(stage: string, fraction: number, now: number): number | null {
        if (stage !== this._stage) {
            this._stage = stage;
            this._start = now;
            this._first = fraction; // work that was found done took no time
        }
        const seconds = now - this._start;
        const done = fraction - this._first;
        return seconds < FIRST_SECONDS || done < FIRST_SHARE ? null : (seconds * (1 - fraction)) / done;
    }
}

/** "20 s", "3 min", "1 h 5 min": rounded so that it does not flicker. */
export function FormatSeconds(seconds: number): string {
    if (seconds < 55) {
        return `${Math.max(5 * Math.ceil(seconds / 5), 5)} s`;
    }
    const minutes = Math.ceil(seconds / 60);
    return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
