/** The weights of the loss. */
export interface RadianceLossOptions {
    readonly colorLoss: "huber" | "mse";
    readonly huberDelta: number;
    readonly opacityEntropy: number;
    readonly distortion: number;
}

/**
 * Reference implementation of radianceLoss.wgsl on one ray.
 * @param shown color (3), opacity, depth, distortion
 * @param target color (3), alpha, background (3)
 */
export function RadianceLoss(
    options: RadianceLossOptions,
    shown: ArrayLike<number>,
    target: ArrayLike<number>,
): { color: number; regular: number; squared: number } {
    let color = 0;
    let squared = 0;
    for (let channel = 0; channel < 3; channel++) {
        const goal = target[3] * target[channel] + (1 - target[3]) * target[4 + channel];
        const error = Math.abs(shown[channel] + (1 - shown[3]) * target[4 + channel] - goal);
        squared += error ** 2 / 3;
        if (options.colorLoss === "mse") {
            color += error ** 2 / 3;
        } else {
            const { huberDelta: delta } = options;
            color += (error < delta ? error ** 2 / (2 * delta) : error - delta / 2) / 3;
        }
    }
    const opacity = Math.min(Math.max(shown[3], 1e-5), 1);
    return {
        color,
        regular: -options.opacityEntropy * opacity * Math.log(opacity) + options.distortion * shown[5],
        squared,
    };
}
