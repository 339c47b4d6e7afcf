import { Ciede2000, type Lab, PackedToLab } from "../../compute/base/colorDifference";
import { PackOklch } from "../../compute/base/oklab";

/** The colors of parts: all hues, or hues that color-blind people can distinguish, too. */
export type PartPalette = "full" | "colorBlindSafe";

/** The hue of the first part, a blue, in degrees of Oklch. */
export const FIRST_HUE = 255;
/** The steps of lightness, by which the two sides of a split differ also in gray. */
const LIGHTNESS = [0.72, 0.88, 0.58, 0.8, 0.65];
const CHROMA = 0.14;
/** The number of lightness steps. */
export const STEP_COUNT = LIGHTNESS.length;

/**
 * The lightness of the color-blind-safe palette. Its hues lie between blue and yellow, which people without red or
 * green cones see as others do; people without blue cones see these steps, which are wider than those of
 * {@link LIGHTNESS}.
 */
const SAFE_LIGHTNESS = [0.45, 0.9, 0.6, 0.77, 0.32];
const SAFE_BLUE = 262;
const SAFE_YELLOW = 98;

/** The smallest CIEDE2000 difference between parts that touch. */
export const MIN_DIFFERENCE = 15;
/** The most neighbors that a color is compared with. */
const MAX_OTHERS = 64;
/** The offsets from the hue of a part that are tried, in degrees. */
const HUE_OFFSETS = Array.from({ length: 24 }, (_, i) => 15 * Math.ceil(i / 2) * (i % 2 === 0 ? 1 : -1));

/** The colors of a palette, by lightness step and whole degree of hue; a million conversions would take a second. */
export class PaletteColors {
    private readonly _colors: Uint32Array[];
    private readonly _labs: (Lab | undefined)[][];

    public constructor(palette: PartPalette) {
        this._colors = palette === "full" ? LIGHTNESS.map(fullCircle) : SAFE_LIGHTNESS.map(blueToYellow);
        this._labs = this._colors.map(() => []);
    }

    /** Returns the packed color of a lightness step and a hue. */
    public packed(step: number, hue: number): number {
        return this._colors[step][wholeDegrees(hue)];
    }

    /** Returns the color of a lightness step and a hue in CIELAB. */
    public lab(step: number, hue: number): Lab {
        const degrees = wholeDegrees(hue);
        this._labs[step][degrees] ??= PackedToLab(this._colors[step][degrees]);
        return this._labs[step][degrees];
    }

    /**
     * Returns the hue and the step nearest to the given ones whose color differs enough from all others; if there is
     * none, those of the most different color.
     *
     * @param excluded a step that is not used; -1 for none
     * @param all the colors of the neighbors
     */
    public nearest(hue: number, step: number, excluded: number, all: readonly Lab[]): [hue: number, step: number] {
        // No color differs enough from very many others; some of them bound the time.
        const stride = Math.ceil(all.length / MAX_OTHERS);
        const others = stride > 1 ? all.filter((_, i) => i % stride === 0) : all;
        let best: [number, number] = [hue, step];
        let bestDifference = -1;
        for (const offset of HUE_OFFSETS) {
            for (let s = 0; s < STEP_COUNT; s++) {
                const candidateStep = (step + s) % STEP_COUNT;
                if (candidateStep === excluded) {
                    continue;
                }
                const candidate = this.lab(candidateStep, hue + offset);
                let difference = Infinity;
                for (const other of others) {
                    difference = Math.min(difference, Ciede2000(candidate, other));
                    if (difference <= bestDifference) {
                        break;
                    }
                }
                if (difference > bestDifference) {
                    best = [hue + offset, candidateStep];
                    bestDifference = difference;
                }
                if (bestDifference >= MIN_DIFFERENCE) {
                    return best;
                }
            }
        }
        return best;
    }
}

function wholeDegrees(hue: number): number {
    return ((Math.round(hue) % 360) + 360) % 360;
}

/** Returns [360] colors of all hues. */
function fullCircle(lightness: number): Uint32Array {
    return Uint32Array.from({ length: 360 }, (_, degrees) => PackOklch(lightness, CHROMA, degrees));
}

/** Folds the circle of hues onto the line from blue, the first hue, over gray to yellow. @returns [360] */
function blueToYellow(lightness: number): Uint32Array {
    return Uint32Array.from({ length: 360 }, (_, degrees) => {
        // -1 at the first hue, 1 at the opposite one.
        const yellowness = 1 - Math.abs(((degrees - FIRST_HUE + 360) % 360) - 180) / 90;
        return PackOklch(lightness, CHROMA * Math.abs(yellowness), yellowness < 0 ? SAFE_BLUE : SAFE_YELLOW);
    });
}
