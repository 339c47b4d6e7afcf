import { ShareCopies } from "../extract/shareCopies";
import type { ExtractedPart } from "../model/extractedPart";
import type { EditTarget } from "./editTargets";
import type { PartEditor } from "./partEditor";

/** Options of {@link ExtractParts}. */
export interface ExtractPartsOptions {
    /**
     * True if meshes that are copies of each other become instances: they share their vertex data and differ in their
     * transform, see ShareCopies. Default true.
     */
    instances: boolean;
}

/** The defaults of {@link ExtractPartsOptions}. */
export const DEFAULT_EXTRACT_PARTS_OPTIONS: Readonly<ExtractPartsOptions> = { instances: true };

/**
 * Extracts several parts, each to meshes of its own (see PartEditor.extract), as one step of the history.
 *
 *     const wheels = await FindLikePartsAsync(segmentation.parts!, wheel);
 *     ExtractParts(segmentation.editor!, wheels); // four wheels that share their vertex data
 *
 * @returns the extracted parts, in the order of the targets
 * @throws UltrametricError as PartEditor.extract; nothing is extracted then
 */
export function ExtractParts(
    editor: PartEditor,
    targets: readonly EditTarget[],
    options: Partial<ExtractPartsOptions> = {},
): ExtractedPart[] {
    const { instances } = { ...DEFAULT_EXTRACT_PARTS_OPTIONS, ...options };
    return editor.history.batch(`Extract ${targets.length} parts`, () => {
        const parts = targets.map((target) => editor.extract(target));
        if (instances) {
            ShareCopies(parts.flatMap(({ meshes, cloudMaterial }) => (cloudMaterial ? [] : meshes)));
        }
        return parts;
    });
}
