import { SURFACE_SHARE, SURFACE_SIZES, VISIBLE_SHARE } from "./splatConstants";

/** Which splats a camera sees, in no order, and the pixel at which each of them shows most. */
export interface SplatVisibility {
    /** Numbers of the splats, as SplatSet.elements has them. */
    readonly elements: Uint32Array;
    /** row * width + column of each. */
    readonly pixels: Uint32Array;
}

/**
 * Collects {@link SplatVisibility} while splats are drawn. A splat is seen if some pixel is made up of it by VISIBLE_SHARE, or by SURFACE_SHARE where it lies
 * on the surface that is seen there: of many wide splats on one surface each makes up little, but none hides the others.
 */
export class SplatVisibilityList {
    private readonly _splats: number[] = [];
    private readonly _pixels: number[] = [];
    /** Depth of each at its pixel, and how far off the surface it may lie; 0 where that does not matter. */
    private readonly _depths: number[] = [];
    private readonly _slacks: number[] = [];

    /**
     * @param pixel where the splat shows most
     * @param share of the pixel's light that comes from it, 0..1
     * @param depthAt its depth there, asked for where it matters
     * @param size its standard deviation, world units
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

    /** @param elements of the splats @param depth of the surface that is seen at each pixel */
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
