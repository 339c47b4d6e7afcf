import { LinearOfByte } from "./oklab";

/** White point D65 of sRGB, relative to Y = 1. */
const WHITE = [0.95047, 1, 1.08883];

/** A color in CIELAB (D65): lightness 0..100, green to red, blue to yellow. */
export type Lab = readonly [lightness: number, a: number, b: number];

/** Converts sRGB bytes, packed with red lowest, to CIELAB. */
export function PackedToLab(packed: number): Lab {
    const r = LinearOfByte(packed & 255);
    const g = LinearOfByte((packed >> 8) & 255);
    const b = LinearOfByte((packed >> 16) & 255);
    const [x, y, z] = [
        0.4124564 * r + 0.3575761 * g + 0.1804375 * b,
        0.2126729 * r + 0.7151522 * g + 0.072175 * b,
        0.0193339 * r + 0.119192 * g + 0.9503041 * b,
    ].map((value, i) => {
        const t = value / WHITE[i];
        return t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116;
    });
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/**
 * Returns the CIEDE2000 difference of two colors; about 1 is just noticeable (Sharma, Wu and Dalal 2005, "The CIEDE2000
 * color-difference formula: implementation notes, supplementary test data, and mathematical observations").
 */
export function Ciede2000([l1, a1, b1]: Lab, [l2, a2, b2]: Lab): number {
    const degrees = Math.PI / 180;
    const meanChroma7 = ((Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2) ** 7;
    const g = 0.5 * (1 - Math.sqrt(meanChroma7 / (meanChroma7 + 25 ** 7)));
    const c1 = Math.hypot((1 + g) * a1, b1);
    const c2 = Math.hypot((1 + g) * a2, b2);
    const h1 = hueOf((1 + g) * a1, b1);
    const h2 = hueOf((1 + g) * a2, b2);

    let hueStep = 0;
    let meanHue = h1 + h2;
    if (c1 * c2 > 0) {
        hueStep = h2 - h1;
        meanHue = (h1 + h2) / 2;
        if (Math.abs(hueStep) > 180) {
            hueStep += hueStep > 0 ? -360 : 360;
            meanHue += h1 + h2 < 360 ? 180 : -180;
        }
    }
    const deltaL = l2 - l1;
    const deltaC = c2 - c1;
    const deltaH = 2 * Math.sqrt(c1 * c2) * Math.sin((hueStep / 2) * degrees);

    const meanL = (l1 + l2) / 2;
    const meanC = (c1 + c2) / 2;
    const t =
        1 -
        0.17 * Math.cos((meanHue - 30) * degrees) +
        0.24 * Math.cos(2 * meanHue * degrees) +
        0.32 * Math.cos((3 * meanHue + 6) * degrees) -
        0.2 * Math.cos((4 * meanHue - 63) * degrees);
    const rotation =
        -2 *
        Math.sqrt(meanC ** 7 / (meanC ** 7 + 25 ** 7)) *
        Math.sin(60 * Math.exp(-(((meanHue - 275) / 25) ** 2)) * degrees);
    const l = deltaL / (1 + (0.015 * (meanL - 50) ** 2) / Math.sqrt(20 + (meanL - 50) ** 2));
    const c = deltaC / (1 + 0.045 * meanC);
    const h = deltaH / (1 + 0.015 * meanC * t);
    return Math.sqrt(l * l + c * c + h * h + rotation * c * h);
}

/** Degrees, 0..360; 0 for gray. */
function hueOf(a: number, b: number): number {
    const hue = (Math.atan2(b, a) * 180) / Math.PI;
    return hue < 0 ? hue + 360 : hue;
}
