import type { RunOptions } from "../../../compute/base/progress";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import type { Dendrogram } from "../../../compute/hierarchy/cut/dendrogram";
import { type LeafInterval, SizeOfIntervals } from "./leafInterval";

/** Options of PartEditor.commitAsync. */
export interface CommitOptions extends RunOptions {
    /** The name of the part. Default: that of a part it mostly was before, or one like those of other parts. */
    readonly name?: string;
}

/** The parts that were committed to dendrograms. They stay parts when others are committed. */
export class PartCommits {
    private readonly _commits = new WeakMap<Dendrogram, readonly LeafInterval[]>();

    /** Returns the intervals of a dendrogram's committed parts, the first committed first. */
    public of(dendrogram: Dendrogram): readonly LeafInterval[] {
        return this._commits.get(dendrogram) ?? [];
    }

    /** Sets the committed parts of a dendrogram. */
    public set(dendrogram: Dendrogram, commits: readonly LeafInterval[]): void {
        this._commits.set(dendrogram, commits);
    }

    /**
     * Finds the committed parts around a set of leaves.
     *
     * @param intervals of the set, normalized
     * @param nameOf returns the name of a part, for messages
     * @returns the committed part with exactly these leaves, and the smallest one with these leaves and more; null for
     * none
     * @throws UltrametricError "input" if the set has some leaves of a committed part but not all, and others
     */
    public around(
        dendrogram: Dendrogram,
        intervals: readonly LeafInterval[],
        nameOf: (part: LeafInterval) => string,
    ): { same: LeafInterval | null; within: LeafInterval | null } {
        const size = SizeOfIntervals(intervals);
        let same: LeafInterval | null = null;
        let within: LeafInterval | null = null;
        for (const commit of this.of(dendrogram)) {
            const commitSize = commit.end - commit.start;
            const shared = intervals.reduce(
                (sum, { start, end }) => sum + Math.max(0, Math.min(end, commit.end) - Math.max(start, commit.start)),
                0,
            );
            if (shared > 0 && shared < commitSize && shared < size) {
                throw new UltrametricError(
                    "input",
                    `These ${size} leaves have ${shared} of the ${commitSize} leaves of "${nameOf(commit)}", which was ` +
                        "committed before. Take these out or add the others, or undo that commit.",
                );
            }
            if (shared === size && commitSize > size) {
                within = within && within.end - within.start < commitSize ? within : commit;
            } else if (shared === size && commitSize === size) {
                same = commit;
            }
        }
        return { same, within };
    }
}
