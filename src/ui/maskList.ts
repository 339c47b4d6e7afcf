import { Control } from "@babylonjs/gui/2D/controls/control";
import { Rectangle } from "@babylonjs/gui/2D/controls/rectangle";
import type { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import type { Mask } from "../compute/masks/maskSet";
import { MaskOverlay } from "../plugin/masks/maskOverlay";
import { CreateText, ELLIPSIS, type PanelTheme } from "./panelParts";

/** A mask in a {@link MaskList}. */
export interface MaskListEntry {
    readonly mask: Mask;
    /** Its place among the view's masks as they were generated, which is its name and gives its color. */
    readonly place: number;
    /** How many of the shown masks hold it. */
    readonly depth: number;
}

const LINE = 26;
const TWO_LINES = 42;
/** Width from which on a mask's figures fit into one line. */
const WIDE = 300;
/** At most, for one level and for all. */
const INDENT = 10;
const INDENTS = 30;
const SWATCH = 12;
const LEFT = 8;

/** The masks at a place of a view: the largest first, what lies within it below, indented. */
export class MaskList {
    /** The outermost control. */
    public readonly control = new Rectangle("maskList");

    private readonly _note: TextBlock;
    private _width = 0;
    private _height = 0;
    private _rows: Rectangle[] = [];

    /** @param _onHover called with the place of the mask under the pointer; -1 where it leaves one */
    public constructor(
        private readonly _theme: PanelTheme,
        private readonly _onHover: (place: number) => void,
    ) {
        this.control.thickness = 0;
        this.control.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
        this.control.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
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
     * @param entries the largest first; where there is too little room the largest are left out
     * @param note said below them
     */
    public show(entries: readonly MaskListEntry[], note: string): void {
        for (const row of this._rows) {
            row.dispose();
        }
        const height = this._width >= WIDE ? LINE : TWO_LINES;
        const noteHeight = note === "" ? 0 : 2 * LINE;
        const room = Math.max(1, Math.floor((this._height - noteHeight) / height));
        const shown = entries.slice(-room);
        const indent = Math.min(INDENT, INDENTS / Math.max(1, shown.length - 1));
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

    /** Marks the row of a mask; -1: none. */
    public mark(place: number): void {
        for (const row of this._rows) {
            row.background = row.metadata === place ? this._theme.surface : "transparent";
        }
    }

    private _createRow({ mask, place }: MaskListEntry, indent: number, height: number): Rectangle {
        const row = new Rectangle(`mask ${place}`);
        row.metadata = place;
        row.thickness = 0;
        row.cornerRadius = 6;
        row.heightInPixels = height;
        row.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        const swatch = new Rectangle("maskSwatch");
        swatch.thickness = 0;
        swatch.cornerRadius = 3;
        swatch.background = `rgb(${MaskOverlay.ColorOf(place).join(", ")})`;
        swatch.widthInPixels = swatch.heightInPixels = SWATCH;
        swatch.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
        swatch.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        const left = LEFT + indent;
        swatch.leftInPixels = left;
        swatch.topInPixels = (LINE - SWATCH) / 2;

        const { area, width: maskWidth, height: maskHeight } = mask.region;
        const share = (100 * area) / (maskWidth * maskHeight);
        const title = CreateText("maskTitle", this._theme, `Mask ${place + 1}`, 13);
        const size = CreateText("maskSize", this._theme, `${area.toLocaleString("en")} px, ${FormatShare(share)}`, 12);
        const trust = CreateText("maskTrust", this._theme, FormatTrust(mask), 12);
        const isWide = height === LINE;
        for (const text of [title, size, trust]) {
            text.heightInPixels = LINE;
            text.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
            text.paddingLeftInPixels = left + SWATCH + 8;
            text.paddingRightInPixels = LEFT;
            text.textWrapping = ELLIPSIS;
            text.isHitTestVisible = false;
        }
        size.color = trust.color = this._theme.quietText;
        trust.textHorizontalAlignment = isWide ? Control.HORIZONTAL_ALIGNMENT_RIGHT : Control.HORIZONTAL_ALIGNMENT_LEFT;
        if (isWide) {
            size.paddingLeftInPixels = left + SWATCH + 8 + 66;
        } else {
            size.textHorizontalAlignment = Control.HORIZONTAL_ALIGNMENT_RIGHT;
            trust.topInPixels = TWO_LINES - LINE - 2;
        }
        for (const child of [swatch, title, size, trust]) {
            row.addControl(child);
        }
        row.onPointerEnterObservable.add(() => this._onHover(place));
        row.onPointerOutObservable.add(() => this._onHover(-1));
        return row;
    }
}

function FormatShare(percent: number): string {
    return `${percent.toFixed(percent < 10 ? 1 : 0)} %`;
}

/** 1 and 1 are what masks have of which no one has said more. */
function FormatTrust({ predictedIou, stability }: Mask): string {
    return predictedIou === 1 && stability === 1
        ? "confidence not known"
        : `IoU ${predictedIou.toFixed(2)}, stability ${stability.toFixed(2)}`;
}
