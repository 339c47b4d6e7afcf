import type { RunOptions } from "babylon-ultrametric";
import type { ProgressPanel } from "babylon-ultrametric/ui";

/** Options of a run on a subject: its cancellation and progress, and the panel that shows the progress. */
export interface SubjectRun extends RunOptions {
    readonly panel: ProgressPanel;
}
