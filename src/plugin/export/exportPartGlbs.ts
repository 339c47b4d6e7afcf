import { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import type { Scene } from "@babylonjs/core/scene";
import { Pacer } from "../../compute/base/pacer";
import type { SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import { CheckContent, type ContentLeaves } from "../parts/model/contentLeaves";
import { BakedItem } from "./bakedItem";
import { CreateLeafPoints, GlbWriter, GroupElements } from "./glbWriter";
import { LabelsOfLeaves, type LeafLabels } from "./leafLabels";

/** Options of {@link ExportPartGlbsAsync}. */
export interface ExportPartGlbsOptions {
    /** Returns the name of a part's node. Default null for "part <number>". */
    nameOf: (part: number) => string | null;
    /** Cancels the export. Default: none. */
    signal: AbortSignal | undefined;
}

/** The defaults of {@link ExportPartGlbsOptions}. */
export const DEFAULT_EXPORT_PART_GLBS_OPTIONS: Readonly<ExportPartGlbsOptions> = {
    nameOf: () => null,
    signal: undefined,
};

/** A part as a GLB. */
export interface PartGlb {
    /** The part's number. */
    readonly part: number;
    readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Exports each part as a GLB of its own, with the same meshes, materials and places as `ExportGlbAsync`; splats are
 * left out. Parts without faces or points have no file. Files are made one at a time, as they are asked for.
 *
 * @param parts a cut; or [leaves] the part of each leaf, where leaves with a negative number are left out
 * @param content the content that the leaves were sampled from; null exports the leaves as colored points, in the
 * coordinates of the hierarchy
 * @param engineScene any scene of the engine that exports
 * @throws UltrametricError "input" for labels or content of another hierarchy; "unsupported" without
 * \@babylonjs/serializers; "disposed"; "aborted"
 */
export async function* ExportPartGlbsAsync(
    hierarchy: SegmentationHierarchy,
    parts: LeafLabels,
    content: ContentLeaves | null,
    engineScene: Scene,
    options: Partial<ExportPartGlbsOptions> = {},
): AsyncGenerator<PartGlb, void, void> {
    const { nameOf, signal } = { ...DEFAULT_EXPORT_PART_GLBS_OPTIONS, ...options };
    const labels = LabelsOfLeaves(parts, hierarchy.leafCount);
    CheckContent(hierarchy, content);
    const writer = await GlbWriter.CreateAsync(engineScene, content?.items.map(({ mesh }) => mesh) ?? []);
    const pacer = new Pacer("Exporting GLBs", signal);
    const pieces = new Map<number, ((parent: TransformNode) => void)[]>();
    const add = (part: number, create: (parent: TransformNode) => void): void => {
        if (part >= 0) {
            const ofPart = pieces.get(part) ?? [];
            ofPart.push(create);
            pieces.set(part, ofPart);
        }
    };
    if (content) {
        for (const item of content.items.filter(({ kind }) => kind !== "splats")) {
            const { firstElement, elementCount } = item;
            let baked: BakedItem | null = null;
            const groups = GroupElements(elementCount, (e) => labels[content.leafOfElement[firstElement + e]]);
            for (const [part, elements] of groups) {
                add(part, (parent) => {
                    baked ??= new BakedItem(item);
                    baked.createMeshes(elements, parent);
                });
            }
            await pacer.yieldIfDueAsync();
        }
    } else {
        for (const [part, leaves] of GroupElements(hierarchy.leafCount, (leaf) => labels[leaf])) {
            add(part, (parent) => CreateLeafPoints(hierarchy, leaves, parent));
        }
    }
    for (const part of [...pieces.keys()].sort((a, b) => a - b)) {
        const bytes = await writer.writeAsync(async (scene) => {
            const node = new TransformNode(nameOf(part) ?? `part ${part}`, scene);
            node.metadata = { gltf: { extras: { part } } };
            for (const create of pieces.get(part)!) {
                create(node);
                await pacer.yieldIfDueAsync();
            }
        });
        await pacer.yieldIfDueAsync();
        yield { part, bytes };
    }
}
