import { type Coroutine, RunCoroutineSync } from "../base/coroutine";
import type { Lens } from "./lens";
import { DistortPoint } from "./lensDistortion";

/** The pixels of one time slice: a few milliseconds of work. */
const PIXELS_PER_SLICE = 1 << 14;

/**
 * Removes the lens distortion from an image, with bilinear sampling; colors are weighted by alpha.
 *
 * @param image [height, width, 4] straight-alpha bytes
 * @param lens of the image
 * @param pinhole lens of the result, from UndistortLens
 * @returns [height, width, 4] of the pinhole's size
 */
export function UndistortImage(image: Uint8Array, lens: Lens, pinhole: Lens): Uint8Array {
    return RunCoroutineSync(UndistortImageCoroutine(image, lens, pinhole));
}

/** Like {@link UndistortImage}, in time slices. */
export function* UndistortImageCoroutine(image: Uint8Array, lens: Lens, pinhole: Lens): Coroutine<Uint8Array> {
    const { width, height, distortion } = lens;
    if (distortion === null) {
        return image;
    }
    const out = new Uint8Array(4 * pinhole.width * pinhole.height);
    const distorted = new Float64Array(3);
    const rowsPerSlice = Math.max(1, Math.floor(PIXELS_PER_SLICE / pinhole.width));
    for (let row = 0, to = 0; row < pinhole.height; row++) {
        if (row % rowsPerSlice === 0) {
            yield;
        }
        const y = (row + 0.5 - pinhole.centerY) / pinhole.focalY;
        for (let column = 0; column < pinhole.width; column++, to += 4) {
            DistortPoint(distortion, (column + 0.5 - pinhole.centerX) / pinhole.focalX, y, distorted);
            const u = Math.min(Math.max(distorted[0] * lens.focalX + lens.centerX - 0.5, 0), width - 1);
            const v = Math.min(Math.max(distorted[1] * lens.focalY + lens.centerY - 0.5, 0), height - 1);
            const left = Math.min(Math.floor(u), Math.max(width - 2, 0));
            const top = Math.min(Math.floor(v), Math.max(height - 2, 0));
            const right = u - left;
            const down = v - top;
            const a = 4 * (top * width + left);
            const b = width > 1 ? a + 4 : a;
            const c = height > 1 ? a + 4 * width : a;
            const d = c + b - a;
            const wa = (1 - right) * (1 - down) * image[a + 3];
            const wb = right * (1 - down) * image[b + 3];
            const wc = (1 - right) * down * image[c + 3];
            const wd = right * down * image[d + 3];
            const alpha = wa + wb + wc + wd;
            if (alpha > 0) {
                for (let k = 0; k < 3; k++) {
                    out[to + k] =
                        (wa * image[a + k] + wb * image[b + k] + wc * image[c + k] + wd * image[d + k]) / alpha + 0.5;
                }
                out[to + 3] = alpha + 0.5;
            }
        }
    }
    return out;
}
