import { PackOklch } from "../../compute/base/oklab";
import { CreateMaskArrangement, type MaskArrangement } from "../../compute/masks/maskArrangement";
import type { ViewMasks } from "../../compute/masks/maskSet";
import { CreateMaskTree, type MaskTree } from "../../compute/masks/maskTree";
import type { View } from "../../compute/views/capture";

/** Options of {@link MaskOverlay.paint}. */
export interface MaskPaintOptions {
    /** The opacity of the masks' colors, 0..1. Default 0.5. */
    opacity: number;
    /** The mask that is filled and outlined, while the others fade; -1 for none. Default -1. */
    highlighted: number;
}

/** The defaults of {@link MaskPaintOptions}. */
export const DEFAULT_MASK_PAINT_OPTIONS: Readonly<MaskPaintOptions> = { opacity: 0.5, highlighted: -1 };

/** The masks at a pixel. */
export interface MasksAtPixel {
    /** Nested masks from the smallest to the largest: the path to the root of the mask tree. */
    readonly chain: readonly number[];
    /** The other masks at the pixel, which cross the chain, from the smallest to the largest. */
    readonly across: readonly number[];
}

/** The opacities of the other masks and of the highlighted one. */
const FADED_OPACITY = 0.15;
const HIGHLIGHT_OPACITY = 0.6;
/** The longer side of the image divided by the width of an outline. */
const PIXELS_PER_LINE = 250;
/** The difference in hue of successive masks, in degrees. */
const GOLDEN_ANGLE = 137.508;
const LIGHTNESS = [0.7, 0.8, 0.6];
const CHROMA = 0.16;
const WHITE = [255, 255, 255] as const;

/**
 * The masks of a view, painted over its image, and a lookup of the masks at a pixel. Both take milliseconds once the
 * overlay is created.
 */
export class MaskOverlay {
    private readonly _arrangement: MaskArrangement;
    private readonly _tree: MaskTree;
    /** [cells] The smallest mask of each cell; -1 without one. */
    private readonly _smallest: Int32Array;

    /**
     * @param view has the size of the masks
     * @param _colorIds [masks] number that determines the color of each mask; default its index
     * @throws UltrametricError "input" when a mask differs from the view in size
     */
    public constructor(
        public readonly view: View,
        public readonly viewMasks: ViewMasks,
        private readonly _colorIds: readonly number[] = viewMasks.masks.map((_, i) => i),
    ) {
        const { width, height } = view.camera;
        const { masks } = viewMasks;
        this._arrangement = CreateMaskArrangement(masks, width, height);
        this._tree = CreateMaskTree(this._arrangement, view.depth);
        this._smallest = new Int32Array(this._arrangement.cellCount).fill(-1);
        for (let cell = 1; cell < this._smallest.length; cell++) {
            this._smallest[cell] = this._masksOfCell(cell)[0] ?? -1;
        }
    }

    /**
     * Returns the color of a color id.
     * @returns sRGB bytes
     */
    public static ColorOf(colorId: number): [red: number, green: number, blue: number] {
        const packed = PackOklch(LIGHTNESS[colorId % LIGHTNESS.length], CHROMA, (colorId * GOLDEN_ANGLE) % 360);
        return [packed & 255, (packed >> 8) & 255, (packed >> 16) & 255];
    }

    /** Returns the masks at a pixel; none outside of the image. */
    public masksAt(x: number, y: number): MasksAtPixel {
        const { width, height, cellOfPixel } = this._arrangement;
        if (!(x >= 0 && y >= 0 && x < width && y < height)) {
            return { chain: [], across: [] };
        }
        const here = this._masksOfCell(cellOfPixel[Math.floor(y) * width + Math.floor(x)]);
        const chain: number[] = [];
        for (let mask = here[0] ?? -1; mask >= 0; mask = this._tree.parents[mask]) {
            // A parent may lack some pixels of its child.
            if (here.includes(mask)) {
                chain.push(mask);
            }
        }
        return { chain, across: here.filter((mask) => !chain.includes(mask)) };
    }

    /**
     * Paints the image with its masks: each pixel in the color of its smallest mask, with outlines.
     * @returns [height, width, 4] straight-alpha sRGB bytes
     */
    public paint(options: Partial<MaskPaintOptions> = {}): Uint8ClampedArray<ArrayBuffer> {
        const { opacity, highlighted } = { ...DEFAULT_MASK_PAINT_OPTIONS, ...options };
        const { width, height, cellOfPixel, cellCount } = this._arrangement;
        const { image } = this.view;
        const colors = this._colorIds.map((id) => MaskOverlay.ColorOf(id));
        const isHighlighted = new Uint8Array(cellCount);
        if (highlighted >= 0) {
            for (let cell = 1; cell < cellCount; cell++) {
                isHighlighted[cell] = this._masksOfCell(cell).includes(highlighted) ? 1 : 0;
            }
        }
        const line = Math.max(1, Math.round(Math.max(width, height) / PIXELS_PER_LINE));
        const isAtEdge = (values: Int32Array | Uint8Array, p: number, x: number, y: number): boolean => {
            const own = values[cellOfPixel[p]];
            return (
                x < line ||
                y < line ||
                x + line >= width ||
                y + line >= height ||
                values[cellOfPixel[p - line]] !== own ||
                values[cellOfPixel[p + line]] !== own ||
                values[cellOfPixel[p - line * width]] !== own ||
                values[cellOfPixel[p + line * width]] !== own
            );
        };
        const pixels = new Uint8ClampedArray(4 * width * height);
        for (let y = 0, p = 0; y < height; y++) {
            for (let x = 0; x < width; x++, p++) {
                const cell = cellOfPixel[p];
                const mask = isHighlighted[cell] === 1 ? highlighted : this._smallest[cell];
                let color = mask >= 0 ? colors[mask] : WHITE;
                let share = mask < 0 ? 0 : highlighted < 0 ? opacity : FADED_OPACITY;
                if (isHighlighted[cell] === 1) {
                    const isOutline = isAtEdge(isHighlighted, p, x, y);
                    share = isOutline ? 1 : HIGHLIGHT_OPACITY;
                    color = isOutline ? WHITE : color;
                } else if (highlighted < 0 && mask >= 0 && isAtEdge(this._smallest, p, x, y)) {
                    share = (1 + opacity) / 2;
                }
                const alpha = share + (1 - share) * (image[4 * p + 3] / 255);
                for (let c = 0; c < 3 && alpha > 0; c++) {
                    const under = image[4 * p + c] * (1 - share) * (image[4 * p + 3] / 255);
                    pixels[4 * p + c] = (color[c] * share + under) / alpha;
                }
                pixels[4 * p + 3] = 255 * alpha;
            }
        }
        return pixels;
    }

    /** Returns the masks of a cell from the smallest to the largest. */
    private _masksOfCell(cell: number): number[] {
        const { cellStart, cellMasks } = this._arrangement;
        const { masks } = this.viewMasks;
        return [...cellMasks.subarray(cellStart[cell], cellStart[cell + 1])].sort(
            (a, b) => masks[a].region.area - masks[b].region.area || a - b,
        );
    }
}
