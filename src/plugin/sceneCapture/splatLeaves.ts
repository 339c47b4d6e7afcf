import type { SplatVisibility } from "../../compute/splats/splatVisibility";
import type { ViewVisibility } from "../../compute/views/capture";
import type { ContentSamples } from "../content/contentSamples";
import type { ContentPiece } from "../content/sceneContent";

type Samples = Pick<ContentSamples<ContentPiece>, "elements" | "runs">;

/** Returns [elements] the leaf of each splat, -1 for faint splats, faces and points; null without splats. */
export function FindLeavesOfSplats({ elements, runs }: Samples, elementCount: number): Int32Array | null {
    const splatRuns = runs.filter(({ piece }) => piece.kind === "splats");
    if (splatRuns.length === 0) {
        return null;
    }
    const leafOfSplat = new Int32Array(elementCount).fill(-1);
    for (const { first, count } of splatRuns) {
        for (let leaf = first; leaf < first + count; leaf++) {
            leafOfSplat[elements[leaf]] = leaf;
        }
    }
    return leafOfSplat;
}

/** Converts the visibility of splats in a view to the visibility of their leaves. */
export function LeafVisibilityInView({ elements, pixels }: SplatVisibility, leafOfSplat: Int32Array): ViewVisibility {
    const leaves = new Uint32Array(elements.length);
    const leafPixels = new Uint32Array(elements.length);
    let count = 0;
    for (let i = 0; i < elements.length; i++) {
        const leaf = leafOfSplat[elements[i]];
        if (leaf >= 0) {
            leaves[count] = leaf;
            leafPixels[count++] = pixels[i];
        }
    }
    return { points: leaves.slice(0, count), pixels: leafPixels.slice(0, count) };
}

/** Returns [leaves] 1 for splats; null without splats. */
export function MarkSplats({ elements, runs }: Samples): Uint8Array | null {
    if (!runs.some(({ piece }) => piece.kind === "splats")) {
        return null;
    }
    const marks = new Uint8Array(elements.length);
    for (const { piece, first, count } of runs) {
        marks.fill(piece.kind === "splats" ? 1 : 0, first, first + count);
    }
    return marks;
}
