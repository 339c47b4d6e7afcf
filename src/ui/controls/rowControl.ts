import type { ICanvasRenderingContext } from "@babylonjs/core/Engines/ICanvas";
import { Control } from "@babylonjs/gui/2D/controls/control";
import { DrawIcon, type IconName } from "./icons";
import type { PanelTheme } from "./panelTheme";

/** A clickable icon at the right of a row. */
export interface RowIcon {
    readonly icon: IconName;
    /** True if it is drawn like the text, rather than fainter. */
    readonly isStrong: boolean;
}

/** The content of a row. */
export interface RowContent {
    readonly text: string;
    /** A secondary text at the right. */
    readonly note: string;
    /** True if the text is drawn fainter. */
    readonly isQuiet: boolean;
    /** The number of indents. */
    readonly depth: number;
    /** "open" if the rows below it are shown, "closed" if they are not; null without such rows. */
    readonly fold: "open" | "closed" | null;
    /** A square, or its outline, in an sRGB color 0..1; null for none. */
    readonly swatch: { readonly color: readonly number[]; readonly isFilled: boolean } | null;
    readonly icons: readonly RowIcon[];
    readonly isSelected: boolean;
    /** True within a selected row. */
    readonly isInside: boolean;
}

/** The part of a row that was clicked. */
export type RowZone = "fold" | "swatch" | "text" | IconName;

/** The height of a row in pixels. */
export const ROW_HEIGHT = 30;
/** Pixels at the right of a row that the scroll bar takes. */
export const SCROLL_BAR_WIDTH = 12;

const PAD = 6;
const INDENT = 13;
/** Deeper rows are indented by less, and by at most a share of the width, to leave room for their names. */
const FULL_INDENTS = 5;
const SMALL_INDENT = 3;
const MAX_INDENT = 0.3;
const FOLD_WIDTH = 18;
const SWATCH = 13;
const ICON_WIDTH = 26;
const ICON = 15;
const FONT = 13;

/** A row of a RowList, drawn as one control. */
export class RowControl extends Control {
    /** The index of the item that it shows; -1 for none. */
    public index = -1;

    private _content: RowContent | null = null;
    private _isHovered = false;
    private _isCursor = false;
    private _isTarget = false;
    private _truncated = { text: "", maxWidth: -1, result: "" };

    public constructor(
        name: string,
        private readonly _theme: PanelTheme,
    ) {
        super(name);
        this.isHitTestVisible = false;
        this.isFocusInvisible = true;
        this.heightInPixels = ROW_HEIGHT;
        this.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
        this.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
    }

    /** The content; null while the row is empty. */
    public get content(): RowContent | null {
        return this._content;
    }

    /** @param isCursor whether the keys act on it @param isTarget whether the dragged row would be dropped onto it */
    public show(content: RowContent | null, isHovered: boolean, isCursor: boolean, isTarget: boolean): void {
        this._content = content;
        this._isHovered = isHovered;
        this._isCursor = isCursor;
        this._isTarget = isTarget;
        this._markAsDirty();
    }

    /** Returns the part of the row at a position in pixels from its left. */
    public zoneAt(x: number): RowZone {
        const { _content: content } = this;
        if (!content) {
            return "text";
        }
        const fromRight = this.widthInPixels - SCROLL_BAR_WIDTH - x;
        const icon = content.icons[content.icons.length - 1 - Math.floor(fromRight / ICON_WIDTH)];
        if (fromRight < 0 || icon) {
            return icon?.icon ?? "text";
        }
        const left = this._startOf(content);
        if (content.fold && x < left + FOLD_WIDTH) {
            return "fold";
        }
        return content.swatch && x >= left + FOLD_WIDTH && x < left + FOLD_WIDTH + SWATCH + 4 ? "swatch" : "text";
    }

    /** The bounds of the text in pixels from the row's left. */
    public get textBounds(): { left: number; width: number } {
        const left = this._content ? this._textLeft(this._content) : 0;
        const icons = this._content?.icons.length ?? 0;
        return { left, width: Math.max(1, this.widthInPixels - left - icons * ICON_WIDTH - SCROLL_BAR_WIDTH) };
    }

