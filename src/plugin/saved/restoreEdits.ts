import type { Material } from "@babylonjs/core/Materials/material";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import type { Scene } from "@babylonjs/core/scene";
import type { JsonNode } from "../../compute/base/jsonNode";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { Dendrogram } from "../../compute/hierarchy/cut/dendrogram";
import type { SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import { IsSplatMesh } from "../content/splatData";
import type { PartEditor } from "../parts/edit/partEditor";
import { ExtractedPart } from "../parts/model/extractedPart";
import { type LeafInterval, LeavesOfIntervals } from "../parts/model/leafInterval";
import { LEAF_REMOVED, ShowLeaf } from "../parts/model/leafOverrides";
import type { PartTransform } from "../parts/model/partTransform";
import { ReadCommits } from "./readCommits";
import type { EditState } from "./savedEdits";
import { ReadInterval } from "./savedInterval";
import { ReadTransform } from "./savedTransform";
import { FindLinked, ReadLink, type SceneLink } from "./sceneLink";

/** Edits of a file that were read and checked. */
export interface ReadEdits {
    /** [n] the bits of all leaves, see LeafOverrides. */
    readonly bits: Uint32Array;
    readonly groups: readonly { readonly name: string; readonly leaves: Uint32Array<ArrayBuffer> }[];
    readonly names: ReadonlyMap<Dendrogram, Map<string, string>>;
    readonly derivedNames: ReadonlyMap<Dendrogram, Map<string, string>>;
    readonly commits: ReadonlyMap<Dendrogram, readonly LeafInterval[]>;
    readonly parts: readonly ReadPart[];
}

/** An extracted part of a file. */
interface ReadPart {
    readonly key: string;
    readonly name: string;
    readonly isLocked: boolean;
    readonly leaves: Uint32Array<ArrayBuffer>;
    readonly transform: PartTransform;
    /** The node that it hangs below; null for none; undefined in older files. */
    readonly parent: SceneLink | null | undefined;
    /** The materials of its meshes; null for that of the content. */
    readonly materials: readonly (SceneLink | null)[];
}

/** The answers of an application where the scene lacks something, see LoadOptions. */
export interface RestoreActions {
    /** Returns a material that is not in the scene by its name; null for none. */
    materialOf(name: string): Material | null;
    /**
     * Called for each part and each material that cannot be restored: a part without content stays a part of the
     * hierarchy; a part without its material gets that of the content.
     */
    onProblem(problem: UltrametricError): void;
}

/** Reads the saved edits of a hierarchy, and changes nothing. @throws UltrametricError "input" if they are damaged */
export function ReadSavedEdits(segmentation: JsonNode, hierarchy: SegmentationHierarchy): ReadEdits {
    const saved = segmentation.at("edits");
    const { order } = hierarchy.dendrogram(hierarchy.criteria[0]);
    return {
        bits: readBits(saved, order),
        groups: saved
            .at("groups")
            .items()
            .map((group) => ({ name: group.at("name").string(), leaves: readLeaves(group.at("leaves"), order) })),
        names: readNames(saved.at("names"), hierarchy),
        derivedNames: saved.has("derivedNames") ? readNames(saved.at("derivedNames"), hierarchy) : new Map(),
        commits: ReadCommits(saved, hierarchy),
        parts: saved
            .at("parts")
            .items()
            .map((part) => ({
                key: part.at("key").string(),
                parent: part.has("parent") ? readOptionalLink(part.at("parent")) : undefined,
                name: part.at("name").string(),
                isLocked: part.at("isLocked").value === true,
                leaves: readLeaves(part.at("leaves"), order),
                transform: ReadTransform(part),
                materials: part.at("materials").items().map(readOptionalLink),
            })),
    };
}

/**
 * Applies saved edits to a hierarchy, as steps that can be undone. Extracted parts whose meshes are in the scene, since
 * it was saved with them, use those; others are created from the content.
 */
export function RestoreEdits(
    { bits, groups, names, derivedNames, commits, parts: saved }: ReadEdits,
    { editor, scene }: EditState & { readonly scene: Scene },
    actions: RestoreActions,
): void {
    const parts: ExtractedPart[] = [];
    const taken = new Set<string>();
    for (const part of saved) {
        const { key, leaves } = part;
        const found = taken.has(key) ? null : ExtractedPart.Find(scene, key, leaves);
        if (found) {
            restoreOwnMaterials(found, part, actions);
        }
        const restored = found ?? createPart(part, editor, scene, actions);
        if (restored) {
            taken.add(key);
            restored.name = part.name;
            restored.isLocked = part.isLocked;
            parts.push(restored);
        } else {
            for (const leaf of leaves) {
                bits[leaf] = ShowLeaf(bits[leaf] & ~LEAF_REMOVED);
            }
        }
    }
    editor.restore({ bits, groups, names, derivedNames, commits, parts });
}

/** Returns the [n] saved bits of all leaves. */
function readBits(saved: JsonNode, order: Uint32Array): Uint32Array {
    const bits = new Uint32Array(order.length);
    for (const run of saved.at("leaves").items()) {
        const { start, end } = ReadInterval(run, 3, order.length);
        const bit = run.items()[2];
        const value = bit.number();
        if (!(Number.isInteger(value) && value >= 0 && value <= 0xffffffff)) {
            throw bit.error(`is ${value}; it must be a whole number of 32 bits.`);
        }
        for (let orderIndex = start; orderIndex < end; orderIndex++) {
            bits[order[orderIndex]] = value;
        }
    }
    return bits;
}

/** Returns the names of parts by dendrogram and key. */
function readNames(saved: JsonNode, hierarchy: SegmentationHierarchy): Map<Dendrogram, Map<string, string>> {
    const names = new Map<Dendrogram, Map<string, string>>();
    for (const criterion of hierarchy.criteria) {
        if (saved.has(criterion)) {
            const given = saved.at(criterion);
            const keys = given.keys();
            names.set(hierarchy.dendrogram(criterion), new Map(keys.map((key) => [key, given.at(key).string()])));
        }
    }
    return names;
}

/** Returns the leaves of saved intervals. */
function readLeaves(intervals: JsonNode, order: Uint32Array): Uint32Array<ArrayBuffer> {
    return LeavesOfIntervals(
        order,
        intervals.items().map((interval) => ReadInterval(interval, 2, order.length)),
    );
}

function readOptionalLink(link: JsonNode): SceneLink | null {
    return link.value === null ? null : ReadLink(link);
}

/** Creates an extracted part from the content; null if that fails. */
function createPart(
    { key, name, leaves, transform, parent, materials }: ReadPart,
    editor: PartEditor,
    scene: Scene,
    actions: RestoreActions,
): ExtractedPart | null {
    let part: ExtractedPart;
    try {
        part = editor.createMeshes(leaves, name);
    } catch (error) {
        actions.onProblem(
            new UltrametricError(
                "input",
                `The extracted part "${name}" could not be created again and is shown in place: ` +
                    (error as Error).message,
                { cause: error },
            ),
        );
        return null;
    }
    part.key = key;
    hangBelow(part.root, parent, name, scene, actions);
    part.place(transform);
    part.meshes.forEach((mesh, m) => {
        const link = materials[m];
        if (link && !IsSplatMesh(mesh)) {
            restoreMaterial(mesh, link, name, scene, actions);
        }
    });
    return part;
}

/** Gives a part its saved parent. Without it in the scene, the part hangs below the mesh that it came from. */
function hangBelow(
    root: TransformNode,
    link: SceneLink | null | undefined,
    part: string,
    scene: Scene,
    { onProblem }: RestoreActions,
): void {
    if (!link) {
        root.parent = null;
        return;
    }
    const candidates: readonly TransformNode[] = [...scene.meshes, ...scene.transformNodes].filter(
        (node) => node !== root && !node.isDescendantOf(root),
    );
    // Most parts hang below the mesh that they came from; names of nodes repeat.
    const [found] = FindLinked([link], candidates, (node) => node === root.parent);
    if (found) {
        root.parent = found;
    } else {
        onProblem(
            new UltrametricError(
                "input",
                `The node "${link.name}" above the extracted part "${part}" is not in the scene; ` +
                    "the part hangs below the mesh that it came from.",
            ),
        );
    }
}

/** Gives a mesh its saved material, unless it has the same one from the content. */
function restoreMaterial(
    mesh: Mesh,
    link: SceneLink,
    part: string,
    scene: Scene,
    { materialOf, onProblem }: RestoreActions,
): void {
    const { material } = mesh;
    if (material?.name === link.name && material.id === link.id) {
        return;
    }
    const materials: readonly Material[] = [...scene.materials, ...scene.multiMaterials];
    const found = FindLinked([link], materials, () => true)[0] ?? materialOf(link.name);
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

/** Gives meshes that were saved with the scene the application's materials that their file did not keep. */
function restoreOwnMaterials({ meshes }: ExtractedPart, { materials }: ReadPart, { materialOf }: RestoreActions): void {
    // A glTF loader divides a mesh of several materials.
    for (const [m, mesh] of meshes.length === materials.length ? meshes.entries() : []) {
        const name = materials[m]?.name;
        if (name !== undefined && mesh.material?.name !== name && !IsSplatMesh(mesh)) {
            mesh.material = materialOf(name) ?? mesh.material;
        }
    }
}
