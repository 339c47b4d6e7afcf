/** How far a long piece of work has come. */
export interface Progress {
    /** What is being done, in the words a person should read. */
    readonly stage: string;
    /** What of the stage is at hand, such as "view 3 of 36"; missing where there is nothing to tell apart. */
    readonly detail?: string;
    /** Share of this stage that is done, 0..1. */
    readonly fraction: number;
}

/** Options that every long piece of work takes. */
export interface RunOptions {
    /** Called now and then, never more often than a person could notice. */
    readonly onProgress?: (progress: Progress) => void;
    /** Abort to cancel; the work then rejects with an UltrametricError of kind "aborted". */
    readonly signal?: AbortSignal;
}