    public override _draw(context: ICanvasRenderingContext): void {
        const { _content: content, _theme: theme } = this;
        if (!content) {
            return;
        }
        const ratio = this.host.idealRatio;
        const { left, top, width: fullWidth } = this._currentMeasure;
        const width = fullWidth / ratio;
        context.save();
        this._applyStates(context);
        context.translate(left, top);
        context.scale(ratio, ratio);

        if (content.isSelected || content.isInside || this._isHovered) {
            context.fillStyle = content.isSelected ? theme.accent : theme.surface;
            context.globalAlpha = content.isSelected || this._isHovered ? 1 : 0.55;
            RoundedPath(context, 2, 1, width - SCROLL_BAR_WIDTH - 2, ROW_HEIGHT - 2, 6);
            context.fill();
            context.globalAlpha = 1;
        }
        if (this._isCursor || this._isTarget) {
            context.strokeStyle = content.isSelected ? theme.text : theme.accent;
            context.lineWidth = this._isTarget ? 2.5 : 1.5;
            RoundedPath(context, 2, 1, width - SCROLL_BAR_WIDTH - 2, ROW_HEIGHT - 2, 6);
            context.stroke();
        }
        const color = content.isSelected ? theme.accentText : content.isQuiet ? theme.quietText : theme.text;
        const quietColor = content.isSelected ? theme.accentText : theme.quietText;
        const start = this._startOf(content);
        if (content.fold) {
            DrawIcon(context, content.fold, start + 1, (ROW_HEIGHT - 14) / 2, 14, quietColor);
        }
        if (content.swatch) {
            const [r, g, b] = content.swatch.color.map((value) => Math.round(255 * value));
            context.fillStyle = context.strokeStyle = `rgb(${r}, ${g}, ${b})`;
            const inset = content.swatch.isFilled ? 0 : 1;
            const size = SWATCH - 2 * inset;
            RoundedPath(context, start + FOLD_WIDTH + inset, (ROW_HEIGHT - SWATCH) / 2 + inset, size, size, 3.5);
            if (content.swatch.isFilled) {
                context.fill();
            }
            if (!content.swatch.isFilled || content.isSelected) {
                context.strokeStyle = content.swatch.isFilled ? theme.accentText : context.strokeStyle;
                context.lineWidth = content.swatch.isFilled ? 1 : 2;
                context.stroke();
            }
        }

        let right = width - SCROLL_BAR_WIDTH;
        for (const { icon, isStrong } of content.icons.toReversed()) {
            right -= ICON_WIDTH;
            context.globalAlpha = isStrong ? 1 : 0.45;
            DrawIcon(context, icon, right + (ICON_WIDTH - ICON) / 2, (ROW_HEIGHT - ICON) / 2, ICON, color, 1.3);
        }
        context.globalAlpha = 1;
        const baseline = ROW_HEIGHT / 2 + 0.36 * FONT;
        context.font = `${FONT - 1}px ${theme.fontFamily}`;
        if (content.note !== "") {
            right -= context.measureText(content.note).width + 4;
            context.fillStyle = quietColor;
            context.fillText(content.note, right, baseline);
        }
        context.font = `${FONT}px ${theme.fontFamily}`;
        context.fillStyle = color;
        const textLeft = this._textLeft(content);
        context.fillText(this._truncate(context, content.text, right - textLeft - 8), textLeft, baseline);
        context.restore();
    }

    protected override _getTypeName(): string {
        return "RowControl";
    }

    private _startOf({ depth }: RowContent): number {
        const full = Math.min(depth, FULL_INDENTS);
        return PAD + Math.min(INDENT * full + SMALL_INDENT * (depth - full), MAX_INDENT * this.widthInPixels);
    }

    private _textLeft(content: RowContent): number {
        const start = this._startOf(content);
        return content.swatch ? start + FOLD_WIDTH + SWATCH + 8 : content.fold ? start + FOLD_WIDTH : start + 4;
    }

    /** Truncates a text to a width in pixels, with an ellipsis. */
    private _truncate(context: ICanvasRenderingContext, text: string, maxWidth: number): string {
        if (this._truncated.text !== text || this._truncated.maxWidth !== maxWidth) {
            let result = text;
            if (context.measureText(text).width > maxWidth) {
                let [low, high] = [0, text.length];
                while (low < high) {
                    const middle = (low + high + 1) >> 1;
                    if (context.measureText(`${text.slice(0, middle)}\u2026`).width <= maxWidth) {
                        low = middle;
                    } else {
                        high = middle - 1;
                    }
                }
                result = low > 0 ? `${text.slice(0, low)}\u2026` : "";
            }
            this._truncated = { text, maxWidth, result };
        }
        return this._truncated.result;
    }
}

function RoundedPath(
    context: ICanvasRenderingContext,
    left: number,
    top: number,
    width: number,
    height: number,
    radius: number,
): void {
    const right = left + width;
    const bottom = top + height;
    context.beginPath();
    context.moveTo(left + radius, top);
    context.lineTo(right - radius, top);
    context.quadraticCurveTo(right, top, right, top + radius);
    context.lineTo(right, bottom - radius);
    context.quadraticCurveTo(right, bottom, right - radius, bottom);
    context.lineTo(left + radius, bottom);
    context.quadraticCurveTo(left, bottom, left, bottom - radius);
    context.lineTo(left, top + radius);
    context.quadraticCurveTo(left, top, left + radius, top);
    context.closePath();
}
