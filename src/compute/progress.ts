/** How far a long piece of work has come. */
export interface Progress {
    /** What is being done, in the words a person should read. */
    readonly stage: string;
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
