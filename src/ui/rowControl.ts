import type { ICanvasRenderingContext } from "@babylonjs/core/Engines/ICanvas";
import { Control } from "@babylonjs/gui/2D/controls/control";
import { DrawIcon, type IconName } from "./icons";
import type { PanelTheme } from "./panelParts";

/** A small picture at the right of a row, which can be clicked. */
export interface RowIcon {
    readonly icon: IconName;
    /** Drawn like the text; else fainter. */
    readonly isStrong: boolean;
}

/** What a row shows. */
export interface RowLook {
    readonly text: string;
    /** At the right of the text. */
    readonly note: string;
    /** Whether the text is drawn fainter. */
    readonly isQuiet: boolean;
    /** Steps to the right. */
    readonly depth: number;
    /** Whether the rows below it are there; null where it has none. */
    readonly fold: "open" | "closed" | null;
    /** A color, sRGB 0..1, as a square, or its outline; null for none. */
    readonly swatch: { readonly color: readonly number[]; readonly isFilled: boolean } | null;
    readonly icons: readonly RowIcon[];
    readonly isSelected: boolean;
    /** Whether it is within what is selected. */
    readonly isInside: boolean;
}

/** What was hit in a row. */
export type RowZone = "fold" | "swatch" | "text" | IconName;

/** Height of a row in pixels. */
export const ROW_HEIGHT = 30;
/** Pixels at the right that are the scroll bar's. */
export const BAR_PLACE = 12;

const PAD = 6;
const INDENT = 13;
/** From here on each step to the right is a small one, and beyond a share of the width there is none: names need room. */
const FULL_STEPS = 5;
const SMALL_INDENT = 3;
const MOST_INDENT = 0.3;
const FOLD = 18;
const SWATCH = 13;
const ICON_PLACE = 26;
const ICON = 15;
const FONT = 13;

/** One row of a RowList: draws all that it shows by itself, so that a row is one control. */
export class RowControl extends Control {
    /** Which item it shows; -1 for none. */
    public index = -1;

    private _look: RowLook | null = null;
    private _isHovered = false;
    private _isCursor = false;
    private _isTarget = false;
    private _fitted = { text: "", room: -1, result: "" };

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

    /** What it shows; null for nothing. */
    public get look(): RowLook | null {
        return this._look;
    }

    /** @param isCursor whether the keys act on it @param isTarget whether what is dragged would be dropped on it */
    public show(look: RowLook | null, isHovered: boolean, isCursor: boolean, isTarget: boolean): void {
        this._look = look;
        this._isHovered = isHovered;
        this._isCursor = isCursor;
        this._isTarget = isTarget;
        this._markAsDirty();
    }

    /** What lies at a place within the row, in pixels from its left. */
    public zoneAt(x: number): RowZone {
        const { _look: look } = this;
        if (!look) {
            return "text";
        }
        const fromRight = this.widthInPixels - BAR_PLACE - x;
        const icon = look.icons[look.icons.length - 1 - Math.floor(fromRight / ICON_PLACE)];
        if (fromRight < 0 || icon) {
            return icon?.icon ?? "text";
        }
        const left = this._startOf(look);
        if (look.fold && x < left + FOLD) {
            return "fold";
        }
        return look.swatch && x >= left + FOLD && x < left + FOLD + SWATCH + 4 ? "swatch" : "text";
    }

    /** Where the text is, in pixels from the row's left. */
    public get textPlace(): { left: number; width: number } {
        const left = this._look ? this._textLeft(this._look) : 0;
        const icons = this._look?.icons.length ?? 0;
        return { left, width: Math.max(1, this.widthInPixels - left - icons * ICON_PLACE - BAR_PLACE) };
    }

