import type { SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import { IsSplatMesh } from "../content/splatData";
import type { PartEditor } from "../parts/edit/partEditor";
import { NormalizeIntervals } from "../parts/model/leafInterval";
import { LEAF_EDITS, type LeafOverrides } from "../parts/model/leafOverrides";
import { type SavedTransform, SaveTransform } from "./savedTransform";
import { LinkTo, type SceneLink } from "./sceneLink";

/** An interval of the leaf order of the hierarchy's first criterion, [start, end). */
type SavedInterval = readonly [start: number, end: number];

/** An extracted part. */
interface SavedPart extends SavedTransform {
    /** See ExtractedPart.key. */
    readonly key: string;
    readonly name: string;
    readonly isLocked: boolean;
    readonly leaves: readonly SavedInterval[];
    /** The node that it hangs below; null for none. Missing in older files, whose parts have no parent. */
    readonly parent: SceneLink | null;
    /** The materials of its meshes; null for none, and for clouds of leaves and splats. */
    readonly materials: readonly (SceneLink | null)[];
}

/** The result of edits, without their history. */
export interface SavedEdits {
    /** Runs of edited leaves with the same bits, see LeafOverrides: [start, end, bits]. */
    readonly leaves: readonly (readonly [start: number, end: number, bits: number])[];
    /** The groups, see PartGroup. */
    readonly groups: readonly { readonly name: string; readonly leaves: readonly SavedInterval[] }[];
    /** The names of parts by criterion, and by "start-end" in its leaf order, see PartNames. */
    readonly names: Readonly<Record<string, Readonly<Record<string, string>>>>;
    /** Names that came from the content, in the same way; files of older versions have none. */
    readonly derivedNames?: Readonly<Record<string, Readonly<Record<string, string>>>>;
    /** The committed parts by criterion, in its leaf order; not in older files. */
    readonly commits?: Readonly<Record<string, readonly SavedInterval[]>>;
    /** The extracted parts. */
    readonly parts: readonly SavedPart[];
}

/** The hierarchy whose edits are saved. */
export interface EditState {
    readonly hierarchy: SegmentationHierarchy;
    readonly overrides: LeafOverrides;
    readonly editor: PartEditor;
}

/** Returns the result of edits as JSON. */
export function SaveEdits({ hierarchy, overrides, editor }: EditState): SavedEdits {
    const { order } = hierarchy.dendrogram(hierarchy.criteria[0]);
    const orderIndexOf = new Uint32Array(order.length);
    for (const [orderIndex, leaf] of order.entries()) {
        orderIndexOf[leaf] = orderIndex;
    }
    const intervalsOf = (leaves: Uint32Array): SavedInterval[] =>
        NormalizeIntervals(
            Array.from(leaves, (leaf) => ({ start: orderIndexOf[leaf], end: orderIndexOf[leaf] + 1 })),
        ).map(({ start, end }) => [start, end]);
    const names: Record<string, Record<string, string>> = {};
    const derivedNames: Record<string, Record<string, string>> = {};
    const commits: Record<string, SavedInterval[]> = {};
    for (const criterion of hierarchy.criteria) {
        const committed = editor.commitsOf(hierarchy.dendrogram(criterion));
        if (committed.length > 0) {
            commits[criterion] = committed.map(({ start, end }) => [start, end]);
        }
        const given = editor.namesOf(hierarchy.dendrogram(criterion));
        if (given.size > 0) {
            names[criterion] = Object.fromEntries(given);
        }
        const derived = editor.derivedNamesOf(hierarchy.dendrogram(criterion));
        if (derived.size > 0) {
            derivedNames[criterion] = Object.fromEntries(derived);
        }
    }
    return {
        leaves: runsOf(overrides.data, order),
        groups: editor.groups.map(({ name, leaves }) => ({ name, leaves: intervalsOf(leaves) })),
        names,
        derivedNames,
        commits,
        parts: editor.extracted.map((part) => ({
            ...SaveTransform(part.transform),
            key: part.key,
            parent: part.root.parent && LinkTo(part.root.parent),
            name: part.name,
            isLocked: part.isLocked,
            leaves: intervalsOf(part.leaves),
            materials: part.meshes.map((mesh) =>
                mesh.material && mesh.material !== part.cloudMaterial && !IsSplatMesh(mesh)
                    ? LinkTo(mesh.material)
                    : null,
            ),
        })),
    };
}

/** Returns the runs of edited leaves with the same bits: [start, end, bits]. */
function runsOf(data: Uint32Array, order: Uint32Array): [number, number, number][] {
    const runs: [number, number, number][] = [];
    for (let start = 0; start < order.length; ) {
        const bits = (data[order[start]] & LEAF_EDITS) >>> 0;
        let end = start + 1;
        while (end < order.length && (data[order[end]] & LEAF_EDITS) >>> 0 === bits) {
            end++;
        }
        if (bits !== 0) {
            runs.push([start, end, bits]);
        }
        start = end;
    }
    return runs;
}
