import { UltrametricError } from "../base/ultrametricError";
import type { Dendrogram } from "../hierarchy/cut/dendrogram";
import {
    LEAF_HIDDEN,
    LEAF_RECOLORED,
    LEAF_SELECTED,
    type LeafColors,
    MARK_DIMMED,
    MARK_HOVERED,
    MARK_RECOLORED,
    MARK_SELECTED,
    PackColors,
    type PartColorSettings,
} from "./leafColors";

/** PartColors without a GPU: O(n) on the calling thread, a few milliseconds for 100,000 leaves. */
export class CpuPartColors implements LeafColors {
    /** [n, 4] bytes: red, green, blue and alpha of each leaf. */
    public readonly bytes: Uint8Array<ArrayBuffer>;
    /** Called when {@link bytes} have changed. */
    public onColored: (() => void) | null = null;

    private readonly _colors: Uint32Array<ArrayBuffer>;
    private readonly _overrides: Uint32Array<ArrayBuffer>;
    private _originalColors: Uint32Array<ArrayBuffer>;
    private _partStartColors: Uint32Array<ArrayBuffer>;
    private _dendrogram: Dendrogram | null = null;

    /** @param leafCount number of leaves */
    public constructor(public readonly leafCount: number) {
        this._colors = new Uint32Array(leafCount);
        this.bytes = new Uint8Array(this._colors.buffer);
        this._overrides = new Uint32Array(leafCount);
        this._originalColors = new Uint32Array(leafCount);
        this._partStartColors = new Uint32Array(leafCount);
    }

    /** See {@link LeafColors}. @throws UltrametricError "input" if it has another number of leaves */
    public setDendrogram(dendrogram: Dendrogram, partStartColors: Uint32Array<ArrayBuffer>): void {
        if (dendrogram.leafCount !== this.leafCount) {
            throw new UltrametricError(
                "input",
                `CpuPartColors: the dendrogram has ${dendrogram.leafCount} leaves in place of ${this.leafCount}.`,
            );
        }
        this._dendrogram = dendrogram;
        this._partStartColors = partStartColors;
    }

    public setOriginalColors(colors: Uint8Array): void {
        this._originalColors = PackColors(colors);
    }

    public setOverrides(overrides: Uint32Array<ArrayBuffer>, firstLeaf = 0): void {
        this._overrides.set(overrides, firstLeaf);
    }

    public dispatch(settings: PartColorSettings): void {
        if (!this._dendrogram) {
            return;
        }
        const { order, rank } = this._dendrogram;
        const { cutRank } = settings;
        let partColor = 0;
        for (let orderIndex = 0; orderIndex < order.length; orderIndex++) {
            if (rank[orderIndex] >= cutRank) {
                partColor = this._partStartColors[orderIndex];
            }
            const leaf = order[orderIndex];
            this._colors[leaf] = MixLeafColor(
                settings,
                orderIndex,
                partColor,
                this._originalColors[leaf],
                this._overrides[leaf],
            );
        }
        this.onColored?.();
    }

    /** null, because there is no GPU. */
    public get gpuMilliseconds(): null {
        return null;
    }

    /** Does nothing: there is nothing to free. */
    public dispose(): void {}
}

/**
 * Returns the color of one leaf, packed with red lowest; the same as partColors.wgsl.
 *
 * @param orderIndex of the leaf
 * @param partColor color of its part, packed
 * @param originalColor color of the leaf without parts, packed
 * @param override bits LEAF_* above a color
 * @returns 0 for a hidden leaf
 */
export function MixLeafColor(
    settings: PartColorSettings,
    orderIndex: number,
    partColor: number,
    originalColor: number,
    override: number,
): number {
    if ((override & LEAF_HIDDEN) !== 0) {
        return 0;
    }
    const { selectedStart, selectedEnd, hoveredStart, hoveredEnd, flagged = 0, marks = 0 } = settings;
    const isRecolored = (override & LEAF_RECOLORED) !== 0;
    const plainColor = isRecolored ? override : partColor;
    const isFlagged = flagged !== 0 && (override & LEAF_SELECTED) !== 0;
    const isSelected = isFlagged || (orderIndex >= selectedStart && orderIndex < selectedEnd);
    const isDimmed = (flagged !== 0 || selectedEnd > selectedStart) && !isSelected;
    const isHovered = orderIndex >= hoveredStart && orderIndex < hoveredEnd;
    if (marks !== 0) {
        const sum =
            (isHovered ? MARK_HOVERED : 0) +
            (isDimmed ? MARK_DIMMED : 0) +
            (isRecolored ? MARK_RECOLORED : 0) +
            (isSelected ? MARK_SELECTED : 0);
        return ((plainColor & 0xffffff) | ((255 - sum) << 24)) >>> 0;
    }
    const originalRed = originalColor & 255;
    const originalGreen = (originalColor >>> 8) & 255;
    const originalBlue = (originalColor >>> 16) & 255;
    const light = 1 + settings.shading * ((0.6 / 255) * luma(originalRed, originalGreen, originalBlue) - 0.5);
    const share = isRecolored ? 1 : settings.partShare;
    let red = originalRed + share * ((plainColor & 255) * light - originalRed);
    let green = originalGreen + share * (((plainColor >>> 8) & 255) * light - originalGreen);
    let blue = originalBlue + share * (((plainColor >>> 16) & 255) * light - originalBlue);
    if (isDimmed) {
        const { dimming } = settings;
        const gray = luma(red, green, blue);
        const darker = 1 - 0.6 * dimming;
        red = (red + dimming * (gray - red)) * darker;
        green = (green + dimming * (gray - green)) * darker;
        blue = (blue + dimming * (gray - blue)) * darker;
    }
    if (isHovered) {
        red += settings.highlight * (255 - red);
        green += settings.highlight * (255 - green);
        blue += settings.highlight * (255 - blue);
    }
    return (byteOf(red) | (byteOf(green) << 8) | (byteOf(blue) << 16) | 0xff000000) >>> 0;
}

/** Returns the luma of a color (ITU-R BT.601). */
function luma(red: number, green: number, blue: number): number {
    return 0.299 * red + 0.587 * green + 0.114 * blue;
}

function byteOf(value: number): number {
    return value <= 0 ? 0 : value >= 255 ? 255 : (value + 0.5) | 0;
}
