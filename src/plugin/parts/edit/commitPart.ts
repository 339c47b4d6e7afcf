import { RunCoroutineAsync } from "../../../compute/base/coroutine";
import { Pacer } from "../../../compute/base/pacer";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import type { Dendrogram } from "../../../compute/hierarchy/cut/dendrogram";
import { CutRankForCount } from "../../../compute/hierarchy/cut/partition";
import type { Criterion, SegmentationHierarchy } from "../../../compute/hierarchy/cut/segmentationHierarchy";
import { type InsertedPart, InsertPartCoroutine } from "../../../compute/hierarchy/prompt/insertPart";
import { CommitEdit } from "../commands/commitEdit";
import type { EditCommand } from "../commands/editCommand";
import { RenamePartEdit } from "../commands/renamePartEdit";
import type { LeafInterval } from "../model/leafInterval";
import { Part } from "../model/part";
import type { CommitOptions, PartCommits } from "../model/partCommits";
import type { PartNames } from "../model/partNames";
import type { PartTree } from "../model/partTree";
import { CarryInterval } from "./carryInterval";
import type { EditTarget, EditTargets, EditTargetsHost } from "./editTargets";

/** The shown hierarchy, which {@link CommitPartAsync} replaces. */
export interface CommitActions {
    /** The criterion that the hierarchy is cut by. */
    readonly criterion: Criterion;
    /** The largest number of parts that can be shown. */
    readonly maxPartCount: number;
    /**
     * Prepares showing a dendrogram with an inserted part, in time slices.
     *
     * @param hierarchy of that dendrogram
     * @param before the dendrogram without the part
     * @returns the parts of the dendrogram
     */
    prepareInsertedAsync(
        hierarchy: SegmentationHierarchy,
        before: Dendrogram,
        inserted: InsertedPart,
        pacer: Pacer,
    ): Promise<PartTree>;
    /** Shows a hierarchy of the same leaves; the selection stays on its leaves. */
    showHierarchy(hierarchy: SegmentationHierarchy): void;
    /** Changes the number of parts to the nearest at which a part is shown, and selects the part. */
    revealPart(part: Part): void;
}

/** The hierarchy and the cut that {@link CommitPartAsync} changes. */
export interface CommitHost extends EditTargetsHost {
    /** The number of parts that are shown. */
    readonly partCount: number;
    /** Undefined where hierarchies cannot be replaced. */
    readonly commitActions?: CommitActions;
}

/** The state of an editor that commits change. */
export interface CommitState {
    readonly targets: EditTargets;
    readonly names: PartNames;
    readonly commits: PartCommits;
    /** Applies edits as one step of the history. */
    apply(name: string, edits: readonly EditCommand[]): void;
}

/** See PartEditor.commitAsync. */
export async function CommitPartAsync(
    host: CommitHost,
    state: CommitState,
    target: EditTarget,
    { name, signal, onProgress }: CommitOptions = {},
): Promise<Part> {
    const leaves = state.targets.editableLeavesOf(target).slice();
    if (leaves.length === 0) {
        throw new UltrametricError("input", "There are no leaves to commit; select or click some first.");
    }
    const { overrides, commitActions: actions } = host;
    if (!actions) {
        throw new UltrametricError("unsupported", "The hierarchy of this editor cannot be replaced by another one.");
    }
    const pacer = new Pacer("Committing a part", signal);
    onProgress?.({ stage: "Committing a part", fraction: 0 });
    for (;;) {
        const { tree } = host;
        const made = await prepareAsync(host, actions, state, tree, leaves, pacer);
        if (host.overrides !== overrides) {
            throw new UltrametricError(
                "aborted",
                "Another hierarchy was set while a part was committed to the last one.",
            );
        }
        // An edit may have changed the merges meanwhile; then it is done again with these.
        if (host.tree === tree) {
            const part = applyInserted(host, actions, state, tree, made, name);
            onProgress?.({ stage: "Committing a part", fraction: 1 });
            return part;
        }
    }
}

