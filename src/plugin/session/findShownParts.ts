import type { PickingInfo } from "@babylonjs/core/Collisions/pickingInfo";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { ContentLeaves } from "../parts/model/contentLeaves";
import { ExtractedPart } from "../parts/model/extractedPart";
import type { Part } from "../parts/model/part";
import type { ShownPart } from "./shownParts";

/** The segmentation whose parts are found; UltrametricSegmentation is one. */
export interface ShownPartsSource {
    readonly shownParts: readonly ShownPart[];
    readonly content: ContentLeaves | null;
    readonly editor: { readonly extracted: readonly ExtractedPart[] } | null;
}

/** Returns the shown parts that a mesh has faces, points or splats of; for a mesh of an extracted part, that part. */
export function ShownPartsOfMesh(segmentation: ShownPartsSource, mesh: AbstractMesh): ShownPart[] {
    return segmentation.shownParts.filter(({ meshes }) => meshes.includes(mesh));
}

/**
 * Returns the shown part that Babylon's own picking hit, such as `scene.pick` or the `pickInfo` of a pointer event; null
 * for something else than the content and the extracted parts.
 *
 *     scene.onPointerObservable.add(({ pickInfo }) => console.log(ShownPartOfPick(segmentation, pickInfo)?.name));
 *
 * @param pick of a mesh with faces; splats are picked by UltrametricSegmentation.pick
 */
export function ShownPartOfPick(
    segmentation: ShownPartsSource,
    pick: PickingInfo | null | undefined,
): ShownPart | null {
    const { shownParts, content, editor } = segmentation;
    const mesh = pick?.hit ? pick.pickedMesh : null;
    if (!mesh) {
        return null;
    }
    const extracted = editor?.extracted.find(
        (part) => part.meshes.some((own) => own === mesh) || part.proxies.some((own) => own === mesh),
    );
    if (extracted) {
        return shownParts.find(({ target }) => target === extracted) ?? null;
    }
    const thinInstance = pick!.thinInstanceIndex ?? -1;
    const items = content?.items.filter((item) => item.mesh === mesh) ?? [];
    const item = items.find((candidate) => candidate.thinInstance === thinInstance) ?? items[0];
    return item?.kind === "faces" && pick!.faceId >= 0 && pick!.faceId < item.elementCount
        ? ShownPartOfLeaf(segmentation, content!.leafOfElement[item.firstElement + pick!.faceId])
        : null;
}

/** Returns the shown part that a leaf belongs to; null for a deleted leaf. */
export function ShownPartOfLeaf({ shownParts }: Pick<ShownPartsSource, "shownParts">, leaf: number): ShownPart | null {
    const holds = ({ target }: ShownPart): boolean =>
        isPart(target) ? target.contains(leaf) : target.leaves.includes(leaf);
    // Groups and extracted parts, which take their leaves from the parts of the cut, come last.
    return [...shownParts].reverse().find((part) => holds(part) && part.leaves.includes(leaf)) ?? null;
}

function isPart(target: ShownPart["target"]): target is Part {
    return !(target instanceof ExtractedPart) && "start" in target;
}
