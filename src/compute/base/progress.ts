/** The progress of a long task. */
export interface Progress {
    /** Name of the stage, as shown to the user. */
    readonly stage: string;
    /** The current item of the stage, such as "view 3 of 36"; undefined for a stage without items. */
    readonly detail?: string;
    /** Completed share of this stage, 0..1. */
    readonly fraction: number;
}

/** Options of every long task. */
export interface RunOptions {
    /** Called with the progress from time to time. */
    readonly onProgress?: (progress: Progress) => void;
    /** Cancels the task when aborted; it then rejects with an UltrametricError of kind "aborted". */
    readonly signal?: AbortSignal;
}
