import type { Material } from "@babylonjs/core/Materials/material";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { Scene } from "@babylonjs/core/scene";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { Dendrogram } from "../../compute/hierarchy/cut/dendrogram";
import type { SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import { IsSplatMesh } from "../content/splatData";
import type { JsonNode } from "../formats/jsonNode";
import type { PartEditor } from "../parts/edit/partEditor";
import { ExtractedPart } from "../parts/model/extractedPart";
import { LeavesOfIntervals } from "../parts/model/leafInterval";
import { LEAF_REMOVED, ShowLeaf } from "../parts/model/leafOverrides";
import type { EditState } from "./savedEdits";
import { ReadInterval } from "./savedInterval";
import { ReadTransform } from "./savedTransform";
import { FindLinked, ReadLink, type SceneLink } from "./sceneLink";

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
    const bits = readBits(saved, order);
    const groups = saved
        .at("groups")
        .items()
        .map((group) => ({ name: group.at("name").string(), leaves: readLeaves(group.at("leaves"), order) }));
    const names = readNames(saved, hierarchy);
    const parts: ExtractedPart[] = [];
    const taken = new Set<string>();
    for (const part of saved.at("parts").items()) {
        const leaves = readLeaves(part.at("leaves"), order);
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
    editor.restore({ bits, groups, names, parts });
}

/** Returns the [n] saved bits of all leaves. */
function readBits(saved: JsonNode, order: Uint32Array): Uint32Array {
    const bits = new Uint32Array(order.length);
    for (const run of saved.at("leaves").items()) {
        const { start, end } = ReadInterval(run, 3, order.length);
        const value = run.items()[2].number();
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
        if (saved.at("names").has(criterion)) {
            const given = saved.at("names").at(criterion);
            const keys = Object.keys(given.value as object);
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
