import type { ICanvas, ICanvasRenderingContext } from "@babylonjs/core/Engines/ICanvas";
import { Vector2 } from "@babylonjs/core/Maths/math.vector";
import { Control } from "@babylonjs/gui/2D/controls/control";

/** Shows an image, centered and as large as its aspect ratio allows. */
export class ImageDataControl extends Control {
    private _pixels: ImageData | null = null;
    private _canvas: ICanvas | null = null;
    private readonly _local = new Vector2();

    /**
     * Sets the image.
     * @param pixels [height, width, 4] straight-alpha sRGB bytes; null for none
     */
    public setPixels(pixels: Uint8ClampedArray<ArrayBuffer> | null, width: number, height: number): void {
        this._pixels = pixels && new ImageData(pixels, width, height);
        this._canvas = null;
        this._markAsDirty();
    }

    /**
     * Returns the pixel of the image at a position in the texture.
     * @returns column and row, with fractions; null outside of the image
     */
    public pixelAt(position: Vector2): [x: number, y: number] | null {
        const { _pixels: pixels } = this;
        if (!pixels) {
            return null;
        }
        const { left, top, scale } = this._fit(pixels);
        const local = this.getLocalCoordinatesToRef(position, this._local) && this._local;
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

    /** Returns where the image lies within the control, in the texture's pixels. */
    private _fit({ width, height }: ImageData): { left: number; top: number; scale: number } {
        const { width: ownWidth, height: ownHeight } = this._currentMeasure;
        const scale = Math.min(ownWidth / width, ownHeight / height);
        return { left: (ownWidth - scale * width) / 2, top: (ownHeight - scale * height) / 2, scale };
    }
}
