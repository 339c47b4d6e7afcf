import type { ICanvasRenderingContext } from "@babylonjs/core/Engines/ICanvas";
import { Control } from "@babylonjs/gui/2D/controls/control";
import type { RadianceCurvePoint } from "../../plugin/radiance/radianceTrainingSession";
import type { PanelTheme } from "../controls/panelTheme";

const LEGEND_HEIGHT = 18;
const FONT_PIXELS = 12;
const LINE_PIXELS = 1.5;
const DOT_RADIUS = 2.5;
/** Smaller ranges of the curves are not stretched to the full height. */
const MIN_LOG_LOSS_RANGE = Math.log(1.5);
const MIN_PSNR_RANGE = 3;

/**
 * The learning curves of a training: the logarithm of its loss, and the PSNR of held-out views or, without these, of
 * the training rays. A legend shows the latest values.
 */
export class LearningCurveControl extends Control {
    private _points: readonly RadianceCurvePoint[] = [];
    private _stepCount = 1;

    public constructor(
        name: string,
        private readonly _theme: PanelTheme,
    ) {
        super(name);
    }

    /** @param stepCount the number of steps of the whole training */
    public show(points: readonly RadianceCurvePoint[], stepCount: number): void {
        this._points = points;
        this._stepCount = stepCount;
        this._markAsDirty();
    }

    public override _draw(context: ICanvasRenderingContext): void {
        const { accent, quietText, surface, fontFamily } = this._theme;
        const ratio = this.host.idealRatio;
        const { left, top, width, height } = this._currentMeasure;
        const legend = LEGEND_HEIGHT * ratio;
        const losses = this._points
            .filter(({ loss }) => loss > 0)
            .map(({ step, loss }) => [step, Math.log(loss)] as const);
        const heldOut = this._points.flatMap(({ step, heldOutPsnr }) =>
            heldOutPsnr === null ? [] : [[step, heldOutPsnr] as const],
        );
        const isHeldOut = heldOut.length > 0;
        const quality = isHeldOut ? heldOut : this._points.map(({ step, psnr }) => [step, psnr] as const);
        context.save();
        this._applyStates(context);
        context.fillStyle = surface;
        context.fillRect(left, top + height - ratio, width, ratio);

        const draw = (
            curve: readonly (readonly [number, number])[],
            minRange: number,
            color: string,
            hasDots: boolean,
        ): void => {
            const values = curve.map(([, value]) => value);
            const low = Math.min(...values);
            const range = Math.max(...values.map((value) => value - low), minRange);
            const inset = DOT_RADIUS * ratio;
            const points = curve.map(([step, value]) => [
                left + inset + (step / this._stepCount) * (width - 2 * inset),
                top + height - inset - ((value - low) / range) * (height - legend - 2 * inset),
            ]);
            context.strokeStyle = color;
            context.fillStyle = color;
            context.lineWidth = LINE_PIXELS * ratio;
            context.beginPath();
            for (const [x, y] of points) {
                context.lineTo(x, y); // the first call moves
            }
            context.stroke();
            // A single point draws no line.
            for (const [x, y] of hasDots || points.length === 1 ? points : []) {
                context.beginPath();
                context.arc(x, y, inset, 0, 2 * Math.PI);
                context.fill();
            }
        };
        draw(losses, MIN_LOG_LOSS_RANGE, quietText, false);
        draw(quality, MIN_PSNR_RANGE, accent, isHeldOut);

        const last = this._points[this._points.length - 1];
        if (last) {
            const decibel = quality[quality.length - 1][1];
            context.font = `${FONT_PIXELS * ratio}px ${fontFamily}`;
            const baseline = top + FONT_PIXELS * ratio;
            context.fillStyle = quietText;
            context.fillText(`loss ${last.loss.toPrecision(2)}`, left, baseline);
            const label = `${decibel.toFixed(1)} dB ${isHeldOut ? "on held-out views" : "on training rays"}`;
            context.fillStyle = accent;
            context.fillText(label, left + width - context.measureText(label).width, baseline);
        }
        context.restore();
    }

    protected override _getTypeName(): string {
        return "LearningCurveControl";
    }
}