    public override _draw(context: ICanvasRenderingContext): void {
        const { _look: look, _theme: theme } = this;
        if (!look) {
            return;
        }
        const ratio = this.host.idealRatio;
        const { left, top, width: fullWidth } = this._currentMeasure;
        const width = fullWidth / ratio;
        context.save();
        this._applyStates(context);
        context.translate(left, top);
        context.scale(ratio, ratio);

        if (look.isSelected || look.isInside || this._isHovered) {
            context.fillStyle = look.isSelected ? theme.accent : theme.surface;
            context.globalAlpha = look.isSelected || this._isHovered ? 1 : 0.55;
            RoundedPath(context, 2, 1, width - BAR_PLACE - 2, ROW_HEIGHT - 2, 6);
            context.fill();
            context.globalAlpha = 1;
        }
        if (this._isCursor || this._isTarget) {
            context.strokeStyle = look.isSelected ? theme.text : theme.accent;
            context.lineWidth = this._isTarget ? 2.5 : 1.5;
            RoundedPath(context, 2, 1, width - BAR_PLACE - 2, ROW_HEIGHT - 2, 6);
            context.stroke();
        }
        const color = look.isSelected ? theme.accentText : look.isQuiet ? theme.quietText : theme.text;
        const quietColor = look.isSelected ? theme.accentText : theme.quietText;
        const start = this._startOf(look);
        if (look.fold) {
            DrawIcon(context, look.fold, start + 1, (ROW_HEIGHT - 14) / 2, 14, quietColor);
        }
        if (look.swatch) {
            const [r, g, b] = look.swatch.color.map((value) => Math.round(255 * value));
            context.fillStyle = context.strokeStyle = `rgb(${r}, ${g}, ${b})`;
            const inset = look.swatch.isFilled ? 0 : 1;
            const size = SWATCH - 2 * inset;
            RoundedPath(context, start + FOLD + inset, (ROW_HEIGHT - SWATCH) / 2 + inset, size, size, 3.5);
            if (look.swatch.isFilled) {
                context.fill();
            }
            if (!look.swatch.isFilled || look.isSelected) {
                context.strokeStyle = look.swatch.isFilled ? theme.accentText : context.strokeStyle;
                context.lineWidth = look.swatch.isFilled ? 1 : 2;
                context.stroke();
            }
        }

        let right = width - BAR_PLACE;
        for (const { icon, isStrong } of look.icons.toReversed()) {
            right -= ICON_PLACE;
            context.globalAlpha = isStrong ? 1 : 0.45;
            DrawIcon(context, icon, right + (ICON_PLACE - ICON) / 2, (ROW_HEIGHT - ICON) / 2, ICON, color, 1.3);
        }
        context.globalAlpha = 1;
        const baseline = ROW_HEIGHT / 2 + 0.36 * FONT;
        context.font = `${FONT - 1}px ${theme.fontFamily}`;
        if (look.note !== "") {
            right -= context.measureText(look.note).width + 4;
            context.fillStyle = quietColor;
            context.fillText(look.note, right, baseline);
        }
        context.font = `${FONT}px ${theme.fontFamily}`;
        context.fillStyle = color;
        const textLeft = this._textLeft(look);
        context.fillText(this._fit(context, look.text, right - textLeft - 8), textLeft, baseline);
        context.restore();
    }

    protected override _getTypeName(): string {
        return "RowControl";
    }

    private _startOf({ depth }: RowLook): number {
        const steps = Math.min(depth, FULL_STEPS);
        return PAD + Math.min(INDENT * steps + SMALL_INDENT * (depth - steps), MOST_INDENT * this.widthInPixels);
    }

    private _textLeft(look: RowLook): number {
        const start = this._startOf(look);
        return look.swatch ? start + FOLD + SWATCH + 8 : look.fold ? start + FOLD : start + 4;
    }

    /** As much of the text as there is room for. */
    private _fit(context: ICanvasRenderingContext, text: string, room: number): string {
        if (this._fitted.text !== text || this._fitted.room !== room) {
            let result = text;
            if (context.measureText(text).width > room) {
                let [low, high] = [0, text.length];
                while (low < high) {
                    const middle = (low + high + 1) >> 1;
                    if (context.measureText(`${text.slice(0, middle)}\u2026`).width <= room) {
                        low = middle;
                    } else {
                        high = middle - 1;
                    }
                }
                result = low > 0 ? `${text.slice(0, low)}\u2026` : "";
            }
            this._fitted = { text, room, result };
        }
        return this._fitted.result;
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
