import { SURFACE_SHARE, SURFACE_SIZES, VISIBLE_SHARE } from "./splatConstants";

/** The splats that a camera sees, in no particular order, and the pixel to which each contributes most. */
export interface SplatVisibility {
    /** Elements of the splats, see SplatSet.elements. */
    readonly elements: Uint32Array;
    /** Pixel of each splat, row * width + column. */
    readonly pixels: Uint32Array;
}

/**
 * Collects {@link SplatVisibility} while splats are drawn. A splat is visible if it contributes VISIBLE_SHARE to a
 * pixel, or SURFACE_SHARE where it lies on the visible surface: where many wide splats cover one surface, each
 * contributes little, but none hides the others.
 */
export class SplatVisibilityList {
    private readonly _splats: number[] = [];
    private readonly _pixels: number[] = [];
    /** Depth of each splat at its pixel; 0 if it needs no check. */
    private readonly _depths: number[] = [];
    /** Distance from the visible surface up to which each splat is visible; 0 if it needs no check. */
    private readonly _slacks: number[] = [];

    /**
     * Adds a splat if it may be visible.
     *
     * @param pixel the pixel to which the splat contributes most
     * @param share of the pixel's light that comes from the splat, 0..1
     * @param depthAt returns the splat's depth at a pixel; called only if it is needed
     * @param size standard deviation of the splat, world units
     */
    public add(splat: number, pixel: number, share: number, depthAt: (pixel: number) => number, size: number): void {
        if (share >= SURFACE_SHARE) {
            const isClear = share >= VISIBLE_SHARE;
            this._splats.push(splat);
            this._pixels.push(pixel);
            this._depths.push(isClear ? 0 : depthAt(pixel));
            this._slacks.push(isClear ? 0 : SURFACE_SIZES * size);
        }
    }

    /**
     * Returns the splats that turned out to be visible.
     *
     * @param elements of the splats
     * @param depth [height, width] of the visible surface
     */
    public toVisibility(elements: Uint32Array, depth: Float32Array): SplatVisibility {
        const seen = new Uint32Array(this._splats.length);
        const pixels = new Uint32Array(seen.length);
        let count = 0;
        for (let i = 0; i < seen.length; i++) {
            const pixel = this._pixels[i];
            if (this._slacks[i] === 0 || Math.abs(depth[pixel] - this._depths[i]) <= this._slacks[i]) {
                seen[count] = elements[this._splats[i]];
                pixels[count++] = pixel;
            }
        }
        return { elements: seen.slice(0, count), pixels: pixels.slice(0, count) };
    }
}