/** A commit that is ready to be applied. */
interface PreparedCommit {
    /** The interval of a part that was committed before with the same leaves; null if it is another one. */
    readonly same: LeafInterval | null;
    readonly inserted: InsertedPart | null;
    readonly isInside: Uint8Array;
    readonly hierarchy: SegmentationHierarchy;
    readonly tree: PartTree;
}

async function prepareAsync(
    host: CommitHost,
    actions: CommitActions,
    { commits, names }: CommitState,
    tree: PartTree,
    leaves: Uint32Array,
    pacer: Pacer,
): Promise<PreparedCommit> {
    const { dendrogram, hierarchy, merges } = tree;
    const isInside = new Uint8Array(dendrogram.leafCount);
    for (const leaf of leaves) {
        isInside[tree.orderIndexOf(leaf)] = 1;
    }
    const intervals = intervalsOf(isInside);
    const { same, within } = commits.around(dendrogram, intervals, (part) =>
        names.nameOf(dendrogram, part, host.condensed),
    );
    if (same) {
        return { same, inserted: null, isInside, hierarchy, tree };
    }
    // The finest number of parts on the slider is too fine to find a part there, so it joins at half of that.
    const finest = Math.max(dendrogram.componentCount + 1, actions.maxPartCount / 2);
    const inserted = await RunCoroutineAsync(
        InsertPartCoroutine(dendrogram, merges, isInside, {
            cutRank: CutRankForCount(dendrogram, host.partCount),
            finestRank: CutRankForCount(dendrogram, finest),
            within,
        }),
        pacer,
    );
    const changed = hierarchy.with(actions.criterion, inserted.dendrogram);
    const changedTree = await actions.prepareInsertedAsync(changed, dendrogram, inserted, pacer);
    await pacer.yieldIfDueAsync();
    return { same: null, inserted, isInside, hierarchy: changed, tree: changedTree };
}

function applyInserted(
    host: CommitHost,
    actions: CommitActions,
    { commits, names, apply }: CommitState,
    before: PartTree,
    { same, inserted, isInside, hierarchy, tree }: PreparedCommit,
    name: string | undefined,
): Part {
    const { dendrogram } = tree;
    const { start, end } = same ?? inserted!;
    const key = `${start}-${end}`;
    const rename = (title: string, given: string): RenamePartEdit =>
        new RenamePartEdit(title, names, dendrogram, key, given);
    const part = new Part(tree, start, end);
    if (same || !inserted) {
        if (name !== undefined && names.namesOf(dendrogram).get(key) !== name) {
            const title = `Rename ${names.nameOf(dendrogram, part, host.condensed)} to ${name}`;
            apply(title, [rename(title, name)]);
        }
    } else {
        const carry = (interval: LeafInterval): LeafInterval => CarryInterval(interval, isInside, inserted);
        commits.set(dendrogram, [...commits.of(before.dendrogram).map(carry), { start, end }]);
        for (const [oldKey, given] of names.namesOf(before.dendrogram)) {
            const carried = carry(intervalOfKey(oldKey));
            names.set(dendrogram, `${carried.start}-${carried.end}`, given);
        }
        const title = `Commit ${name ?? names.namesOf(dendrogram).get(key) ?? `${end - start} leaves`}`;
        apply(title, [
            new CommitEdit(title, before.hierarchy, hierarchy, (shown) => actions.showHierarchy(shown)),
            ...(name === undefined ? [] : [rename(title, name)]),
        ]);
    }
    actions.revealPart(part);
    return part;
}

function intervalsOf(isInside: Uint8Array): LeafInterval[] {
    const intervals: LeafInterval[] = [];
    for (let start = isInside.indexOf(1); start >= 0; ) {
        const next = isInside.indexOf(0, start);
        const end = next < 0 ? isInside.length : next;
        intervals.push({ start, end });
        start = isInside.indexOf(1, end);
    }
    return intervals;
}

/** Returns the interval of a key of PartNames. */
function intervalOfKey(key: string): LeafInterval {
    const [start, end] = key.split("-").map(Number);
    return { start, end };
}
