import type { Material } from "@babylonjs/core/Materials/material";
import type { IColor3Like } from "@babylonjs/core/Maths/math.like";
import type { Matrix } from "@babylonjs/core/Maths/math.vector";
import { Observable } from "@babylonjs/core/Misc/observable";
import type { Node } from "@babylonjs/core/node";
import type { Scene } from "@babylonjs/core/scene";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import type { Dendrogram } from "../../../compute/hierarchy/cut/dendrogram";
import { LEAF_HIDDEN, LEAF_RECOLORED } from "../../../compute/partColors/leafColors";
import { AddPartEdit } from "../commands/addPartEdit";
import { EditBatch } from "../commands/editBatch";
import type { EditCommand } from "../commands/editCommand";
import { ExtractEdit } from "../commands/extractEdit";
import { LeafEdit } from "../commands/leafEdit";
import { LockEdit } from "../commands/lockEdit";
import { MaterialEdit } from "../commands/materialEdit";
import { MergeEdit } from "../commands/mergeEdit";
import { PropertyEdit } from "../commands/propertyEdit";
import { RecolorEdit } from "../commands/recolorEdit";
import { RemoveLeavesEdit } from "../commands/removeLeavesEdit";
import { RemovePartEdit } from "../commands/removePartEdit";
import { RenamePartEdit } from "../commands/renamePartEdit";
import { ReparentEdit } from "../commands/reparentEdit";
import { RestoreLeavesEdit } from "../commands/restoreLeavesEdit";
import { SplitEdit } from "../commands/splitEdit";
import { TransformEdit } from "../commands/transformEdit";
import { UngroupEdit } from "../commands/ungroupEdit";
import { VisibilityEdit } from "../commands/visibilityEdit";
import {
    CloneMeshes,
    CreateContentMeshes,
    CreateLeafCloud,
    type ExtractableContent,
    NodeAround,
} from "../extract/partMeshes";
import { NamesFromContent } from "../model/contentNames";
import { ExtractedPart } from "../model/extractedPart";
import { ExtractedParts } from "../model/extractedParts";
import type { LeafInterval } from "../model/leafInterval";
import { LEAF_COLOR, LEAF_LOCKED, LEAF_REMOVED } from "../model/leafOverrides";
import { LeafStates } from "../model/leafStates";
import type { Part, PartActions } from "../model/part";
import { type CommitOptions, PartCommits } from "../model/partCommits";
import { type PartGroup, PartGroups } from "../model/partGroups";
import { PartNames } from "../model/partNames";
import { SmallerSideOfSplit } from "../model/partSteps";
import type { PartTransform } from "../model/partTransform";
import type { CommitActions } from "./commitPart";
import { LeavesOfCut, LeavesOfTargets } from "./compoundTargets";
import { EditHistory, type EditHistoryOptions } from "./editHistory";
import { CheckEditable, type EditTarget, EditTargets, type EditTargetsHost } from "./editTargets";

/** The scene and the leaves that a {@link PartEditor} edits. */
export interface PartEditorHost extends EditTargetsHost {
    readonly scene: Scene;
    /** The scene's content that the leaves were sampled from; null for captures from files. */
    readonly content: ExtractableContent | null;
    /** The transform from the leaves' coordinates into the scene. */
    readonly worldMatrix: Matrix;
    /** The radius of a leaf's point, in the leaves' units. */
    readonly pointRadius: number;
    /** The number of parts of the present cut. */
    readonly partCount: number;
    /** Replaces the hierarchy, see {@link PartEditor.commitAsync}; undefined if that is not supported. */
    readonly commitActions?: CommitActions;
    /** The number of leaves from which a side of a split is not a small fragment, see {@link PartEditor.split}. */
    readonly minStepLeaves: number;
    /** Makes a part the selected one. */
    selectPart(part: Part): void;
    /** Called after each edit, undo and redo, before the observers of the editor. */
    onEdited?(): void;
    /** Returns the color, sRGB 0..1, of the part that starts at an order index. */
    colorOf(orderIndex: number): [number, number, number];
}

