import type { Material } from "@babylonjs/core/Materials/material";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { Scene } from "@babylonjs/core/scene";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { Criterion, SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import type { JsonNode } from "../formats/jsonNode";
import type { PartEditor } from "../parts/edit/partEditor";
import { ExtractedPart } from "../parts/model/extractedPart";
import { type LeafInterval, LeavesOfIntervals, NormalizeIntervals } from "../parts/model/leafInterval";
import { LEAF_EDITS, LEAF_REMOVED, type LeafOverrides, ShowLeaf } from "../parts/model/leafOverrides";
import type { PartGroup } from "../parts/model/partGroups";
import { IsSplatMesh } from "../sceneCapture/splatData";
import { ReadTransform, type SavedTransform, SaveTransform } from "./savedTransform";
import { FindLinked, LinkTo, ReadLink, type SceneLink } from "./sceneLink";

/** [start, end) of the leaf order of the hierarchy's first criterion. */
type SavedInterval = readonly [start: number, end: number];

/** A part that is meshes of its own. */
interface SavedPart extends SavedTransform {
    /** Of its node, see ExtractedPart.key. */
    readonly key: string;
    readonly name: string;
    readonly isLocked: boolean;
    readonly leaves: readonly SavedInterval[];
    /** Of its meshes; null for none, and for what clouds of leaves and splats have of their own. */
    readonly materials: readonly (SceneLink | null)[];
}

/** What edits made of a hierarchy's parts, without their history. */
export interface SavedEdits {
    /** Runs of leaves that have edits: [start, end, bits], see LeafOverrides. */
    readonly leaves: readonly (readonly [start: number, end: number, bits: number])[];
    readonly groups: readonly { readonly name: string; readonly leaves: readonly SavedInterval[] }[];
    /** By criterion the names that parts were given, by "start-end" in its leaf order. */
    readonly names: Readonly<Record<string, Readonly<Record<string, string>>>>;
    readonly parts: readonly SavedPart[];
}

/** What edits are of. */
export interface EditState {
    readonly hierarchy: SegmentationHierarchy;
    readonly overrides: LeafOverrides;
    readonly editor: PartEditor;
}

/** What edits made, as JSON can hold it. */
export function SaveEdits({ hierarchy, overrides, editor }: EditState): SavedEdits {
    const { order } = hierarchy.dendrogram(hierarchy.criteria[0]);
    const placeOf = new Uint32Array(order.length);
    order.forEach((leaf, place) => {
        placeOf[leaf] = place;
    });
    const intervalsOf = (leaves: Uint32Array): SavedInterval[] =>
        NormalizeIntervals(Array.from(leaves, (leaf) => ({ start: placeOf[leaf], end: placeOf[leaf] + 1 }))).map(
            ({ start, end }) => [start, end],
        );
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
 * Makes of a hierarchy's parts what edits had made of them, which can be undone. Parts whose meshes are in the scene, as in one that was saved with
 * them, are these; others are made anew from the content.
 *
 * @param onProblem told of what cannot be made again: a part without its content stays where it was, one without its material gets the content's
 * @throws UltrametricError "input" when what was saved is damaged
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
        for (let place = start; place < end; place++) {
            bits[order[place]] = value;
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
        const made =
            (taken.has(key) ? null : ExtractedPart.Find(scene, key, leaves)) ??
            makeAgain(part, leaves, editor, scene, onProblem);
        if (made) {
            taken.add(key);
            made.name = part.at("name").string();
            made.isLocked = part.at("isLocked").value === true;
            parts.push(made);
        } else {
            for (const leaf of leaves) {
                bits[leaf] = ShowLeaf(bits[leaf] & ~LEAF_REMOVED);
            }
        }
    }
    const namesOf = new Map([...names].map(([criterion, given]) => [hierarchy.dendrogram(criterion), given]));
    editor.restore({ bits, groups, names: namesOf, parts });
}

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

/** [start, end) of places, and whatever else it has. @throws UltrametricError "input" where it is none */
export function ReadInterval(node: JsonNode, length: number, leafCount: number): LeafInterval {
    const [start, end] = node.items(length).map((item) => item.number());
    if (!(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= leafCount)) {
        throw node.error(`is [${start}, ${end}), which is no interval of ${leafCount} places.`);
    }
    return { start, end };
}

function makeAgain(
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
                `The extracted part "${name}" could not be made again and is shown where it was: ${(error as Error).message}`,
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
            setMaterial(mesh, ReadLink(node), name, scene, onProblem);
        }
    });
    return part;
}

/** Gives a mesh the material that it had, where that is not the content's own. */
function setMaterial(
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
                `The material "${link.name}" of the extracted part "${part}" is not in the scene; it has the content's own.`,
            ),
        );
    }
}
