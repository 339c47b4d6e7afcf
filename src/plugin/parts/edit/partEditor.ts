import type { Material } from "@babylonjs/core/Materials/material";
import type { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import { Observable } from "@babylonjs/core/Misc/observable";
import type { Scene } from "@babylonjs/core/scene";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import type { Dendrogram } from "../../../compute/hierarchy/cut/dendrogram";
import { LEAF_HIDDEN, LEAF_RECOLORED } from "../../../compute/partColors/leafColors";
import { CloneMeshes, CreateContentMeshes, CreateLeafCloud, type ExtractableContent } from "../extract/partMeshes";
import type { CondensedParts } from "../model/condensedParts";
import { ExtractedPart } from "../model/extractedPart";
import { type LeafInterval, LeavesOfIntervals, NormalizeIntervals } from "../model/leafInterval";
import { LEAF_LOCKED, LEAF_REMOVED, type LeafOverrides, PackOverrideColor, Shown } from "../model/leafOverrides";
import { LeafStates } from "../model/leafStates";
import type { Part, PartActions } from "../model/part";
import { IntervalsOfGroup, type PartGroup } from "../model/partGroup";
import type { PartTransform } from "../model/partTransform";
import type { PartTree } from "../model/partTree";
import { type EditCommand, EditHistory, type EditHistoryOptions } from "./editHistory";

/** What can be edited: a part, a group, a selection, or intervals of the shown tree's leaf order. */
export type EditTarget =
    | Part
    | PartGroup
    | LeafInterval
    | { readonly intervals: readonly LeafInterval[] }
    | readonly LeafInterval[];

/** What a {@link PartEditor} asks of the place where the leaves are shown. */
export interface PartEditorHost {
    readonly scene: Scene;
    /** The tree that is shown. */
    readonly tree: PartTree;
    readonly overrides: LeafOverrides;
    /** Scene content that the leaves were sampled from; null where there is none, as for captures from files. */
    readonly content: ExtractableContent | null;
    /** From the leaves' coordinates into the scene. */
    readonly worldMatrix: Matrix;
    /** Radius of a leaf's point, in the leaves' units. */
    readonly pointRadius: number;
    /** Sides with fewer leaves are crumbs, which {@link PartEditor.split} passes over. */
    readonly minStepLeaves: number;
    /** The shown tree's parts that are no crumbs: parts are called after them. Left out, they are called by their places. */
    readonly condensed?: CondensedParts;
    /** Makes a part the selected one. */
    selectPart(part: Part): void;
    /** The layers of a mesh of the content, where it does not have them itself while it shows parts. Left out: it has. */
    layerMaskOf?(mesh: AbstractMesh): number;
    /** sRGB 0..1 of the part that starts at a place. */
    colorOf(place: number): [number, number, number];
}

/** What edits made, see PartEditor.restore. */
export interface EditorContents {
    /** [n] see LeafOverrides */
    readonly bits: Uint32Array;
    readonly groups: readonly PartGroup[];
    /** By dendrogram the names of parts, by "start-end". */
    readonly names: ReadonlyMap<Dendrogram, Map<string, string>>;
    /** Parts that are meshes of their own, in the scene. */
    readonly parts: readonly ExtractedPart[];
}

/**
 * Edits of parts, each one step of a {@link EditHistory}: hide, show, isolate, recolor, rename, lock, merge, split; and, with meshes of their own,
 * extract, duplicate, delete, transform and set material. Nothing of the content's meshes and materials is changed.
 *
 * Edits hold for leaves, and so stay when granularity or criterion change. An edit of a locked part throws and changes nothing.
 */
export class PartEditor implements PartActions {
    public readonly history: EditHistory;
    /** Notified after each edit, undone and redone ones too. */
    public readonly onChangedObservable = new Observable<PartEditor>();
    /** Notified when another part, or none, becomes the {@link active} one. */
    public readonly onActiveChangedObservable = new Observable<ExtractedPart | null>();

    private _groups: readonly PartGroup[] = [];
    private _groupOfLeaf: Int32Array | null = null;
    private _extracted: readonly ExtractedPart[] = [];
    private readonly _names = new WeakMap<Dendrogram, Map<string, string>>();
    private readonly _groupIntervals = new WeakMap<PartGroup, { tree: PartTree; intervals: LeafInterval[] }>();
    private _active: ExtractedPart | null = null;
    private _states: { dendrogram: Dendrogram; value: LeafStates } | null = null;

    /** @param host where the leaves are shown */
    public constructor(
        private readonly _host: PartEditorHost,
        options: Partial<EditHistoryOptions> = {},
    ) {
        this.history = new EditHistory(options);
        this.history.onChangedObservable.add(() => {
            this._states = null;
            if (this._active && !this._active.isInScene) {
                this.active = null;
            }
            this.onChangedObservable.notifyObservers(this);
        });
    }

    /** The parts that are meshes of their own now, duplicates too, but not deleted ones. */
    public get extracted(): readonly ExtractedPart[] {
        return this._extracted.filter(({ isInScene }) => isInScene);
    }

    /** The extracted part that tools act on, as the selection is for leaves; null for none, and as soon as it leaves the scene. */
    public get active(): ExtractedPart | null {
        return this._active;
    }

    public set active(part: ExtractedPart | null) {
        if (part !== this._active) {
            this._active = part;
            this.onActiveChangedObservable.notifyObservers(part);
        }
    }

    /** What the edits did to the shown tree's leaves, up to now. */
    public get leafStates(): LeafStates {
        const { dendrogram } = this._host.tree;
        if (this._states?.dendrogram !== dendrogram) {
            this._states = { dendrogram, value: new LeafStates(dendrogram.order, this._host.overrides.data) };
        }
        return this._states.value;
    }

    /** The groups that merging and splitting made. */
    public get groups(): readonly PartGroup[] {
        return this._groups;
    }

    /** The intervals of a target in the leaf order that is shown. */
    public intervalsOf(target: EditTarget): LeafInterval[] {
        if (IsGroup(target)) {
            const { tree } = this._host;
            let known = this._groupIntervals.get(target);
            if (known?.tree !== tree) {
                known = { tree, intervals: IntervalsOfGroup(tree, target) };
                this._groupIntervals.set(target, known);
            }
            return known.intervals.slice();
        }
        if ("start" in target) {
            if ("tree" in target && target.tree !== this._host.tree) {
                throw new UltrametricError(
                    "input",
                    "The part belongs to another hierarchy or criterion than the one that is shown.",
                );
            }
            return [{ start: target.start, end: target.end }];
        }
        return NormalizeIntervals("intervals" in target ? target.intervals : target);
    }

    /** [size] the leaves of a target. */
    public leavesOf(target: EditTarget): Uint32Array {
        return IsGroup(target)
            ? target.leaves
            : LeavesOfIntervals(this._host.tree.dendrogram.order, this.intervalsOf(target));
    }

    /** The group that a leaf is in; null for none. Picking takes the whole group in place of the leaf's part. */
    public groupOfLeaf(leaf: number): PartGroup | null {
        if (!this._groupOfLeaf) {
            this._groupOfLeaf = new Int32Array(this._host.overrides.data.length).fill(-1);
            this._groups.forEach(({ leaves }, g) => {
                for (const member of leaves) {
                    this._groupOfLeaf![member] = g;
                }
            });
        }
        return this._groups[this._groupOfLeaf[leaf]] ?? null;
    }

    /** Whether all leaves of a target are hidden, extracted or deleted. */
    public isHidden(target: EditTarget): boolean {
        return this._all(target, LEAF_HIDDEN);
    }

    /** Whether a leaf of a target is locked. */
    public isLocked(target: EditTarget | ExtractedPart): boolean {
        return target instanceof ExtractedPart ? target.isLocked : this._areAnyLocked(this.leavesOf(target));
    }

    /** Makes a part the selected one. */
    public select(part: Part): void {
        this._host.selectPart(part);
    }

    /** Draws the target no more, and lets pointers pass through it. */
    public hide(target: EditTarget): void {
        this._edit(`Hide ${this.nameOf(target)}`, target, (value) => value | LEAF_HIDDEN);
    }

    /** Shows what was hidden; what was extracted or deleted comes back by undoing that. */
    public show(target: EditTarget): void {
        this._edit(`Show ${this.nameOf(target)}`, target, Shown);
    }

    /** Shows everything that was hidden, but for what is locked. */
    public showAll(): void {
        const leaves = this._unlockedLeaves();
        this._change("Show all", leaves, Shown);
    }

    /** Shows the target and hides all else, but for what is locked. */
    public isolate(target: EditTarget): void {
        const own = this._editable(target);
        const isOwn = new Uint8Array(this._host.overrides.data.length);
        for (const leaf of own) {
            isOwn[leaf] = 1;
        }
        this._change(`Isolate ${this.nameOf(target)}`, this._unlockedLeaves(), (value, leaf) =>
            isOwn[leaf] ? Shown(value) : value | LEAF_HIDDEN,
        );
    }

    /**
     * Draws the target in one color.
     *
     * @param color sRGB 0..1; null gives the target the colors of its parts back
     */
    public recolor(target: EditTarget, color: { r: number; g: number; b: number } | null): void {
        const bits = color ? PackOverrideColor(color) : 0;
        this._edit(`Recolor ${this.nameOf(target)}`, target, (value) => WithColor(value, bits));
    }

    /** Locked parts refuse edits, and picking passes over them. */
    public lock(target: EditTarget | ExtractedPart): void {
        this._setLocked(target, true);
    }

    /** Lets a locked target be picked and edited again. */
    public unlock(target: EditTarget | ExtractedPart): void {
        this._setLocked(target, false);
    }

    /**
     * The name that was given, or one made from where it is: "part 12", "3 parts". A part that has only shed crumbs keeps its name; crumbs are pieces of
     * the part that shed them.
     */
    public nameOf(target: EditTarget | ExtractedPart): string {
        if ("name" in target) {
            return target.name;
        }
        const { dendrogram } = this._host.tree;
        const intervals = this.intervalsOf(target);
        const [{ start, end } = { start: 0, end: 0 }] = intervals;
        if (intervals.length !== 1) {
            return `${intervals.length} parts`;
        }
        const names = this._names.get(dendrogram);
        const given = names?.get(`${start}-${end}`) ?? names?.get(this._nameKey(intervals[0]));
        if (given !== undefined) {
            return given;
        }
        const { condensed } = this._host;
        const around = condensed?.nodeOf(intervals[0]) ?? -1;
        if (!condensed || around < 0) {
            return `part ${start}-${end}`;
        }
        return condensed.mainNodeOf(intervals[0]) === around
            ? `part ${around + 1}`
            : `piece of ${this.nameOf(condensed.partOf(around))}`;
    }

    /** Names a part, a group or an extracted part. @throws UltrametricError "input" for several parts at once, which have no one name */
    public rename(target: EditTarget | ExtractedPart, name: string): void {
        const before = this.nameOf(target);
        const title = `Rename ${before} to ${name}`;
        if (target instanceof ExtractedPart) {
            this._checkUnlocked(target);
            this._do(title, () => {
                target.name = name;
                return () => {
                    target.name = before;
                };
            });
            return;
        }
        this._editable(target);
        if ("name" in target) {
            this._setGroups(title, (groups) => groups.map((group) => (group === target ? { ...group, name } : group)));
            return;
        }
        const [interval, second] = this.intervalsOf(target);
        if (!interval || second) {
            throw new UltrametricError(
                "input",
                "Only one part can be renamed at a time; merge them to give them one name.",
            );
        }
        const { dendrogram } = this._host.tree;
        const names = this._names.get(dendrogram) ?? new Map<string, string>();
        this._names.set(dendrogram, names);
        const key = this._nameKey(interval);
        this._do(title, () => {
            const given = names.get(key);
            names.set(key, name);
            return () => {
                if (given === undefined) {
                    names.delete(key);
                } else {
                    names.set(key, given);
                }
            };
        });
    }

    /**
     * Makes several parts one group, in the color of the first. Groups that lose leaves to it keep the rest.
     *
     * @param targets together at least two leaves
     */
    public merge(targets: readonly EditTarget[], name?: string): PartGroup {
        const leaves = Uint32Array.from(new Set(targets.flatMap((target) => [...this._editable(target)])));
        if (targets.length === 0 || leaves.length < 2) {
            throw new UltrametricError(
                "input",
                `Merging takes parts with at least two leaves together, not ${leaves.length}.`,
            );
        }
        const first = this.intervalsOf(targets[0])[0].start;
        const group = { name: name ?? targets.map((target) => this.nameOf(target)).join(" + "), leaves };
        return this.history.batch(`Merge ${group.name}`, () => {
            this._addGroups("Group", [group]);
            this._color(leaves, this._host.colorOf(first));
            return group;
        });
    }

    /** Takes a group apart: its leaves are picked and colored as their parts again. */
    public ungroup(group: PartGroup): void {
        this._editable(group);
        this.history.batch(`Ungroup ${group.name}`, () => {
            this._setGroups("Ungroup", (groups) => groups.filter((other) => other !== group));
            this._change("Recolor", group.leaves, (value) => WithColor(value, 0));
        });
    }

    /**
     * Splits a part where it next falls into two sides that are no crumbs (see {@link PartEditorHost.minStepLeaves}): into the smaller of these sides
     * and all the rest, each a group in the color that it has at a finer cut.
     *
     * @throws UltrametricError "input" when it has no such split
     */
    public split(part: Part): readonly [PartGroup, PartGroup] {
        this._editable(part);
        const side = this._nextSide(part);
        if (!side) {
            throw new UltrametricError(
                "input",
                `${this.nameOf(part)} has ${part.size} leaves and no split into two sides of at least ${this._host.minStepLeaves}; it cannot be split.`,
            );
        }
        const { order } = this._host.tree.dendrogram;
        const restIntervals = [
            { start: part.start, end: side.start },
            { start: side.end, end: part.end },
        ].filter(({ start, end }) => end > start);
        const name = this.nameOf(part);
        const groups = [
            { name: `${name} (1)`, leaves: LeavesOfIntervals(order, restIntervals) },
            { name: `${name} (2)`, leaves: LeavesOfIntervals(order, [side]) },
        ] as const;
        return this.history.batch(`Split ${name}`, () => {
            this._addGroups("Group", groups);
            this._color(groups[0].leaves, this._host.colorOf(restIntervals[0].start));
            this._color(groups[1].leaves, this._host.colorOf(side.start));
            return groups;
        });
    }

    /**
     * Makes a part meshes of its own and takes its leaves out of the rest. With scene content these have the content's faces and points, with all that
     * their vertices hold, materials and skeleton (see ExtractMesh); without, the leaves become a cloud of round points.
     *
     * @throws UltrametricError "input" when the part is locked or out of the scene already, or no element of the content follows its leaves
     */
    public extract(target: EditTarget): ExtractedPart {
        const leaves = this._present(target);
        return this.history.batch(`Extract ${this.nameOf(target)}`, () => {
            const extracted = this._add(this.createMeshes(leaves, this.nameOf(target)));
            this._change("Remove", leaves, (value) => value | LEAF_HIDDEN | LEAF_REMOVED);
            return extracted;
        });
    }

    /** Makes meshes like {@link extract}, or of an extracted part, in the same place; what they are made of stays. */
    public duplicate(target: EditTarget | ExtractedPart): ExtractedPart {
        const name = `${this.nameOf(target)} (copy)`;
        return this.history.batch(`Duplicate ${this.nameOf(target)}`, () => {
            if (!(target instanceof ExtractedPart)) {
                return this._add(this.createMeshes(this._present(target), name));
            }
            this._checkUnlocked(target);
            const copy = target.cloudMaterial ? this.createMeshes(target.leaves, name) : CloneMeshes(target, name);
            copy.place(target.transform);
            if (target.cloudMaterial && target.meshes[0].material !== target.cloudMaterial) {
                copy.meshes[0].material = target.meshes[0].material;
            }
            return this._add(copy);
        });
    }

    /** Takes a part, or an extracted part, away: unlike a hidden one, showing does not bring it back; undoing does. */
    public delete(target: EditTarget | ExtractedPart): void {
        const title = `Delete ${this.nameOf(target)}`;
        if (!(target instanceof ExtractedPart)) {
            this._edit(title, target, (value) => value | LEAF_HIDDEN | LEAF_REMOVED);
            return;
        }
        this._checkUnlocked(target);
        this._do(title, () => {
            target.setInScene(false);
            return () => {
                target.setInScene(true);
            };
        });
    }

    /** Moves, turns and scales an extracted part. @param change what is left out stays */
    public transform(target: ExtractedPart, change: Partial<PartTransform>): void {
        this._checkUnlocked(target);
        const before = target.transform;
        const after = { ...before, ...change };
        const copy = {
            position: after.position.clone(),
            rotation: after.rotation.clone(),
            scaling: after.scaling.clone(),
        };
        this.history.do(new TransformCommand(`Transform ${target.name}`, target, before, copy));
    }

    /** Keeps, as one step, what was done to an extracted part's node by hand, as by a gizmo. @param before its transform then; no change, no step */
    public recordTransform(target: ExtractedPart, before: PartTransform): void {
        const after = target.transform;
        if (
            !after.position.equals(before.position) ||
            !after.rotation.equals(before.rotation) ||
            !after.scaling.equals(before.scaling)
        ) {
            this.history.add(new TransformCommand(`Transform ${target.name}`, target, before, after));
        }
    }

    /** Gives an extracted part a material; a part is extracted first. The material stays yours. @returns the extracted part */
    public setMaterial(target: EditTarget | ExtractedPart, material: Material): ExtractedPart {
        return this.history.batch(`Set material of ${this.nameOf(target)}`, () => {
            const extracted = target instanceof ExtractedPart ? target : this.extract(target);
            this._checkUnlocked(extracted);
            this._do("Set material", () => {
                const before = extracted.meshes.map((mesh) => mesh.material);
                for (const mesh of extracted.meshes) {
                    mesh.material = material;
                }
                return () => {
                    extracted.meshes.forEach((mesh, i) => {
                        mesh.material = before[i];
                    });
                };
            });
            return extracted;
        });
    }

    /** @internal The names that parts of a dendrogram were given, by "start-end". */
    public namesOf(dendrogram: Dendrogram): ReadonlyMap<string, string> {
        return this._names.get(dendrogram) ?? new Map<string, string>();
    }

    /** @internal Takes over what was saved of an editor: each kind of edit, and each extracted part, is a step that can be undone. */
    public restore({ bits, groups, names, parts }: EditorContents): void {
        if (names.size > 0) {
            this._do("Rename", () => {
                for (const [dendrogram, given] of names) {
                    this._names.set(dendrogram, given);
                }
                return () => {
                    for (const dendrogram of names.keys()) {
                        this._names.delete(dendrogram);
                    }
                };
            });
        }
        if (groups.length > 0) {
            this._setGroups("Merge", () => groups);
        }
        const isOfPart = new Uint8Array(bits.length);
        for (const { leaves } of parts) {
            for (const leaf of leaves) {
                isOfPart[leaf] = 1;
            }
        }
        const anywhere = bits.reduce((all, value) => all | value, 0);
        const set = (name: string, mask: number, has: (leaf: number) => boolean): void => {
            if ((anywhere & mask) === 0) {
                return;
            }
            this._change(name, LeavesWhere(bits.length, has), (value, leaf) => (value & ~mask) | (bits[leaf] & mask));
        };
        set("Recolor", LEAF_RECOLORED | 0xffffff, (leaf) => (bits[leaf] & LEAF_RECOLORED) !== 0);
        set("Hide", LEAF_HIDDEN, (leaf) => (bits[leaf] & GONE) >>> 0 === LEAF_HIDDEN);
        set("Delete", GONE, (leaf) => (bits[leaf] & LEAF_REMOVED) !== 0 && isOfPart[leaf] === 0);
        set("Lock", LEAF_LOCKED, (leaf) => (bits[leaf] & LEAF_LOCKED) !== 0);
        for (const part of parts) {
            const { data } = this._host.overrides;
            const taken = part.leaves.filter((leaf) => (bits[leaf] & ~data[leaf] & LEAF_REMOVED) !== 0);
            this.history.batch(`${taken.length > 0 ? "Extract" : "Duplicate"} ${part.name}`, () => {
                this._change("", taken, (value) => value | GONE);
                this._add(part);
            });
        }
    }

    /** @internal Meshes like those of {@link extract}, of which the editor knows nothing yet. */
    public createMeshes(leaves: Uint32Array, name: string): ExtractedPart {
        const { content, scene, tree, worldMatrix, pointRadius } = this._host;
        return content
            ? CreateContentMeshes(scene, content, leaves, name, this._host.layerMaskOf)
            : CreateLeafCloud(scene, { hierarchy: tree.hierarchy, worldMatrix, pointRadius }, leaves, name);
    }

    /** Undoes the last edit. @returns whether there was one */
    public undo(): boolean {
        return this.history.undo();
    }

    /** Does the last undone edit again. @returns whether there was one */
    public redo(): boolean {
        return this.history.redo();
    }

    /** Takes what edits made out of the scene, and forgets them. */
    public dispose(): void {
        this.active = null;
        this.onChangedObservable.clear();
        this.onActiveChangedObservable.clear();
        this.history.onChangedObservable.clear();
        this.history.clear();
        for (const extracted of this._extracted) {
            extracted.dispose();
        }
        this._extracted = [];
    }

    /** By what a part's name is kept: the node that it is, so that it stays when crumbs come off. */
    private _nameKey(interval: LeafInterval): string {
        const { condensed } = this._host;
        const node = condensed?.mainNodeOf(interval) ?? -1;
        const { start, end } = condensed && node >= 0 ? condensed.nodes[node] : interval;
        return `${start}-${end}`;
    }

    private _all(target: EditTarget, bits: number): boolean {
        return this.leavesOf(target).every((leaf) => (this._host.overrides.data[leaf] & bits) !== 0);
    }

    private _areAnyLocked(leaves: Uint32Array): boolean {
        const { data } = this._host.overrides;
        return leaves.some((leaf) => (data[leaf] & LEAF_LOCKED) !== 0);
    }

    /** The leaves of a target that may be edited. */
    private _editable(target: EditTarget): Uint32Array {
        const leaves = this.leavesOf(target);
        if (this._areAnyLocked(leaves)) {
            throw new UltrametricError(
                "input",
                `${this.nameOf(target)} is locked, or a part of it is; unlock it before editing.`,
            );
        }
        return leaves;
    }

    /** The leaves of a target that are still there to be made meshes of. */
    private _present(target: EditTarget): Uint32Array {
        const { data } = this._host.overrides;
        const leaves = this._editable(target).filter((leaf) => (data[leaf] & LEAF_REMOVED) === 0);
        if (leaves.length === 0) {
            throw new UltrametricError(
                "input",
                `${this.nameOf(target)} has been extracted or deleted, or it is empty; undo that, or edit what was extracted.`,
            );
        }
        return leaves;
    }

    private _checkUnlocked(target: ExtractedPart): void {
        if (target.isLocked) {
            throw new UltrametricError("input", `${target.name} is locked; unlock it before editing.`);
        }
        if (!target.isInScene) {
            throw new UltrametricError(
                "input",
                `${target.name} is not in the scene: it was deleted, or its extraction undone.`,
            );
        }
    }

    private _unlockedLeaves(): Uint32Array {
        const { data } = this._host.overrides;
        return LeavesWhere(data.length, (leaf) => (data[leaf] & LEAF_LOCKED) === 0);
    }

    private _setLocked(target: EditTarget | ExtractedPart, value: boolean): void {
        const title = `${value ? "Lock" : "Unlock"} ${this.nameOf(target)}`;
        if (!(target instanceof ExtractedPart)) {
            this._change(title, this.leavesOf(target), (bits) => (value ? bits | LEAF_LOCKED : bits & ~LEAF_LOCKED));
        } else if (target.isLocked !== value) {
            this._do(title, () => {
                target.isLocked = value;
                return () => {
                    target.isLocked = !value;
                };
            });
        }
    }

    private _edit(name: string, target: EditTarget, change: (value: number) => number): void {
        this._change(name, this._editable(target), change);
    }

    /** Does what changes leaves' bits; nothing where nothing changes. */
    private _change(name: string, leaves: Uint32Array, change: (value: number, leaf: number) => number): void {
        const { overrides } = this._host;
        const values = overrides.read(leaves);
        const changed = new Uint32Array(leaves.length);
        const before = new Uint32Array(leaves.length);
        const after = new Uint32Array(leaves.length);
        let count = 0;
        for (let i = 0; i < leaves.length; i++) {
            const value = change(values[i], leaves[i]) >>> 0;
            if (value !== values[i]) {
                changed[count] = leaves[i];
                before[count] = values[i];
                after[count++] = value;
            }
        }
        if (count === 0) {
            return;
        }
        const [which, from, to] = [changed, before, after].map((all) =>
            count < all.length ? all.slice(0, count) : all,
        );
        this._do(name, () => {
            overrides.write(which, to);
            return () => overrides.write(which, from);
        });
    }

    private _color(leaves: Uint32Array, [r, g, b]: [number, number, number]): void {
        this._change("Recolor", leaves, (value) => WithColor(value, PackOverrideColor({ r, g, b })));
    }

    /** Does something that says how to take it back. */
    private _do(name: string, apply: () => () => void): void {
        let revert: () => void = () => {};
        this.history.do({
            name,
            apply: () => {
                revert = apply();
            },
            revert: () => revert(),
        });
    }

    private _addGroups(name: string, added: readonly PartGroup[]): void {
        const isTaken = new Set(added.flatMap(({ leaves }) => [...leaves]));
        this._setGroups(name, (groups) => [
            ...groups.flatMap((group) => {
                const leaves = group.leaves.filter((leaf) => !isTaken.has(leaf));
                return leaves.length === group.leaves.length
                    ? [group]
                    : leaves.length > 0
                      ? [{ ...group, leaves }]
                      : [];
            }),
            ...added,
        ]);
    }

    private _setGroups(name: string, change: (groups: readonly PartGroup[]) => readonly PartGroup[]): void {
        const before = this._groups;
        const after = change(before);
        const set = (groups: readonly PartGroup[]): void => {
            this._groups = groups;
            this._groupOfLeaf = null;
        };
        this._do(name, () => {
            set(after);
            return () => set(before);
        });
    }

    /** The smaller side of the next split that counts. */
    private _nextSide(part: Part): Part | null {
        const least = Math.max(1, this._host.minStepLeaves);
        for (let whole: Part | undefined = part; whole; ) {
            const [small, large]: Part[] = whole.children.sort((a, b) => a.size - b.size || b.start - a.start);
            if (small && small.size >= least) {
                return small;
            }
            whole = large;
        }
        return null;
    }

    private _add(extracted: ExtractedPart): ExtractedPart {
        let isNew = true;
        const command: EditCommand = {
            name: "Make meshes",
            apply: () => {
                if (!isNew) {
                    extracted.setInScene(true);
                }
                isNew = false;
                this._extracted = [...this._extracted, extracted];
            },
            revert: () => {
                extracted.setInScene(false);
                this._extracted = this._extracted.filter((other) => other !== extracted);
            },
            dispose: (isApplied) => {
                if (!isApplied) {
                    extracted.dispose();
                }
            },
        };
        this.history.do(command);
        return extracted;
    }
}

class TransformCommand implements EditCommand {
    public constructor(
        public readonly name: string,
        private readonly _part: ExtractedPart,
        private readonly _before: PartTransform,
        private readonly _after: PartTransform,
    ) {}

    public apply(): void {
        this._part.place(this._after);
    }

    public revert(): void {
        this._part.place(this._before);
    }
}

/** The bits of a leaf that was extracted or deleted. */
const GONE = LEAF_HIDDEN | LEAF_REMOVED;

/** Parts and selections have leaves, too, which they count when they are asked. */
function IsGroup(target: EditTarget): target is PartGroup {
    return "leaves" in target && !("start" in target) && !("intervals" in target);
}

/** Those of so many leaves of which something holds, ascending. */
function LeavesWhere(leafCount: number, has: (leaf: number) => boolean): Uint32Array {
    const leaves = new Uint32Array(leafCount);
    let count = 0;
    for (let leaf = 0; leaf < leafCount; leaf++) {
        if (has(leaf)) {
            leaves[count++] = leaf;
        }
    }
    return leaves.slice(0, count);
}

function WithColor(value: number, bits: number): number {
    return (value & ~(LEAF_RECOLORED | 0xffffff)) | bits;
}