/** The result of edits, see {@link PartEditor.restore}. */
export interface EditedState {
    /** [n] see LeafOverrides.data. */
    readonly bits: Uint32Array;
    readonly groups: readonly PartGroup[];
    /** The names of parts by dendrogram and key, see PartNames. */
    readonly names: ReadonlyMap<Dendrogram, ReadonlyMap<string, string>>;
    /** Names that came from the content, by dendrogram and key. */
    readonly derivedNames: ReadonlyMap<Dendrogram, ReadonlyMap<string, string>>;
    /** The committed parts by dendrogram. */
    readonly commits: ReadonlyMap<Dendrogram, readonly LeafInterval[]>;
    /** The extracted parts, in the scene. */
    readonly parts: readonly ExtractedPart[];
}

/**
 * Edits parts: hide, show, isolate, recolor, rename, lock, merge, split; and, with meshes of their own, extract,
 * duplicate, delete, transform and set material. Each edit is one step of an {@link EditHistory}. The content's meshes
 * and materials do not change.
 *
 * Edits apply to leaves, so they stay when the granularity or the criterion changes. An edit of a locked part throws
 * UltrametricError "input" and changes nothing.
 */
export class PartEditor implements PartActions {
    /** The edits that can be undone and redone. */
    public readonly history: EditHistory;
    /** Notified after each edit, and after each undo and redo. */
    public readonly onChangedObservable = new Observable<PartEditor>();
    /** Notified when another part, or none, becomes the {@link active} one. */
    public readonly onActiveChangedObservable: Observable<ExtractedPart | null>;

    private readonly _names = new PartNames((condensed) => {
        const { content } = this._host;
        return content?.capture
            ? NamesFromContent(condensed, { items: content.items, capture: content.capture })
            : new Map();
    });
    private readonly _commits = new PartCommits();
    private readonly _parts = new ExtractedParts();
    private readonly _groups: PartGroups;
    private readonly _targets: EditTargets;
    private _states: { dendrogram: Dendrogram; value: LeafStates } | null = null;

    public constructor(
        private readonly _host: PartEditorHost,
        options: Partial<EditHistoryOptions> = {},
    ) {
        this._groups = new PartGroups(_host.overrides.data.length);
        this._targets = new EditTargets(_host, this._groups, this._names);
        this.onActiveChangedObservable = this._parts.onActiveChangedObservable;
        this.history = new EditHistory(options);
        this.history.onChangedObservable.add(() => {
            this._states = null;
            if (this.active && !this.active.isInScene) {
                this.active = null;
            }
            this._host.onEdited?.();
            this.onChangedObservable.notifyObservers(this);
        });
    }

    /** The extracted parts that are in the scene, with duplicates, without deleted ones. */
    public get extracted(): readonly ExtractedPart[] {
        return this._parts.inScene;
    }

    /** The extracted part that tools act on; null for none. Becomes null when the part leaves the scene. */
    public get active(): ExtractedPart | null {
        return this._parts.active;
    }

    public set active(part: ExtractedPart | null) {
        this._parts.active = part;
    }

    /** The hidden, locked and recolored leaves, in the leaf order of the tree that is shown. */
    public get leafStates(): LeafStates {
        const { dendrogram } = this._host.tree;
        if (this._states?.dendrogram !== dendrogram) {
            this._states = { dendrogram, value: new LeafStates(dendrogram.order, this._host.overrides.data) };
        }
        return this._states.value;
    }

    /** The groups that {@link merge} and {@link split} made. */
    public get groups(): readonly PartGroup[] {
        return this._groups.all;
    }

    /** Returns the intervals of a target in the leaf order of the tree that is shown. */
    public intervalsOf(target: EditTarget): LeafInterval[] {
        return this._targets.intervalsOf(target);
    }

