import type { ICanvasRenderingContext } from "@babylonjs/core/Engines/ICanvas";
import { Control } from "@babylonjs/gui/2D/controls/control";
import type { ScreenPoint } from "../../plugin/parts/select/regionSelection";

/** Draws the border of a polygon, and fills it faintly, in the control's color. */
export class RegionOverlayControl extends Control {
    private _corners: readonly ScreenPoint[] = [];

    /** The polygon in the texture's pixels. */
    public set corners(value: readonly ScreenPoint[]) {
        this._corners = value;
        this._markAsDirty();
    }

    public override _draw(context: ICanvasRenderingContext): void {
        const [first, ...others] = this._corners;
        if (!first) {
            return;
        }
        context.save();
        this._applyStates(context);
        context.beginPath();
        context.moveTo(first.x, first.y);
        for (const { x, y } of others) {
            context.lineTo(x, y);
        }
        context.closePath();
        context.fillStyle = context.strokeStyle = this.color;
        context.globalAlpha = 0.15;
        context.fill();
        context.globalAlpha = 1;
        context.lineWidth = 1.5;
        context.stroke();
        context.restore();
    }

    protected override _getTypeName(): string {
        return "RegionOverlayControl";
    }
}
