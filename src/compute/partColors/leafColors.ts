import type { Dendrogram } from "../hierarchy/cut/dendrogram";

// Bits of a leaf's override; below them 24 bits of color, sRGB bytes with red lowest, which count where LEAF_RECOLORED is set.
/** The leaf has a color of its own in place of its part's, in every mode. */
export const LEAF_RECOLORED = 1 << 24;
/** The leaf is not drawn: its color becomes 0, without opacity. */
export const LEAF_HIDDEN = 1 << 25;
/** The leaf is one of the selected, where PartColorSettings.flagged is 1. */
export const LEAF_SELECTED = 1 << 26;

/** How leaves are colored. Intervals are places in the leaf order, [start, end); an empty one for none. */
export interface PartColorSettings {
    /** Gaps of a rank below this are closed (see CutRankForCount). */
    readonly cutRank: number;
    /** 0: the original colors, 1: the parts' colors. */
    readonly partShare: number;
    /** How far the parts' colors take on the light and shade of the original colors, 0..1. */
    readonly shading: number;
    readonly hoveredStart: number;
    readonly hoveredEnd: number;
    /** How far the hovered part is drawn toward white, 0..1. */
    readonly highlight: number;
    readonly selectedStart: number;
    readonly selectedEnd: number;
    /** 1: leaves with LEAF_SELECTED are selected, beside the interval; 0: only the interval counts. Default 0. */
    readonly flagged?: number;
    /** How far all but the selected part is drawn toward dark gray, 0..1. */
    readonly dimming: number;
    /**
     * 1: leaves get their part's plain color, or their own, and what is left of opacity to 255 says what else is to be seen: a sum of MARK_*; for
     * those who mix with a look of their own. Default 0: all is mixed here.
     */
    readonly marks?: number;
}

// Marks of a leaf's color, see PartColorSettings.marks.
export const MARK_HOVERED = 1;
/** Others are selected. */
export const MARK_DIMMED = 2;
export const MARK_RECOLORED = 4;
export const MARK_SELECTED = 8;

/** What cuts a dendrogram and colors its leaves: a part's color is that of its first place. */
export interface LeafColors {
    /** Number of leaves. */
    readonly leafCount: number;
    /**
     * Takes the dendrogram to cut.
     *
     * @param partStartColors [n] color of the part that starts at a place, packed, red lowest
     * @throws UltrametricError "input" when it has another number of leaves
     */
    setDendrogram(dendrogram: Dendrogram, partStartColors: Uint32Array<ArrayBuffer>): void;
    /** Takes what the leaves look like without parts. @param colors [n, 3] sRGB bytes of the leaves */
    setOriginalColors(colors: Uint8Array): void;
    /**
     * Takes what leaves look like whatever their part; none is overridden at first.
     *
     * @param overrides [count] of the leaves from `firstLeaf` on: bits LEAF_RECOLORED, LEAF_HIDDEN, LEAF_SELECTED above a color
     */
    setOverrides(overrides: Uint32Array<ArrayBuffer>, firstLeaf?: number): void;
    /** Cuts and colors: what is drawn after the call has the colors. */
    dispatch(settings: PartColorSettings): void;
    /** Milliseconds that the GPU takes for it; null where it is not measured. */
    readonly gpuMilliseconds: number | null;
    /** Frees what it holds. Safe to call again. */
    dispose(): void;
}

/** [n, 3] bytes -> [n] packed, red lowest, opaque. */
export function PackColors(colors: Uint8Array): Uint32Array<ArrayBuffer> {
    const packed = new Uint32Array(colors.length / 3);
    for (let i = 0; i < packed.length; i++) {
        packed[i] = (colors[3 * i] | (colors[3 * i + 1] << 8) | (colors[3 * i + 2] << 16) | 0xff000000) >>> 0;
    }
    return packed;
}