    /** Returns the [size] leaves of a target. */
    public leavesOf(target: EditTarget): Uint32Array {
        return this._targets.leavesOf(target);
    }

    /** Returns the group of a leaf; null for none. Picking selects the whole group instead of the leaf's part. */
    public groupOfLeaf(leaf: number): PartGroup | null {
        return this._groups.groupOf(leaf);
    }

    /** Returns true if all leaves of a target are hidden, extracted or deleted. */
    public isHidden(target: EditTarget): boolean {
        return this._targets.isHidden(target);
    }

    /** Returns true if a leaf of a target is locked. */
    public isLocked(target: EditTarget | ExtractedPart): boolean {
        return this._targets.isLocked(target);
    }

    /**
     * Returns the given name, or one such as "part 12" or "3 parts". A part that has only lost small fragments keeps
     * its name; a small fragment is a "piece of" the part that it split off from.
     */
    public nameOf(target: EditTarget | ExtractedPart): string {
        return this._targets.nameOf(target);
    }

    /** Makes a part the selected one. */
    public select(part: Part): void {
        this._host.selectPart(part);
    }

    /** Hides the target; pointers pass through it. */
    public hide(target: EditTarget): void {
        const leaves = this._targets.editableLeavesOf(target);
        this._do(new VisibilityEdit(`Hide ${this.nameOf(target)}`, this._host.overrides, leaves, () => false));
    }

    /** Shows the target if it was hidden. Extracted and deleted leaves come back by undoing that edit. */
    public show(target: EditTarget): void {
        const leaves = this._targets.editableLeavesOf(target);
        this._do(new VisibilityEdit(`Show ${this.nameOf(target)}`, this._host.overrides, leaves, () => true));
    }

    /** Shows all hidden leaves, except locked ones. */
    public showAll(): void {
        this._do(new VisibilityEdit("Show all", this._host.overrides, this._unlockedLeaves(), () => true));
    }

    /** Shows the target and hides all other leaves, except locked ones. */
    public isolate(target: EditTarget): void {
        const { overrides } = this._host;
        const isOfTarget = new Uint8Array(overrides.data.length);
        for (const leaf of this._targets.editableLeavesOf(target)) {
            isOfTarget[leaf] = 1;
        }
        const title = `Isolate ${this.nameOf(target)}`;
        this._do(new VisibilityEdit(title, overrides, this._unlockedLeaves(), (leaf) => isOfTarget[leaf] === 1));
    }

    /**
     * Draws the target in one color.
     *
     * @param color sRGB 0..1; null restores the colors of the target's parts
     */
    public recolor(target: EditTarget, color: IColor3Like | null): void {
        const leaves = this._targets.editableLeavesOf(target);
        this._do(new RecolorEdit(`Recolor ${this.nameOf(target)}`, this._host.overrides, leaves, color));
    }

    /** Locks the target: edits of it throw, and picking ignores it. */
    public lock(target: EditTarget | ExtractedPart): void {
        this._setLocked(target, true);
    }

    /** Unlocks the target, so that it can be picked and edited again. */
    public unlock(target: EditTarget | ExtractedPart): void {
        this._setLocked(target, false);
    }

    /** Names a part, a group or an extracted part. @throws UltrametricError "input" for several parts */
    public rename(target: EditTarget | ExtractedPart, name: string): void {
        const title = `Rename ${this.nameOf(target)} to ${name}`;
        if (target instanceof ExtractedPart) {
            CheckEditable(target);
            this._do(new PropertyEdit(title, target, "name", name));
            return;
        }
        this._targets.editableLeavesOf(target);
        if ("name" in target) {
            const groups = this.groups.map((group) => (group === target ? { ...group, name } : group));
            this._do(new PropertyEdit(title, this._groups, "all", groups));
            return;
        }
        const [interval, second] = this.intervalsOf(target);
        if (!interval || second) {
            throw new UltrametricError(
                "input",
                "Only one part can be renamed at a time; merge them to give them one name.",
            );
        }
        const key = this._names.keyOf(interval, this._host.condensed);
        this._do(new RenamePartEdit(title, this._names, this._host.tree.dendrogram, key, name));
    }

