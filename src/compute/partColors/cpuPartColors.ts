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

/** What PartColors does on the GPU, without one: O(n) on the calling thread, a few milliseconds for 100,000 leaves. */
export class CpuPartColors implements LeafColors {
    /** [n, 4] bytes: red, green, blue and opacity of each leaf. */
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

    /** See {@link LeafColors}. @throws UltrametricError "input" when it has another number of leaves */
    public setDendrogram(dendrogram: Dendrogram, partStartColors: Uint32Array<ArrayBuffer>): void {
        if (dendrogram.leafCount !== this.leafCount) {
            throw new UltrametricError(
                "input",
                `CpuPartColors: a dendrogram of ${dendrogram.leafCount} leaves, made for ${this.leafCount}.`,
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
        let head = 0;
        for (let place = 0; place < order.length; place++) {
            if (rank[place] >= cutRank) {
                head = this._partStartColors[place];
            }
            const leaf = order[place];
            this._colors[leaf] = MixLeafColor(settings, place, head, this._originalColors[leaf], this._overrides[leaf]);
        }
        this.onColored?.();
    }

    /** null: no GPU. */
    public get gpuMilliseconds(): null {
        return null;
    }

    /** Holds nothing that has to be freed. */
    public dispose(): void {}
}

/**
 * The color of one leaf, packed, red lowest; the same as partColors.wgsl.
 *
 * @param place of the leaf in the leaf order
 * @param partColor of its part, packed
 * @param originalColor what it looks like without parts, packed
 * @param override bits LEAF_* above a color
 * @returns 0 for a hidden leaf
 */
export function MixLeafColor(
    settings: PartColorSettings,
    place: number,
    partColor: number,
    originalColor: number,
    override: number,
): number {
    if ((override & LEAF_HIDDEN) !== 0) {
        return 0;
    }
    const { selectedStart, selectedEnd, hoveredStart, hoveredEnd, flagged = 0, marks = 0 } = settings;
    const isRecolored = (override & LEAF_RECOLORED) !== 0;
    const head = isRecolored ? override : partColor;
    const isSelected =
        (place >= selectedStart && place < selectedEnd) || (flagged !== 0 && (override & LEAF_SELECTED) !== 0);
    const isDimmed = (flagged !== 0 || selectedEnd > selectedStart) && !isSelected;
    const isHovered = place >= hoveredStart && place < hoveredEnd;
    if (marks !== 0) {
        const sum =
            (isHovered ? MARK_HOVERED : 0) +
            (isDimmed ? MARK_DIMMED : 0) +
            (isRecolored ? MARK_RECOLORED : 0) +
            (isSelected ? MARK_SELECTED : 0);
        return ((head & 0xffffff) | ((255 - sum) << 24)) >>> 0;
    }
    // Bytes as they are: 0..255.
    const oldRed = originalColor & 255;
    const oldGreen = (originalColor >>> 8) & 255;
    const oldBlue = (originalColor >>> 16) & 255;
    const light = 1 + settings.shading * ((0.6 / 255) * luma(oldRed, oldGreen, oldBlue) - 0.5);
    const share = isRecolored ? 1 : settings.partShare;
    let red = oldRed + share * ((head & 255) * light - oldRed);
    let green = oldGreen + share * (((head >>> 8) & 255) * light - oldGreen);
    let blue = oldBlue + share * (((head >>> 16) & 255) * light - oldBlue);
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

/** How bright a color is. */
function luma(red: number, green: number, blue: number): number {
    return 0.299 * red + 0.587 * green + 0.114 * blue;
}

function byteOf(value: number): number {
    return value <= 0 ? 0 : value >= 255 ? 255 : (value + 0.5) | 0;
}
