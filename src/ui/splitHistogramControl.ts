import type { ICanvasRenderingContext } from "@babylonjs/core/Engines/ICanvas";
import { Vector2 } from "@babylonjs/core/Maths/math.vector";
import { Control } from "@babylonjs/gui/2D/controls/control";

/** Bars along the scale of granularity that say how much splits off where; those that have are in the control's color. */
export class SplitHistogramControl extends Control {
    private _bars = new Float32Array(0);
    private _granularity = 0;
    private readonly _local = new Vector2();

    /**
     * @param _quietColor of the bars beyond the present granularity
     * @param _inset pixels at either end that have no bars
     */
    public constructor(
        name: string,
        private readonly _quietColor: string,
        private readonly _inset: number,
    ) {
        super(name);
    }

    /** Shares of the largest bar, 0..1. */
    public set bars(value: Float32Array<ArrayBuffer>) {
        this._bars = value;
        this._markAsDirty();
    }

    /** Where the present cut is, 0..1. */
    public set granularity(value: number) {
        if (value !== this._granularity) {
            this._granularity = value;
            this._markAsDirty();
        }
    }

    /** The granularity at a place of the texture, 0..1. */
    public granularityAt(place: Vector2): number {
        const local = this.getLocalCoordinatesToRef(place, this._local) && this._local;
        const inset = this._inset * this.host.idealRatio;
        return Math.min(1, Math.max(0, (local.x - inset) / (this._currentMeasure.width - 2 * inset)));
    }

    public override _draw(context: ICanvasRenderingContext): void {
        const { left, top, width, height } = this._currentMeasure;
        const inset = this._inset * this.host.idealRatio;
        const step = (width - 2 * inset) / this._bars.length;
        const gap = Math.min(step / 3, this.host.idealRatio);
        context.save();
        this._applyStates(context);
        for (let bar = 0; bar < this._bars.length; bar++) {
            // By square roots: the first splits are of halves, and all others would look like nothing beside them.
            const tall = height * Math.sqrt(this._bars[bar]);
            context.fillStyle = (bar + 0.5) / this._bars.length <= this._granularity ? this.color : this._quietColor;
            context.fillRect(left + inset + bar * step, top + height - tall, step - gap, tall);
        }
        context.restore();
    }

    protected override _getTypeName(): string {
        return "SplitHistogramControl";
    }
}