    /**
     * Merges targets into one group, in the color of the first target. Other groups lose the leaves.
     *
     * @param name of the group. Default: the names of the targets
     * @throws UltrametricError "input" if the targets have fewer than two leaves together
     */
    public merge(targets: readonly EditTarget[], name?: string): PartGroup {
        const leaves = Uint32Array.from(
            new Set(targets.flatMap((target) => [...this._targets.editableLeavesOf(target)])),
        );
        if (targets.length === 0 || leaves.length < 2) {
            throw new UltrametricError(
                "input",
                `Merging needs parts with at least two leaves together, not ${leaves.length}.`,
            );
        }
        const [{ start }] = this.intervalsOf(targets[0]);
        const group = { name: name ?? targets.map((target) => this.nameOf(target)).join(" + "), leaves };
        this._do(new MergeEdit(this._groups, this._host.overrides, group, this._colorOf(start)));
        return group;
    }

    /** Dissolves a group: its leaves are picked and colored as their parts again. */
    public ungroup(group: PartGroup): void {
        this._targets.editableLeavesOf(group);
        this._do(new UngroupEdit(this._groups, this._host.overrides, group));
    }

    /**
     * Splits a part at its next split into two sides that are not small fragments (see
     * the option `minStepShare`): into the smaller side and all the rest. Each becomes a group in the color
     * that it has at a finer cut.
     *
     * @returns the rest, and the side
     * @throws UltrametricError "input" if there is no such split
     */
    public split(part: Part): readonly [PartGroup, PartGroup] {
        this._targets.editableLeavesOf(part);
        const { overrides, minStepLeaves } = this._host;
        const name = this.nameOf(part);
        const side = SmallerSideOfSplit(part, Math.max(1, minStepLeaves));
        if (!side) {
            throw new UltrametricError(
                "input",
                `${name} has ${part.size} leaves and no split into two sides of at least ${minStepLeaves}; ` +
                    "it cannot be split.",
            );
        }
        const edit = new SplitEdit(this._groups, overrides, part, name, side, (start) => this._colorOf(start));
        this._do(edit);
        return edit.groups;
    }

    /**
     * Turns a part into meshes of its own and removes its leaves from the rest. With scene content, the meshes have the
     * content's faces, points and splats, with its vertex data, materials and skeleton (see ExtractMesh); without, the
     * leaves become a cloud of round points.
     *
     * @throws UltrametricError "input" if the part is locked or was removed already, or if no element of the content
     * follows its leaves
     */
    public extract(target: EditTarget): ExtractedPart {
        const leaves = this._targets.presentLeavesOf(target);
        const name = this.nameOf(target);
        const part = this.createMeshes(leaves, name);
        this._do(new ExtractEdit(`Extract ${name}`, this._parts, this._host.overrides, part, leaves));
        return part;
    }

