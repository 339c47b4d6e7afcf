import { Control } from "@babylonjs/gui/2D/controls/control";
import { Rectangle } from "@babylonjs/gui/2D/controls/rectangle";
import type { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import type { Mask } from "../../compute/masks/maskSet";
import { MaskOverlay } from "../../plugin/masks/maskOverlay";
import { AlignTopLeft, CreateText, ELLIPSIS } from "../controls/panelControls";
import type { PanelTheme } from "../controls/panelTheme";

/** A mask in a {@link MaskList}. */
export interface MaskListEntry {
    readonly mask: Mask;
    /** Its index among the generated masks of the view, which determines its name and its color. */
    readonly index: number;
    /** The number of shown masks that contain it. */
    readonly depth: number;
}

const LINE = 26;
const TWO_LINES = 42;
/** The width in pixels from which the details of a mask fit into one line. */
const WIDE = 300;
/** The largest indents of one level, and of all levels together. */
const INDENT = 10;
const TOTAL_INDENT = 30;
const SWATCH = 12;
const LEFT = 8;

/** A list of the masks at a pixel of a view: the largest first, and the masks inside it below, indented. */
export class MaskList {
    /** The outermost control. */
    public readonly control = new Rectangle("maskList");

    private readonly _note: TextBlock;
    private _width = 0;
    private _height = 0;
    private _rows: Rectangle[] = [];

    /** @param _onHover called with the index of the mask at the pointer; -1 when the pointer leaves it */
    public constructor(
        private readonly _theme: PanelTheme,
        private readonly _onHover: (index: number) => void,
    ) {
        this.control.thickness = 0;
        AlignTopLeft(this.control);
        this._note = CreateText("maskListNote", _theme, "", 13);
        this._note.color = _theme.quietText;
        this._note.textVerticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        this._note.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        this._note.textWrapping = true;
        this._note.isHitTestVisible = false;
        this.control.addControl(this._note);
    }

    /** Sizes in pixels. */
    public setSize(width: number, height: number): void {
        this._width = width;
        this._height = height;
        this.control.widthInPixels = width;
        this.control.heightInPixels = height;
    }

    /**
     * Shows masks.
     * @param entries the largest first; the largest are left out where not all fit
     * @param note a text below the list
     */
    public show(entries: readonly MaskListEntry[], note: string): void {
        for (const row of this._rows) {
            row.dispose();
        }
        const height = this._width >= WIDE ? LINE : TWO_LINES;
        const noteHeight = note === "" ? 0 : 2 * LINE;
        const maxRows = Math.max(1, Math.floor((this._height - noteHeight) / height));
        const shown = entries.slice(-maxRows);
        const indent = Math.min(INDENT, TOTAL_INDENT / Math.max(1, shown.length - 1));
        this._rows = shown.map((entry, i) => {
            const row = this._createRow(entry, indent * (entry.depth - shown[0].depth), height);
            row.topInPixels = i * height;
            this.control.addControl(row);
            return row;
        });
        this._note.text = note;
        this._note.topInPixels = shown.length * height + (shown.length > 0 ? 6 : 0);
        this._note.heightInPixels = Math.max(0, this._height - shown.length * height);
    }

    /** Highlights the row of a mask; -1 for none. */
    public mark(index: number): void {
        for (const row of this._rows) {
            row.background = row.metadata === index ? this._theme.surface : "transparent";
        }
    }

    private _createRow({ mask, index }: MaskListEntry, indent: number, height: number): Rectangle {
        const row = new Rectangle(`mask ${index}`);
        row.metadata = index;
        row.thickness = 0;
        row.cornerRadius = 6;
        row.heightInPixels = height;
        row.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        const swatch = new Rectangle("maskSwatch");
        swatch.thickness = 0;
        swatch.cornerRadius = 3;
        swatch.background = `rgb(${MaskOverlay.ColorOf(index).join(", ")})`;
        swatch.widthInPixels = swatch.heightInPixels = SWATCH;
        AlignTopLeft(swatch);
        const left = LEFT + indent;
        swatch.leftInPixels = left;
        swatch.topInPixels = (LINE - SWATCH) / 2;

        const { area, width: maskWidth, height: maskHeight } = mask.region;
        const share = (100 * area) / (maskWidth * maskHeight);
        const title = CreateText("maskTitle", this._theme, `Mask ${index + 1}`, 13);
        const size = CreateText("maskSize", this._theme, `${area.toLocaleString("en")} px, ${FormatShare(share)}`, 12);
        const confidence = CreateText("maskConfidence", this._theme, FormatConfidence(mask), 12);
        const isWide = height === LINE;
        for (const text of [title, size, confidence]) {
            text.heightInPixels = LINE;
            text.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
            text.paddingLeftInPixels = left + SWATCH + 8;
            text.paddingRightInPixels = LEFT;
            text.textWrapping = ELLIPSIS;
            text.isHitTestVisible = false;
        }
        size.color = confidence.color = this._theme.quietText;
        confidence.textHorizontalAlignment = isWide
            ? Control.HORIZONTAL_ALIGNMENT_RIGHT
            : Control.HORIZONTAL_ALIGNMENT_LEFT;
        if (isWide) {
            size.paddingLeftInPixels = left + SWATCH + 8 + 66;
        } else {
            size.textHorizontalAlignment = Control.HORIZONTAL_ALIGNMENT_RIGHT;
            confidence.topInPixels = TWO_LINES - LINE - 2;
        }
        for (const child of [swatch, title, size, confidence]) {
            row.addControl(child);
        }
        row.onPointerEnterObservable.add(() => this._onHover(index));
        row.onPointerOutObservable.add(() => this._onHover(-1));
        return row;
    }
}

function FormatShare(percent: number): string {
    return `${percent.toFixed(percent < 10 ? 1 : 0)} %`;
}

/** Masks that were read from files without scores have 1 for both. */
function FormatConfidence({ predictedIou, stability }: Mask): string {
    return predictedIou === 1 && stability === 1
        ? "confidence unknown"
        : `IoU ${predictedIou.toFixed(2)}, stability ${stability.toFixed(2)}`;
}
