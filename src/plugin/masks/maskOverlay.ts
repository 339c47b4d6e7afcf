import { PackOklch } from "../../compute/base/oklab";
import { CreateMaskArrangement, type MaskArrangement } from "../../compute/masks/maskArrangement";
import type { ViewMasks } from "../../compute/masks/maskSet";
import { CreateMaskTree, type MaskTree } from "../../compute/masks/maskTree";
import type { View } from "../../compute/views/capture";

/** How {@link MaskOverlay.paint} looks. */
export interface MaskPaintOptions {
    /** Share of the masks' colors over the picture, 0..1. Default 0.5. */
    opacity: number;
    /** The mask that is filled and outlined while the others go faint; -1: none. Default -1. */
    highlighted: number;
}

/** The defaults of {@link MaskPaintOptions}. */
export const DEFAULT_MASK_PAINT_OPTIONS: Readonly<MaskPaintOptions> = { opacity: 0.5, highlighted: -1 };

/** The masks of a view that hold a pixel. */
export interface MasksAtPixel {
    /** From the smallest on, each within the next: the way up the mask tree. */
    readonly chain: readonly number[];
    /** Those that lie across this chain, from the smallest on. */
    readonly across: readonly number[];
}

/** Share of the masks' colors where another mask is highlighted, and that of the highlighted one. */
const FAINT = 0.15;
const STRONG = 0.6;
/** Pixels of the picture's longer side for one of an outline. */
const PIXELS_PER_LINE = 250;
/** In degrees: hues of masks that follow each other differ. */
const GOLDEN_ANGLE = 137.508;
const LIGHTNESS = [0.7, 0.8, 0.6];
const CHROMA = 0.16;

/** The masks of one view over its picture: pixels to show, and which masks hold a pixel. Made once, it paints and answers in milliseconds. */
export class MaskOverlay {
    private readonly _arrangement: MaskArrangement;
    private readonly _tree: MaskTree;
    /** `[cells]`: the smallest mask of each; -1 where there is none. */
    private readonly _smallest: Int32Array;

    /**
     * @param view whose size the masks have
     * @param colorIds [masks]: masks with the same number have the same color, whatever other masks there are; default their indices
     * @throws UltrametricError "input" when a mask has another size than the view
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
     * The color of masks with a number.
     * @returns sRGB bytes
     */
    public static ColorOf(colorId: number): [red: number, green: number, blue: number] {
        const packed = PackOklch(LIGHTNESS[colorId % LIGHTNESS.length], CHROMA, (colorId * GOLDEN_ANGLE) % 360);
        return [packed & 255, (packed >> 8) & 255, (packed >> 16) & 255];
    }

    /** The masks that hold pixel (x, y); none outside of the picture. */
    public masksAt(x: number, y: number): MasksAtPixel {
        const { width, height, cellOfPixel } = this._arrangement;
        if (!(x >= 0 && y >= 0 && x < width && y < height)) {
            return { chain: [], across: [] };
        }
        const here = this._masksOfCell(cellOfPixel[Math.floor(y) * width + Math.floor(x)]);
        const chain: number[] = [];
        for (let mask = here[0] ?? -1; mask >= 0; mask = this._tree.parents[mask]) {
            // A parent may lack some pixels of its child, and this one among them.
            if (here.includes(mask)) {
                chain.push(mask);
            }
        }
        return { chain, across: here.filter((mask) => !chain.includes(mask)) };
    }

    /**
     * The picture with its masks: each pixel in the color of the smallest mask that holds it, with lines where that one changes.
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
                let share = mask < 0 ? 0 : highlighted < 0 ? opacity : FAINT;
                if (isHighlighted[cell] === 1) {
                    const isOutline = isAtEdge(isHighlighted, p, x, y);
                    share = isOutline ? 1 : STRONG;
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

    /** From the smallest on. */
    private _masksOfCell(cell: number): number[] {
        const { cellStart, cellMasks } = this._arrangement;
        const { masks } = this.viewMasks;
        return [...cellMasks.subarray(cellStart[cell], cellStart[cell + 1])].sort(
            (a, b) => masks[a].region.area - masks[b].region.area || a - b,
        );
    }
}

const WHITE = [255, 255, 255] as const;