    /**
     * Turns parts of splats into one GaussianSplattingCompoundMesh, in which each part has a proxy of its own
     * (ExtractedPart.proxies, named after the parts): a node that Babylon's gizmos, `isVisible`, `setEnabled` and
     * `scene.pick` take like a mesh. Hidden parts become invisible ones. One step of the history.
     *
     * A part with splats of several meshes, or of several parts of a compound, has a proxy for each, all below a node
     * of the part.
     *
     * @param targets the parts. Default: all parts of the present cut that are still in place, where a group is one
     * @throws UltrametricError "unsupported" if the parts have something else than splats, "limits" if they need more
     * proxies than Babylon can draw with the engine; "input" as {@link extract}
     */
    public async extractAsCompoundAsync(targets?: readonly EditTarget[]): Promise<ExtractedPart> {
        const { scene } = this._host;
        // Only applications with splats load these.
        const [{ FindCompoundParts, LoadCompoundKitAsync }, { CreateSplatCompound }] = await Promise.all([
            import("../extract/compoundParts"),
            import("../extract/splatCompound"),
        ]);
        const kit = await LoadCompoundKitAsync(scene);
        const { tree, partCount, overrides, content } = this._host;
        const isPresent = (leaf: number): boolean => (overrides.data[leaf] & LEAF_REMOVED) === 0;
        const found = targets
            ? LeavesOfTargets(this._targets, targets)
            : LeavesOfCut(this._targets, tree, partCount, this.groups, isPresent);
        const { parts, leaves } = FindCompoundParts(content, found, kit);
        const name = parts.length === 1 ? parts[0].name : `${parts.length} parts`;
        const part = CreateSplatCompound(kit.Kind, scene, name, parts, leaves);
        part.root.setParent(NodeAround(parts.flatMap(({ pieces }) => pieces.map(({ mesh }) => mesh))));
        this._do(new ExtractEdit(`Extract ${name} as compound`, this._parts, overrides, part, leaves));
        return part;
    }

    /** Creates meshes like {@link extract}, or copies those of an extracted part; the target stays the same. */
    public duplicate(target: EditTarget | ExtractedPart): ExtractedPart {
        const name = this.nameOf(target);
        const copyName = `${name} (copy)`;
        const copy =
            target instanceof ExtractedPart
                ? this._copy(target, copyName)
                : this.createMeshes(this._targets.presentLeavesOf(target), copyName);
        this._do(new AddPartEdit(`Duplicate ${name}`, this._parts, copy));
        return copy;
    }

    /** Deletes a part or an extracted part. Unlike a hidden part, it comes back only by undoing. */
    public delete(target: EditTarget | ExtractedPart): void {
        const title = `Delete ${this.nameOf(target)}`;
        if (target instanceof ExtractedPart) {
            CheckEditable(target);
            this._do(new RemovePartEdit(title, target));
        } else {
            const leaves = this._targets.editableLeavesOf(target);
            this._do(new RemoveLeavesEdit(title, this._host.overrides, leaves));
        }
    }

    /** Moves, rotates and scales an extracted part. @param change the new values; missing ones stay the same */
    public transform(target: ExtractedPart, change: Partial<PartTransform>): void {
        CheckEditable(target);
        const before = target.transform;
        const { position, rotation, scaling } = { ...before, ...change };
        const after = { position: position.clone(), rotation: rotation.clone(), scaling: scaling.clone() };
        this._do(new TransformEdit(target, before, after));
    }

    /**
     * Hangs an extracted part below another node, where it is, so that it moves with that node.
     *
     * @param parent null for none
     * @throws UltrametricError "input" for a node of the part itself or of another scene
     */
    public reparent(target: ExtractedPart, parent: Node | null): void {
        CheckEditable(target);
        if (parent && (parent.getScene() !== this._host.scene || isBelow(parent, target.root))) {
            throw new UltrametricError(
                "input",
                `${target.name} cannot hang below "${parent.name}", which belongs to the part itself or to another scene.`,
            );
        }
        this._do(new ReparentEdit(`Reparent ${target.name}`, target, parent));
    }

    /**
     * Adds a step for a transform that an extracted part's node already has, such as by a gizmo. Without a change there
     * is no step.
     *
     * @param before the transform before the change
     */
    public recordTransform(target: ExtractedPart, before: PartTransform): void {
        const after = target.transform;
        if (
            !after.position.equals(before.position) ||
            !after.rotation.equals(before.rotation) ||
            !after.scaling.equals(before.scaling)
        ) {
            this.history.add(new TransformEdit(target, before, after));
        }
    }

