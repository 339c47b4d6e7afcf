import type { Observable } from "@babylonjs/core/Misc/observable";
import type { Scene } from "@babylonjs/core/scene";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import type { PartEditor, PartEditorHost } from "../parts/edit/partEditor";
import type { LeafOverrides } from "../parts/model/leafOverrides";
import type { SelectionToolsHost } from "../parts/select/selectionTools";
import { CreateCommitActions } from "./commitActions";
import type { HierarchyCut } from "./hierarchyCut";
import type { PartSelection } from "./partSelection";
import type { ShownHierarchy } from "./shownHierarchy";
import { ListShownParts, type ShownPart } from "./shownParts";

/** The state of a segmentation that its editor and selection tools act on. */
export interface EditorHostState {
    readonly scene: Scene;
    readonly cut: HierarchyCut;
    readonly partSelection: PartSelection;
    /** Null without a hierarchy. */
    readonly shown: ShownHierarchy | null;
    readonly overrides: LeafOverrides | null;
    /** Notified when an edit has replaced the hierarchy. */
    readonly onHierarchyChangedObservable: Observable<SegmentationHierarchy | null>;
    /** Notified with the granularity when an edit has changed it. */
    readonly onGranularityChangedObservable: Observable<number>;
}

/** The host of an editor and of selection tools, which lists what is shown. */
export interface EditorHost extends PartEditorHost, SelectionToolsHost {
    /** Returns the list of UltrametricSegmentation.shownParts; the same one until something changes. */
    shownParts(editor: PartEditor | null): readonly ShownPart[];
}

/**
 * Creates the host of an editor and of selection tools, which reads the state at each use.
 *
 * @throws UltrametricError "input" at each use after the hierarchy is gone
 */
export function CreateEditorHost(state: EditorHostState): EditorHost {
    let listed: { readonly key: readonly unknown[]; readonly parts: readonly ShownPart[] } | null = null;
    return {
        scene: state.scene,
        selection: state.partSelection.selection,
        get tree() {
            return required(state.cut.parts);
        },
        get partCount() {
            return state.cut.partCount;
        },
        get overrides() {
            return required(state.overrides);
        },
        get content() {
            return state.shown?.content ?? null;
        },
        get worldMatrix() {
            return required(state.shown).pointCloud.worldMatrix;
        },
        get pointRadius() {
            return required(state.shown).pointCloud.pointRadius;
        },
        get minStepLeaves() {
            return state.cut.minStepLeaves;
        },
        get condensed() {
            return required(state.cut.condensedParts);
        },
        commitActions: CreateCommitActions(state),
        leafAt: (at) => required(state.shown) && state.partSelection.leafAt(at),
        shownParts: (editor) => {
            const { shown, overrides, cut } = state;
            if (!editor || !shown || !overrides) {
                return [];
            }
            // The states of leaves are a new object after each edit.
            const key = [shown, cut.parts, cut.partCount, editor, editor.leafStates];
            if (!listed?.key.every((value, i) => value === key[i])) {
                const { content, pointCloud } = shown;
                const parts = ListShownParts({
                    tree: cut.parts!,
                    partCount: cut.partCount,
                    editor,
                    bits: overrides.data,
                    content,
                    worldMatrix: pointCloud.worldMatrix,
                    colorOf: (orderIndex) => pointCloud.colorOf(orderIndex),
                });
                listed = { key, parts };
            }
            return listed.parts;
        },
        onEdited: () => state.partSelection.update(),
        selectPart: (part) => state.partSelection.selectPart(part),
        colorOf: (orderIndex) => required(state.shown).pointCloud.colorOf(orderIndex),
    };
}

function required<T>(value: T | null): T {
    if (value === null) {
        throw new UltrametricError("input", "There is no hierarchy whose parts could be selected or edited.");
    }
    return value;
}
