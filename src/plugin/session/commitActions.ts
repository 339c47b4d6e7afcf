import type { Observable } from "@babylonjs/core/Misc/observable";
import type { SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import type { CommitActions } from "../parts/edit/commitPart";
import type { HierarchyCut } from "./hierarchyCut";
import type { PartSelection } from "./partSelection";
import type { ShownHierarchy } from "./shownHierarchy";

/** The state of a segmentation that commits change. */
export interface CommitActionsState {
    readonly cut: HierarchyCut;
    readonly partSelection: PartSelection;
    /** Null without a hierarchy. */
    readonly shown: ShownHierarchy | null;
    readonly onHierarchyChangedObservable: Observable<SegmentationHierarchy | null>;
    readonly onGranularityChangedObservable: Observable<number>;
}

/** Creates the actions that replace the shown hierarchy by one of the same leaves. Use them while there is one. */
export function CreateCommitActions(state: CommitActionsState): CommitActions {
    const { cut, partSelection, onHierarchyChangedObservable, onGranularityChangedObservable } = state;
    const showCut = (): void => {
        for (const display of state.shown!.displays) {
            display.cutRank = cut.rank;
        }
        onGranularityChangedObservable.notifyObservers(cut.granularity);
    };
    return {
        get criterion() {
            return cut.criterion!;
        },
        get maxPartCount() {
            return cut.maxPartCount;
        },
        prepareInsertedAsync: async (hierarchy, before, inserted, pacer) => {
            state.shown!.prepareInserted(before, inserted);
            await pacer.yieldIfDueAsync();
            return await cut.prepareOtherAsync(hierarchy, inserted.dendrogram, pacer);
        },
        showHierarchy: (hierarchy) => {
            const { selection } = partSelection;
            const selected = selection.leaves(cut.dendrogram!.order);
            partSelection.clear();
            cut.replaceHierarchy(hierarchy);
            const tree = cut.parts!;
            state.shown!.replaceHierarchy(hierarchy, tree.dendrogram);
            selection.replace(
                Array.from(selected, (leaf) => {
                    const start = tree.orderIndexOf(leaf);
                    return { start, end: start + 1 };
                }),
            );
            onHierarchyChangedObservable.notifyObservers(hierarchy);
            showCut();
        },
        revealPart: (part) => {
            const { minPartCount, maxPartCount } = part;
            const { partCount } = cut;
            cut.partCount = Math.min(Math.max(partCount, minPartCount), maxPartCount);
            if (cut.partCount !== partCount) {
                showCut();
            }
            partSelection.selectedPart = part;
        },
    };
}