    /**
     * Gives an extracted part a material; another target is extracted first. The caller still owns the material.
     *
     * @returns the extracted part
     */
    public setMaterial(target: EditTarget | ExtractedPart, material: Material): ExtractedPart {
        return this.history.batch(`Set material of ${this.nameOf(target)}`, () => {
            const part = target instanceof ExtractedPart ? target : this.extract(target);
            CheckEditable(part);
            this._do(new MaterialEdit(part, material));
            return part;
        });
    }

    /**
     * Makes any set of leaves a part of the hierarchy, by the criterion that is shown: one interval of the leaf order
     * at some number of parts, which is then shown, with the part selected. The other merges change as little as
     * possible, see InsertPartCoroutine; names of divided parts go to their larger side. It takes time slices, about
     * 0.5 s for a million leaves, and 12 bytes per leaf as long as it can be undone. Edits may be made meanwhile.
     *
     * @throws UltrametricError "input" for no leaves, for locked ones, and for a set that has some leaves of a part that
     * was committed before, but not all, and others; "aborted", also when another hierarchy is set meanwhile;
     * "unsupported"
     */
    public async commitAsync(target: EditTarget, options: CommitOptions = {}): Promise<Part> {
        const state = {
            targets: this._targets,
            names: this._names,
            commits: this._commits,
            apply: (name: string, edits: readonly EditCommand[]) => this._do(new EditBatch(name, edits)),
        };
        const { CommitPartAsync } = await import("./commitPart");
        return await CommitPartAsync(this._host, state, target, options);
    }

    /** @internal Returns the committed parts of a dendrogram. */
    public commitsOf(dendrogram: Dendrogram): readonly LeafInterval[] {
        return this._commits.of(dendrogram);
    }

    /** @internal Returns the given names of a dendrogram's parts by key, see PartNames. */
    public namesOf(dendrogram: Dendrogram): ReadonlyMap<string, string> {
        return this._names.namesOf(dendrogram);
    }

    /** Returns the name that a part was given, by hand or by NamePartsAsync; null for none. */
    public givenNameOf(part: Part): string | null {
        const { tree, condensed } = this._host;
        return this._names.givenTo(tree.dendrogram, part, condensed) ?? null;
    }

    /** @internal Returns the names of a dendrogram's parts that come from the content, by key, see PartNames. */
    public derivedNamesOf(dendrogram: Dendrogram): ReadonlyMap<string, string> {
        return this._names.derivedOf(dendrogram);
    }

    /** @internal Restores saved edits: each kind of edit, and each extracted part, is a step that can be undone. */
    public restore({ bits, groups, names, derivedNames, commits, parts }: EditedState): void {
        const { overrides } = this._host;
        for (const [dendrogram, derived] of derivedNames) {
            this._names.restoreDerived(dendrogram, derived);
        }
        for (const [dendrogram, intervals] of commits) {
            this._commits.set(dendrogram, intervals);
        }
        const renames = [...names].flatMap(([dendrogram, given]) =>
            Array.from(given, ([key, name]) => new RenamePartEdit("Rename", this._names, dendrogram, key, name)),
        );
        if (renames.length > 0) {
            this._do(new EditBatch("Rename", renames));
        }
        if (groups.length > 0) {
            this._do(new PropertyEdit("Merge", this._groups, "all", groups));
        }
        const isExtracted = new Uint8Array(bits.length);
        for (const { leaves } of parts) {
            for (const leaf of leaves) {
                isExtracted[leaf] = 1;
            }
        }
        const removed = LEAF_HIDDEN | LEAF_REMOVED;
        const restore = (name: string, mask: number, has: (leaf: number) => boolean): void => {
            this._do(new RestoreLeavesEdit(name, overrides, leavesWhere(bits.length, has), bits, mask));
        };
        restore("Recolor", LEAF_COLOR, (leaf) => (bits[leaf] & LEAF_RECOLORED) !== 0);
        restore("Hide", LEAF_HIDDEN, (leaf) => (bits[leaf] & removed) >>> 0 === LEAF_HIDDEN);
        restore("Delete", removed, (leaf) => (bits[leaf] & LEAF_REMOVED) !== 0 && isExtracted[leaf] === 0);
        restore("Lock", LEAF_LOCKED, (leaf) => (bits[leaf] & LEAF_LOCKED) !== 0);
        for (const part of parts) {
            // Leaves that an earlier part took were duplicated.
            const leaves = part.leaves.filter((leaf) => (bits[leaf] & ~overrides.data[leaf] & LEAF_REMOVED) !== 0);
            this._do(
                leaves.length > 0
                    ? new ExtractEdit(`Extract ${part.name}`, this._parts, overrides, part, leaves)
                    : new AddPartEdit(`Duplicate ${part.name}`, this._parts, part),
            );
        }
    }

