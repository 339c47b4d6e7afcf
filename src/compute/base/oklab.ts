/** sRGB byte to linear light. */
const LINEAR_OF_BYTE = Float32Array.from({ length: 256 }, (_, byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

/** Converts an sRGB byte to linear light 0..1. */
export function LinearOfByte(byte: number): number {
    return LINEAR_OF_BYTE[byte];
}

/** Linear light 0..1 to an sRGB byte. */
function byteOfLinear(linear: number): number {
    const clamped = Math.min(Math.max(linear, 0), 1);
    const encoded = clamped <= 0.0031308 ? 12.92 * clamped : 1.055 * clamped ** (1 / 2.4) - 0.055;
    return Math.round(255 * encoded);
}

/**
 * Writes a color of Oklab, see {@link PixelsToOklab}.
 *
 * @param bytes sRGB red, green and blue at `from`
 * @param colors lightness 0..1, green to red, blue to yellow at `to`
 */
export function WriteOklab(bytes: Uint8Array, from: number, colors: Float32Array | Float64Array, to: number): void {
    const r = LINEAR_OF_BYTE[bytes[from]];
    const g = LINEAR_OF_BYTE[bytes[from + 1]];
    const b = LINEAR_OF_BYTE[bytes[from + 2]];
    const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    colors[to] = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
    colors[to + 1] = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
    colors[to + 2] = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
}

/**
 * Converts pixels to Oklab (Ottosson 2020, "A perceptual color space for image processing"), where equal distances look
 * about equally different.
 *
 * @param image [height, width, 4] sRGB bytes
 * @param pixels [n] row-major indices
 * @returns [n, 3] lightness 0..1, green to red, blue to yellow
 */
export function PixelsToOklab(image: Uint8Array, pixels: Uint32Array): Float32Array {
    const colors = new Float32Array(3 * pixels.length);
    for (let i = 0; i < pixels.length; i++) {
        WriteOklab(image, 4 * pixels[i], colors, 3 * i);
    }
    return colors;
}

/**
 * Converts a color of Oklch, the polar form of Oklab, to sRGB. For a color outside of sRGB, the chroma is lowered until
 * it fits; lightness and hue stay.
 *
 * @param lightness 0..1
 * @param chroma 0 (gray) to about 0.3
 * @param hue in degrees
 * @returns sRGB bytes packed with red lowest, opaque
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
            return (0xff000000 | (byteOfLinear(blue) << 16) | (byteOfLinear(green) << 8) | byteOfLinear(red)) >>> 0;
        }
    }
}
