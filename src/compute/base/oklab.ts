/** sRGB byte to linear light. */
const LINEAR = Float32Array.from({ length: 256 }, (_, byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

/**
 * The colors of some pixels in Oklab (Ottosson 2020), in which equal distances look about equally different -> [n, 3]: lightness 0..1,
 * green to red, blue to yellow.
 *
 * @param image [height, width, 4] sRGB bytes
 * @param pixels [n] row-major indices
 */
export function PixelsToOklab(image: Uint8Array, pixels: Uint32Array): Float32Array {
    const colors = new Float32Array(3 * pixels.length);
    for (let i = 0; i < pixels.length; i++) {
        const p = 4 * pixels[i];
        const r = LINEAR[image[p]];
        const g = LINEAR[image[p + 1]];
        const b = LINEAR[image[p + 2]];
        const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
        const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
        const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
        colors[3 * i] = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
        colors[3 * i + 1] = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
        colors[3 * i + 2] = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
    }
    return colors;
}
