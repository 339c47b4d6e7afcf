import type { View } from "../../compute/views/capture";
import { ShrinkImage } from "../../compute/views/shrinkImage";

/** Thumbnails of views, arranged in a grid in one texture. */
export class ThumbnailAtlas {
    /** [height, width, 4] sRGB bytes. */
    public readonly pixels: Uint8Array;
    public readonly width: number;
    public readonly height: number;
    private readonly _columns: number;
    private readonly _sizes: [width: number, height: number][] = [];

    /**
     * @param count the number of thumbnails
     * @param _side their longer side in pixels
     */
    public constructor(
        count: number,
        private readonly _side: number,
    ) {
        this._columns = Math.ceil(Math.sqrt(count));
        this.width = this._columns * _side;
        this.height = Math.ceil(count / this._columns) * _side;
        this.pixels = new Uint8Array(4 * this.width * this.height);
    }

    /** Draws the thumbnail of a view. */
    public put(index: number, { camera, image }: View): void {
        const { width, height } = camera;
        const factor = Math.min(1, this._side / Math.max(width, height));
        const [columns, rows] = [width, height].map((pixels) => Math.max(1, Math.round(factor * pixels)));
        const small = factor < 1 ? ShrinkImage(image, width, height, columns, rows) : image;
        const [left, top] = this._cornerOf(index);
        for (let row = 0; row < rows; row++) {
            this.pixels.set(
                small.subarray(4 * row * columns, 4 * (row + 1) * columns),
                4 * ((top + row) * this.width + left),
            );
        }
        this._sizes[index] = [columns, rows];
    }

    /** Returns the left, right, top and bottom texture coordinates of a thumbnail, half a pixel inside its edges. */
    public edgesOf(index: number): [number, number, number, number] {
        const [left, top] = this._cornerOf(index);
        const [columns, rows] = this._sizes[index];
        return [
            (left + 0.5) / this.width,
            (left + columns - 0.5) / this.width,
            (top + 0.5) / this.height,
            (top + rows - 0.5) / this.height,
        ];
    }

    private _cornerOf(index: number): [left: number, top: number] {
        return [(index % this._columns) * this._side, Math.floor(index / this._columns) * this._side];
    }
}
