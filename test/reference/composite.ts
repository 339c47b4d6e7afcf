/** The composite of one ray. */
export interface RayComposite {
    readonly color: readonly number[];
    readonly opacity: number;
    readonly depth: number;
    readonly distortion: number;
    readonly used: number;
    /** Length at which half of the light is left; 0 when more is left at the end. */
    readonly median: number;
    readonly weights: readonly number[];
}

/**
 * Reference implementation of compositeForward.wgsl on one ray, in double precision; the distortion by its definition,
 * a sum over all pairs.
 * @param lengths [n] lengths along the ray
 * @param steps [n]
 * @param logDensities [n]
 * @param colors [n, 3] before the sigmoid
 * @param used number of samples that count; default: until less than 1e-4 of the light is left
 */
export function Composite(
    lengths: ArrayLike<number>,
    steps: ArrayLike<number>,
    logDensities: ArrayLike<number>,
    colors: ArrayLike<number>,
    used?: number,
): RayComposite {
    const color = [0, 0, 0];
    const weights: number[] = [];
    let transmittance = 1;
    let count = 0;
    let median = 0;
    for (let k = 0; k < lengths.length && (used === undefined ? transmittance >= 1e-4 : k < used); k++) {
        const passed = Math.exp(-Math.exp(Math.min(logDensities[k], 11)) * steps[k]);
        const weight = transmittance * (1 - passed);
        for (let channel = 0; channel < 3; channel++) {
            color[channel] += weight / (1 + Math.exp(-colors[3 * k + channel]));
        }
        weights.push(weight);
        if (transmittance >= 0.5 && transmittance * passed < 0.5) {
            // exp(-density s) of the light is left after a part s of the step.
            const density = Math.exp(Math.min(logDensities[k], 11));
            median = lengths[k] - steps[k] / 2 + Math.log(2 * transmittance) / density;
        }
        transmittance *= passed;
        count++;
    }
    let distortion = 0;
    weights.forEach((a, i) => {
        distortion += (a * a * steps[i]) / 3;
        weights.forEach((b, j) => {
            distortion += a * b * Math.abs(lengths[i] - lengths[j]);
        });
    });
    return {
        color,
        opacity: weights.reduce((sum, w) => sum + w, 0),
        depth: weights.reduce((sum, w, k) => sum + w * lengths[k], 0),
        distortion,
        used: count,
        median,
        weights,
    };
}
