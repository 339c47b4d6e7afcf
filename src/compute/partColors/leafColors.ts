import type { Dendrogram } from "../hierarchy/cut/dendrogram";

// Bits of a leaf's override, above 24 bits of color: sRGB bytes with red lowest, used if LEAF_RECOLORED is set.
/** The leaf has its own color in place of the part's, in every color mode. */
export const LEAF_RECOLORED = 1 << 24;
/** The leaf is not drawn: its color is 0, with alpha 0. */
export const LEAF_HIDDEN = 1 << 25;
/** The leaf is selected, if PartColorSettings.flagged is 1. */
export const LEAF_SELECTED = 1 << 26;

/** Settings of the colors. Intervals [start, end) are of order indices; an empty one means none. */
export interface PartColorSettings {
    /** The cut closes all gaps of a lower rank, see CutRankForCount. */
    readonly cutRank: number;
    /** 0: the original colors, 1: the parts' colors. */
    readonly partShare: number;
    /** Strength of the shading of the parts' colors by the brightness of the original colors, 0..1. */
    readonly shading: number;
    readonly hoveredStart: number;
    readonly hoveredEnd: number;
    /** Blend of the hovered part toward white, 0..1. */
    readonly highlight: number;
    readonly selectedStart: number;
    readonly selectedEnd: number;
    /** 1: leaves with LEAF_SELECTED are selected too; 0: only those in the interval. Default: 0. */
    readonly flagged?: number;
    /** Blend of all but the selected part toward dark gray, 0..1. */
    readonly dimming: number;
    /**
     * 1: leaves get the plain color of their part, or their own, and the alpha 255 - m, where m is a sum of MARK_*, for
     * materials that do the mixing. 0: the colors are mixed. Default: 0.
     */
    readonly marks?: number;
}

// Marks of a leaf, see PartColorSettings.marks.
export const MARK_HOVERED = 1;
/** Other leaves are selected. */
export const MARK_DIMMED = 2;
export const MARK_RECOLORED = 4;
export const MARK_SELECTED = 8;

/** A cut of a dendrogram that colors the leaves: a part has the color of its first order index. */
export interface LeafColors {
    /** Number of leaves. */
    readonly leafCount: number;
    /**
     * Sets the dendrogram to cut.
     *
     * @param partStartColors [n] color of the part that starts at an order index, packed with red lowest
     * @throws UltrametricError "input" if it has another number of leaves
     */
    setDendrogram(dendrogram: Dendrogram, partStartColors: Uint32Array<ArrayBuffer>): void;
    /** Sets the colors of the leaves without parts. @param colors [n, 3] sRGB bytes of the leaves */
    setOriginalColors(colors: Uint8Array): void;
    /**
     * Sets the overrides of leaves, which do not depend on their part; all 0 at first.
     *
     * @param overrides [count] of the leaves from `firstLeaf` on: bits LEAF_* above a color
     */
    setOverrides(overrides: Uint32Array<ArrayBuffer>, firstLeaf?: number): void;
    /** Cuts the dendrogram and colors the leaves; later draw calls use the colors. */
    dispatch(settings: PartColorSettings): void;
    /** GPU time of a dispatch in milliseconds; null where it is not measured. */
    readonly gpuMilliseconds: number | null;
    /** Frees the resources. Safe to call again. */
    dispose(): void;
}

/** Packs colors with red lowest, opaque. @param colors [n, 3] bytes @returns [n] */
export function PackColors(colors: Uint8Array): Uint32Array<ArrayBuffer> {
    const packed = new Uint32Array(colors.length / 3);
    for (let i = 0; i < packed.length; i++) {
        packed[i] = (colors[3 * i] | (colors[3 * i + 1] << 8) | (colors[3 * i + 2] << 16) | 0xff000000) >>> 0;
    }
    return packed;
}
