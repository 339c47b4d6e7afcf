import type { ICanvas, ICanvasRenderingContext } from "@babylonjs/core/Engines/ICanvas";
import { Vector2 } from "@babylonjs/core/Maths/math.vector";
import { Control } from "@babylonjs/gui/2D/controls/control";

/** Shows pixels, as large as they fit without being distorted, in the middle of its place. */
export class ImageDataControl extends Control {
    private _pixels: ImageData | null = null;
    private _canvas: ICanvas | null = null;
    private readonly _local = new Vector2();

    /**
     * What it shows; null for nothing.
     * @param pixels [height, width, 4] straight-alpha sRGB bytes
     */
    public setPixels(pixels: Uint8ClampedArray<ArrayBuffer> | null, width: number, height: number): void {
        this._pixels = pixels && new ImageData(pixels, width, height);
        this._canvas = null;
        this._markAsDirty();
    }

    /**
     * The pixel of the picture at a place of the texture.
     * @returns column and row, with fractions; null beside the picture
     */
    public pixelAt(place: Vector2): [x: number, y: number] | null {
        const { _pixels: pixels } = this;
        if (!pixels) {
            return null;
        }
        const { left, top, scale } = this._fit(pixels);
        const local = this.getLocalCoordinatesToRef(place, this._local) && this._local;
        const x = (local.x - left) / scale;
        const y = (local.y - top) / scale;
        return x >= 0 && y >= 0 && x < pixels.width && y < pixels.height ? [x, y] : null;
    }

    public override _draw(context: ICanvasRenderingContext): void {
        const { _pixels: pixels } = this;
        if (!pixels) {
            return;
        }
        if (!this._canvas) {
            this._canvas = this.host.getScene()!.getEngine().createCanvas(pixels.width, pixels.height);
            this._canvas.getContext("2d").putImageData(pixels, 0, 0);
        }
        const { left, top, scale } = this._fit(pixels);
        const { left: ownLeft, top: ownTop } = this._currentMeasure;
        context.save();
        this._applyStates(context);
        context.drawImage(this._canvas, ownLeft + left, ownTop + top, scale * pixels.width, scale * pixels.height);
        context.restore();
    }

    protected override _getTypeName(): string {
        return "ImageDataControl";
    }

    /** Where the picture lies within the control, in the texture's pixels. */
    private _fit({ width, height }: ImageData): { left: number; top: number; scale: number } {
        const { width: ownWidth, height: ownHeight } = this._currentMeasure;
        const scale = Math.min(ownWidth / width, ownHeight / height);
        return { left: (ownWidth - scale * width) / 2, top: (ownHeight - scale * height) / 2, scale };
    }
}
