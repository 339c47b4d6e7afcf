import type { Material } from "@babylonjs/core/Materials/material";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { Scene } from "@babylonjs/core/scene";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { Criterion, SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import { IsSplatMesh } from "../content/splatData";
import type { JsonNode } from "../formats/jsonNode";
import type { PartEditor } from "../parts/edit/partEditor";
import { ExtractedPart } from "../parts/model/extractedPart";
import { type LeafInterval, LeavesOfIntervals, NormalizeIntervals } from "../parts/model/leafInterval";
import { LEAF_EDITS, LEAF_REMOVED, type LeafOverrides, ShowLeaf } from "../parts/model/leafOverrides";
import type { PartGroup } from "../parts/model/partGroups";
import { ReadTransform, type SavedTransform, SaveTransform } from "./savedTransform";
import { FindLinked, LinkTo, ReadLink, type SceneLink } from "./sceneLink";

/** An interval of the leaf order of the hierarchy's first criterion, [start, end). */
type SavedInterval = readonly [start: number, end: number];

/** An extracted part. */
interface SavedPart extends SavedTransform {
    /** See ExtractedPart.key. */
    readonly key: string;
    readonly name: string;
    readonly isLocked: boolean;
    readonly leaves: readonly SavedInterval[];
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
    for (const criterion of hierarchy.criteria) {
        const given = editor.namesOf(hierarchy.dendrogram(criterion));
        if (given.size > 0) {
            names[criterion] = Object.fromEntries(given);
        }
    }
    return {
        leaves: runsOf(overrides.data, order),
        groups: editor.groups.map(({ name, leaves }) => ({ name, leaves: intervalsOf(leaves) })),
        names,
        parts: editor.extracted.map((part) => ({
            ...SaveTransform(part.transform),
            key: part.key,
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

/**
 * Applies saved edits to a hierarchy, as steps that can be undone. Extracted parts whose meshes are in the scene, since
 * it was saved with them, use those; others are created from the content.
 *
 * @param onProblem called for each part and each material that cannot be restored: a part without content stays a part
 * of the hierarchy; a part without its material gets that of the content
 * @throws UltrametricError "input" if the saved edits are damaged
 */
export function RestoreEdits(
    segmentation: JsonNode,
    { hierarchy, editor, scene }: EditState & { readonly scene: Scene },
    onProblem: (problem: UltrametricError) => void,
): void {
    const saved = segmentation.at("edits");
    const { order } = hierarchy.dendrogram(hierarchy.criteria[0]);
    const leavesOf = (node: JsonNode): Uint32Array<ArrayBuffer> =>
        LeavesOfIntervals(
            order,
            node.items().map((interval) => ReadInterval(interval, 2, order.length)),
        );
    const bits = new Uint32Array(order.length);
    for (const run of saved.at("leaves").items()) {
        const { start, end } = ReadInterval(run, 3, order.length);
        const value = run.items()[2].number();
        for (let orderIndex = start; orderIndex < end; orderIndex++) {
            bits[order[orderIndex]] = value;
        }
    }
    const groups: PartGroup[] = saved
        .at("groups")
        .items()
        .map((group) => ({ name: group.at("name").string(), leaves: leavesOf(group.at("leaves")) }));
    const names = new Map<Criterion, Map<string, string>>();
    for (const criterion of hierarchy.criteria) {
        if (saved.at("names").has(criterion)) {
            const given = saved.at("names").at(criterion);
            const keys = Object.keys(given.value as object);
            names.set(criterion, new Map(keys.map((key) => [key, given.at(key).string()])));
        }
    }
    const parts: ExtractedPart[] = [];
    const taken = new Set<string>();
    for (const part of saved.at("parts").items()) {
        const leaves = leavesOf(part.at("leaves"));
        const key = part.at("key").string();
        const restored =
            (taken.has(key) ? null : ExtractedPart.Find(scene, key, leaves)) ??
            createPart(part, leaves, editor, scene, onProblem);
        if (restored) {
            taken.add(key);
            restored.name = part.at("name").string();
            restored.isLocked = part.at("isLocked").value === true;
            parts.push(restored);
        } else {
            for (const leaf of leaves) {
                bits[leaf] = ShowLeaf(bits[leaf] & ~LEAF_REMOVED);
            }
        }
    }
    const namesOf = new Map([...names].map(([criterion, given]) => [hierarchy.dendrogram(criterion), given]));
    editor.restore({ bits, groups, names: namesOf, parts });
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

/**
 * Reads the interval at the start of an array.
 *
 * @param length of the array
 * @throws UltrametricError "input" if it is not an interval of the leaf order
 */
export function ReadInterval(node: JsonNode, length: number, leafCount: number): LeafInterval {
    const [start, end] = node.items(length).map((item) => item.number());
    if (!(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= leafCount)) {
        throw node.error(`is [${start}, ${end}), which is not an interval of ${leafCount} leaves.`);
    }
    return { start, end };
}

/** Creates an extracted part from the content; null if that fails. */
function createPart(
    saved: JsonNode,
    leaves: Uint32Array,
    editor: PartEditor,
    scene: Scene,
    onProblem: (problem: UltrametricError) => void,
): ExtractedPart | null {
    const name = saved.at("name").string();
    let part: ExtractedPart;
    try {
        part = editor.createMeshes(leaves, name);
    } catch (error) {
        onProblem(
            new UltrametricError(
                "input",
                `The extracted part "${name}" could not be created again and is shown in place: ` +
                    (error as Error).message,
                { cause: error },
            ),
        );
        return null;
    }
    part.key = saved.at("key").string();
    part.place(ReadTransform(saved));
    const links = saved.at("materials").items();
    part.meshes.forEach((mesh, m) => {
        const node = links[m];
        if (node && node.value !== null && !IsSplatMesh(mesh)) {
            restoreMaterial(mesh, ReadLink(node), name, scene, onProblem);
        }
    });
    return part;
}

/** Gives a mesh its saved material, unless it has the same one from the content. */
function restoreMaterial(
    mesh: Mesh,
    link: SceneLink,
    part: string,
    scene: Scene,
    onProblem: (problem: UltrametricError) => void,
): void {
    const { material } = mesh;
    if (material?.name === link.name && material.id === link.id) {
        return;
    }
    const materials: readonly Material[] = [...scene.materials, ...scene.multiMaterials];
    const [found] = FindLinked([link], materials, () => true);
    if (found) {
        mesh.material = found;
    } else {
        onProblem(
            new UltrametricError(
                "input",
                `The material "${link.name}" of the extracted part "${part}" is not in the scene; ` +
                    "the part has the material of the content.",
            ),
        );
    }
}
