import type { ICanvasRenderingContext } from "@babylonjs/core/Engines/ICanvas";
import { Control } from "@babylonjs/gui/2D/controls/control";
import { DrawIcon, type IconName } from "./icons";

/** An icon in the control's color, centered in the control. */
export class IconControl extends Control {
    private _icon: IconName;

    /** @param _size side of the icon in pixels */
    public constructor(
        name: string,
        icon: IconName,
        private readonly _size: number,
    ) {
        super(name);
        this._icon = icon;
        this.isHitTestVisible = false;
        this.isFocusInvisible = true;
    }

    public get icon(): IconName {
        return this._icon;
    }

    public set icon(value: IconName) {
        if (value !== this._icon) {
            this._icon = value;
            this._markAsDirty();
        }
    }

    public override _draw(context: ICanvasRenderingContext): void {
        const { left, top, width, height } = this._currentMeasure;
        const ratio = this.host.idealRatio;
        const size = ratio * this._size;
        context.save();
        this._applyStates(context);
        DrawIcon(
            context,
            this._icon,
            left + (width - size) / 2,
            top + (height - size) / 2,
            size,
            this.color,
            1.4 * ratio,
        );
        context.restore();
    }

    protected override _getTypeName(): string {
        return "IconControl";
    }
}
