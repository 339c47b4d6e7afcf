/**
 * Finds the foreground of an image: its pixels that are not transparent or, without transparent pixels, those with
 * depth.
 *
 * @param rgba [height, width, 4] bytes
 * @param depth [depthHeight, depthWidth] of the same view, possibly of another size
 * @returns [height, width] nonzero in the foreground; null without transparency and depth, when all of the image is
 */
export function FindForeground(
    rgba: Uint8Array,
    width: number,
    height: number,
    depth: Float32Array | null,
    depthWidth: number,
    depthHeight: number,
): Uint8Array | null {
    const foreground = new Uint8Array(width * height);
    let isTransparent = false;
    for (let p = 0; p < foreground.length; p++) {
        foreground[p] = rgba[4 * p + 3];
        isTransparent ||= foreground[p] === 0;
    }
    if (isTransparent) {
        return foreground;
    }
    if (depth === null) {
        return null;
    }
    for (let y = 0, p = 0; y < height; y++) {
        const row = Math.floor(((y + 0.5) * depthHeight) / height) * depthWidth;
        for (let x = 0; x < width; x++, p++) {
            foreground[p] = depth[row + Math.floor(((x + 0.5) * depthWidth) / width)] > 0 ? 1 : 0;
        }
    }
    return foreground;
}
