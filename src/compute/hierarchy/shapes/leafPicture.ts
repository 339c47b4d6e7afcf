/** A picture in memory. */
export interface LeafPicture {
    readonly width: number;
    readonly height: number;
    /** [height, width, 4] sRGB bytes from the top left; opaque on a white ground. `new ImageData(data, width)` takes it. */
    readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** Options of {@link DrawLeaves}. */
export interface LeafPictureOptions {
    /** The width and height, in pixels. */
    readonly size: number;
    /** The leaves that are drawn; those of `framed` fill the picture. */
    readonly shown: Uint32Array;
    readonly framed: Uint32Array;
    /** [n] 1 for leaves in their own colors; others are pale. Null draws all in their own colors. */
    readonly isStrong: Uint8Array | null;
    /** [3, 3] row-major: the directions to the right, up, and away from the viewer, in the leaves' coordinates. */
    readonly view: ArrayLike<number>;
    /** The radius of a leaf's disc, in the leaves' unit. */
    readonly radius: number;
}

/** The largest number of leaves that are drawn, spread over all. */
const MAX_DRAWN = 150_000;
/** The share of the picture around what fills it. */
const MARGIN = 0.06;
/** The share of white in pale leaves, and the gray that the rest goes to. */
const PALE = 0.75;
const GRAY = 215;
const MAX_DISC = 12;

/**
 * Draws leaves as discs, nearest in front, by a parallel projection, on the CPU.
 *
 * @param positions [n, 3]
 * @param colors [n, 3] sRGB bytes
 */
export function DrawLeaves(
    { positions, colors }: { readonly positions: Float32Array; readonly colors: Uint8Array },
    { size, shown, framed, isStrong, view, radius }: LeafPictureOptions,
): LeafPicture {
    const data = new Uint8ClampedArray(4 * size * size).fill(255);
    const along = (leaf: number, row: number): number =>
        view[3 * row] * positions[3 * leaf] +
        view[3 * row + 1] * positions[3 * leaf + 1] +
        view[3 * row + 2] * positions[3 * leaf + 2];
    const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const frameStep = Math.max(1, Math.floor(framed.length / MAX_DRAWN));
    for (let i = 0; i < framed.length; i += frameStep) {
        for (let row = 0; row < 2; row++) {
            const value = along(framed[i], row);
            low[row] = Math.min(low[row], value - radius);
            high[row] = Math.max(high[row], value + radius);
        }
    }
    const extent = Math.max(high[0] - low[0], high[1] - low[1]);
    if (!(extent > 0 && Number.isFinite(extent))) {
        return { width: size, height: size, data };
    }
    const scale = ((1 - 2 * MARGIN) * size) / extent;
    const centerX = (low[0] + high[0]) / 2;
    const centerY = (low[1] + high[1]) / 2;
    const step = Math.max(1, Math.floor(shown.length / MAX_DRAWN));
    const disc = Math.min(MAX_DISC, Math.max(0.7, scale * radius * Math.sqrt(step)));
    const depths = new Float32Array(size * size).fill(Number.POSITIVE_INFINITY);
    for (let i = 0; i < shown.length; i += step) {
        const leaf = shown[i];
        const x = size / 2 + scale * (along(leaf, 0) - centerX);
        const y = size / 2 - scale * (along(leaf, 1) - centerY);
        const depth = along(leaf, 2);
        const pale = isStrong && isStrong[leaf] === 0 ? PALE : 0;
        for (let row = Math.max(0, Math.ceil(y - disc)); row <= Math.min(size - 1, y + disc); row++) {
            const half = Math.sqrt(Math.max(0, disc * disc - (row - y) ** 2));
            for (let column = Math.max(0, Math.ceil(x - half)); column <= Math.min(size - 1, x + half); column++) {
                const pixel = row * size + column;
                if (depth < depths[pixel]) {
                    depths[pixel] = depth;
                    for (let c = 0; c < 3; c++) {
                        data[4 * pixel + c] = (1 - pale) * colors[3 * leaf + c] + pale * GRAY;
                    }
                }
            }
        }
    }
    return { width: size, height: size, data };
}
