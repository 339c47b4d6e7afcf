import type { RunOptions } from "../../../compute/base/progress";

/** Options of PartEditor.commitAsync. */
export interface CommitOptions extends RunOptions {
    /** The name of the part. Default: one like those of other parts. */
    readonly name?: string;
}
