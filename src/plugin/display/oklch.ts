/**
 * A color of Oklch (Ottosson 2020, "A perceptual color space for image processing") as sRGB. Where sRGB has no such color, its chroma is
 * lowered until there is one: lightness and hue stay.
 *
 * @param lightness 0..1
 * @param chroma 0 (gray) .. about 0.3
 * @param hue in degrees
 * @returns bytes packed with red lowest, opaque
 */
export function PackOklch(lightness: number, chroma: number, hue: number): number {
    const a = Math.cos((hue * Math.PI) / 180);
    const b = Math.sin((hue * Math.PI) / 180);
    for (let c = chroma; ; c *= 0.9) {
        const l = (lightness + c * (0.3963377774 * a + 0.2158037573 * b)) ** 3;
        const m = (lightness - c * (0.1055613458 * a + 0.0638541728 * b)) ** 3;
        const s = (lightness - c * (0.0894841775 * a + 1.291485548 * b)) ** 3;
        const red = 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s;
        const green = -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s;
        const blue = -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s;
        const low = Math.min(red, green, blue);
        const high = Math.max(red, green, blue);
        if ((low >= -1e-3 && high <= 1 + 1e-3) || c < 0.005) {
            return (0xff000000 | (toByte(blue) << 16) | (toByte(green) << 8) | toByte(red)) >>> 0;
        }
    }
}

/** Linear light 0..1 -> sRGB byte. */
function toByte(linear: number): number {
    const clamped = Math.min(Math.max(linear, 0), 1);
    const encoded = clamped <= 0.0031308 ? 12.92 * clamped : 1.055 * clamped ** (1 / 2.4) - 0.055;
    return Math.round(255 * encoded);
}
