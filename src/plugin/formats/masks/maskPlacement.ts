import type { Coroutine } from "../../../compute/base/coroutine";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import { PolygonMask } from "../../../compute/masks/polygonMask";
import { ResizeMask } from "../../../compute/masks/resizeMask";
import { RunLengthMask } from "../../../compute/masks/runLengthMask";
import type { View, ViewPicture } from "../../../compute/views/capture";
import { DistortPoint } from "../../../compute/views/lensDistortion";

/** The largest number of pixels of a mask's image, as in RunLengthMask. */
const MAX_PIXELS = 2 ** 28;
/** The pixels of one time slice: a few milliseconds of work. */
const PIXELS_PER_SLICE = 1 << 15;

/**
 * Places masks of an image file in the view that was read from it: scales them as the image was scaled, and removes the
 * distortion of the lens with the nearest pixel.
 */
export class MaskPlacement {
    /** Size of the image that the masks were made on, unless they state another. */
    public readonly width: number;
    public readonly height: number;
    private constructor(
        private readonly _view: View,
        { width, height }: { readonly width: number; readonly height: number },
        /** Index in the distorted image of each pixel of the view; null for an image without distortion. */
        private readonly _distorted: Int32Array | null,
    ) {
        this.width = width;
        this.height = height;
    }

    /** @param undistorted true if the masks were made on the view: its distortion is removed already */
    public static *CreateCoroutine(view: View, undistorted: boolean): Coroutine<MaskPlacement> {
        const { camera, picture } = view;
        return undistorted || picture === undefined
            ? new MaskPlacement(view, camera, null)
            : new MaskPlacement(view, picture, yield* distortedPixels(view, picture));
    }

    /**
     * Places a mask of the image, or of any scaled copy of it.
     *
     * @throws UltrametricError "input" for a mask of another aspect ratio
     */
    public place(mask: RunLengthMask): RunLengthMask {
        this.checkSize(mask.width, mask.height);
        const { width, height } = this._view.camera;
        return this._undistort(ResizeMask(mask, width, height));
    }

    /**
     * Places polygons of an image of the given size.
     *
     * @throws UltrametricError "input" for a size of another aspect ratio, and as PolygonMask
     */
    public placePolygons(
        polygons: readonly ArrayLike<number>[],
        imageWidth: number,
        imageHeight: number,
    ): RunLengthMask {
        this.checkSize(imageWidth, imageHeight);
        const { width, height } = this._view.camera;
        const [x, y] = [width / imageWidth, height / imageHeight];
        const scaled = polygons.map((polygon) => {
            return Array.from(polygon, (value, i) =>
                typeof value === "number" ? value * (i % 2 === 0 ? x : y) : value,
            );
        });
        return this._undistort(PolygonMask(scaled, width, height));
    }

    /** Checks that a size is that of a scaled copy of the image. @throws UltrametricError "input" */
    public checkSize(width: number, height: number): void {
        const scale = Math.max(width / this.width, height / this.height);
        const fits = (size: number, own: number): boolean => Math.abs(size - own * scale) <= 1 + scale;
        if (
            !(
                width >= 1 &&
                height >= 1 &&
                width * height <= MAX_PIXELS &&
                fits(width, this.width) &&
                fits(height, this.height)
            )
        ) {
            const isTurned = Math.abs(width * this.width - height * this.height) <= 2 * Math.max(width, height);
            throw new UltrametricError(
                "input",
                `has ${width} x ${height} pixels, but the image of its view ${this._view.name} has ${this.width} x ` +
                    `${this.height}${isTurned ? ", which is turned by 90 degrees" : ""}; make masks on the images of ` +
                    "the capture, or on scaled copies of them.",
            );
        }
    }

    private _undistort(mask: RunLengthMask): RunLengthMask {
        const from = this._distorted;
        if (from === null || mask.area === 0) {
            return mask;
        }
        const bitmap = mask.toBitmap();
        const placed = new Uint8Array(from.length);
        for (let p = 0; p < from.length; p++) {
            placed[p] = bitmap[from[p]];
        }
        const { width, height } = this._view.camera;
        return RunLengthMask.FromBitmap(placed, width, height);
    }
}

function* distortedPixels({ camera }: View, { lens }: ViewPicture): Coroutine<Int32Array | null> {
    const { distortion, width, height } = lens;
    if (distortion === null) {
        return null;
    }
    const pixels = new Int32Array(camera.width * camera.height);
    const point = [0, 0, 0];
    const rowsPerSlice = Math.max(1, Math.floor(PIXELS_PER_SLICE / camera.width));
    for (let row = 0, p = 0; row < camera.height; row++) {
        if (row % rowsPerSlice === 0) {
            yield;
        }
        const y = (row + 0.5 - camera.centerY) / camera.focalY;
        for (let column = 0; column < camera.width; column++, p++) {
            DistortPoint(distortion, (column + 0.5 - camera.centerX) / camera.focalX, y, point);
            const u = Math.min(Math.max(Math.floor(point[0] * lens.focalX + lens.centerX), 0), width - 1);
            const v = Math.min(Math.max(Math.floor(point[1] * lens.focalY + lens.centerY), 0), height - 1);
            pixels[p] = v * width + u;
        }
    }
    return pixels;
}
