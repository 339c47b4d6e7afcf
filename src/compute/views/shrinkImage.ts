import { type Coroutine, RunCoroutineSync } from "../base/coroutine";

/** The pixels of the image in one time slice: a few milliseconds of work. */
const PIXELS_PER_SLICE = 1 << 18;

/**
 * Shrinks an image by area averaging: each new pixel is the mean of the area that it covers, colors weighted by alpha.
 *
 * @param image [height, width, 4] straight-alpha bytes
 * @param newWidth at most width
 * @param newHeight at most height
 * @returns [newHeight, newWidth, 4]
 */
export function ShrinkImage(
    image: Uint8Array,
    width: number,
    height: number,
    newWidth: number,
    newHeight: number,
): Uint8Array {
    return RunCoroutineSync(ShrinkImageCoroutine(image, width, height, newWidth, newHeight));
}

/** Like {@link ShrinkImage}, in time slices. */
export function* ShrinkImageCoroutine(
    image: Uint8Array,
    width: number,
    height: number,
    newWidth: number,
    newHeight: number,
): Coroutine<Uint8Array> {
    const out = new Uint8Array(4 * newWidth * newHeight);
    const stepX = width / newWidth;
    const stepY = height / newHeight;
    const sums = new Float64Array(4 * newWidth);
    const rowsPerSlice = Math.max(1, Math.floor(PIXELS_PER_SLICE / (width * stepY)));
    for (let row = 0; row < newHeight; row++) {
        if (row % rowsPerSlice === 0) {
            yield;
        }
        sums.fill(0);
        const bottom = Math.min((row + 1) * stepY, height);
        for (let y = Math.floor(row * stepY); y < bottom; y++) {
            const overlapY = Math.min(y + 1, bottom) - Math.max(y, row * stepY);
            for (let column = 0, sum = 0; column < newWidth; column++, sum += 4) {
                const end = Math.min((column + 1) * stepX, width);
                for (let x = Math.floor(column * stepX); x < end; x++) {
                    const from = 4 * (y * width + x);
                    const weight = overlapY * (Math.min(x + 1, end) - Math.max(x, column * stepX)) * image[from + 3];
                    sums[sum] += weight * image[from];
                    sums[sum + 1] += weight * image[from + 1];
                    sums[sum + 2] += weight * image[from + 2];
                    sums[sum + 3] += weight;
                }
            }
        }
        for (let sum = 0, to = 4 * row * newWidth; sum < sums.length; sum += 4, to += 4) {
            const alpha = sums[sum + 3];
            if (alpha > 0) {
                for (let k = 0; k < 3; k++) {
                    out[to + k] = sums[sum + k] / alpha + 0.5;
                }
                out[to + 3] = alpha / (stepX * stepY) + 0.5;
            }
        }
    }
    return out;
}
