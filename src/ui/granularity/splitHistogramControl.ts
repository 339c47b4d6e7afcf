import type { ICanvasRenderingContext } from "@babylonjs/core/Engines/ICanvas";
import { Control } from "@babylonjs/gui/2D/controls/control";

/** Half of the width of a mark, in pixels. */
const MARK_SIZE = 4;

/**
 * A histogram of the leaves that split off along the granularity scale. Bars up to the current granularity have the
 * control's color.
 */
export class SplitHistogramControl extends Control {
    private _bars = new Float32Array(0);
    private _granularity = 0;
    private _marks: readonly number[] = [];

    /**
     * @param _quietColor the color of bars beyond the current granularity
     * @param _inset pixels without bars at both ends
     */
    public constructor(
        name: string,
        private readonly _quietColor: string,
        private readonly _inset: number,
    ) {
        super(name);
    }

    /** The bars as shares of the largest one, 0..1. */
    public set bars(value: Float32Array<ArrayBuffer>) {
        this._bars = value;
        this._markAsDirty();
    }

    /** The current granularity, 0..1. */
    public set granularity(value: number) {
        if (value !== this._granularity) {
            this._granularity = value;
            this._markAsDirty();
        }
    }

    /** The granularities, 0..1, of suggested cuts; each has a tick above the bars. */
    public set marks(value: readonly number[]) {
        this._marks = value;
        this._markAsDirty();
    }

    /** Returns the granularity, 0..1, at a position in the control, in pixels from its left. */
    public granularityAt(x: number): number {
        const width = this._currentMeasure.width / this.host.idealRatio;
        return Math.min(1, Math.max(0, (x - this._inset) / (width - 2 * this._inset)));
    }

    public override _draw(context: ICanvasRenderingContext): void {
        const { left, top, width, height } = this._currentMeasure;
        const inset = this._inset * this.host.idealRatio;
        const step = (width - 2 * inset) / this._bars.length;
        const gap = Math.min(step / 3, this.host.idealRatio);
        context.save();
        this._applyStates(context);
        for (let bar = 0; bar < this._bars.length; bar++) {
            // Square roots, because the first splits halve the object and would dwarf all others.
            const barHeight = height * Math.sqrt(this._bars[bar]);
            context.fillStyle = (bar + 0.5) / this._bars.length <= this._granularity ? this.color : this._quietColor;
            context.fillRect(left + inset + bar * step, top + height - barHeight, step - gap, barHeight);
        }
        context.fillStyle = this.color;
        for (const mark of this._marks) {
            const x = left + inset + mark * (width - 2 * inset);
            const size = MARK_SIZE * this.host.idealRatio;
            context.beginPath();
            context.moveTo(x - size, top);
            context.lineTo(x + size, top);
            context.lineTo(x, top + 1.5 * size);
            context.closePath();
            context.fill();
        }
        context.restore();
    }

    protected override _getTypeName(): string {
        return "SplitHistogramControl";
    }
}
