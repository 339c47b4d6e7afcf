import type { RunOptions } from "../../src/compute/base/progress";
import type { ProgressPanel } from "../../src/ui/progressPanel";

/** Options of a run on a subject: its cancellation and progress, and the panel that shows the progress. */
export interface SubjectRun extends RunOptions {
    readonly panel: ProgressPanel;
}