    /** @internal Creates meshes like those of {@link extract}, without an edit. */
    public createMeshes(leaves: Uint32Array, name: string): ExtractedPart {
        const { content, scene, tree, worldMatrix, pointRadius } = this._host;
        return content
            ? CreateContentMeshes(scene, content, leaves, name)
            : CreateLeafCloud(scene, { hierarchy: tree.hierarchy, worldMatrix, pointRadius }, leaves, name);
    }

    /** Undoes the last edit. @returns whether there was one */
    public undo(): boolean {
        return this.history.undo();
    }

    /** Redoes the last undone edit. @returns whether there was one */
    public redo(): boolean {
        return this.history.redo();
    }

    /** Takes the extracted parts out of the scene, and forgets all edits. */
    public dispose(): void {
        this.active = null;
        this.onChangedObservable.clear();
        this.history.onChangedObservable.clear();
        this.history.clear();
        this._parts.dispose();
    }

    /** Applies an edit as one step; one that changes nothing is no step. */
    private _do(edit: EditCommand): void {
        if (!(edit instanceof LeafEdit && edit.isEmpty)) {
            this.history.do(edit);
        }
    }

    private _setLocked(target: EditTarget | ExtractedPart, isLocked: boolean): void {
        const title = `${isLocked ? "Lock" : "Unlock"} ${this.nameOf(target)}`;
        if (!(target instanceof ExtractedPart)) {
            this._do(new LockEdit(title, this._host.overrides, this.leavesOf(target), isLocked));
        } else if (target.isLocked !== isLocked) {
            this._do(new PropertyEdit(title, target, "isLocked", isLocked));
        }
    }

    private _copy(part: ExtractedPart, name: string): ExtractedPart {
        CheckEditable(part);
        const copy = part.cloudMaterial ? this.createMeshes(part.leaves, name) : CloneMeshes(part, name);
        copy.root.parent = part.root.parent;
        copy.place(part.transform);
        if (part.cloudMaterial && part.meshes[0].material !== part.cloudMaterial) {
            copy.meshes[0].material = part.meshes[0].material;
        }
        return copy;
    }

    private _unlockedLeaves(): Uint32Array {
        const { data } = this._host.overrides;
        return leavesWhere(data.length, (leaf) => (data[leaf] & LEAF_LOCKED) === 0);
    }

    private _colorOf(orderIndex: number): IColor3Like {
        const [r, g, b] = this._host.colorOf(orderIndex);
        return { r, g, b };
    }
}

function isBelow(node: Node, root: Node): boolean {
    return node === root || node.isDescendantOf(root);
}

/** Returns the leaves that a condition holds for, ascending. */
function leavesWhere(leafCount: number, holds: (leaf: number) => boolean): Uint32Array {
    const leaves = new Uint32Array(leafCount);
    let count = 0;
    for (let leaf = 0; leaf < leafCount; leaf++) {
        if (holds(leaf)) {
            leaves[count++] = leaf;
        }
    }
    return leaves.slice(0, count);
}
