import { NormalizeFeatures } from "./normalizeFeatures";

/**
 * Reference implementation of compositeFeatures.wgsl, in double precision: network outputs along rays -> unit features
 * of the rays.
 * @param outputs [rays, slots, dimensions]
 * @param weights [rays, slots]
 * @param opacities [rays]
 * @returns the sums before and after normalization, [rays, dimensions] both
 */
export function CompositeFeatures(
    outputs: ArrayLike<number>,
    weights: ArrayLike<number>,
    opacities: ArrayLike<number>,
    dimensions: number,
): { sums: Float64Array; features: Float64Array } {
    const units = NormalizeFeatures(outputs, dimensions);
    const slots = weights.length / opacities.length;
    const sums = new Float64Array(opacities.length * dimensions);
    for (let ray = 0; ray < opacities.length; ray++) {
        for (let d = 0; d < dimensions; d++) {
            let sum = (1 - opacities[ray]) / Math.sqrt(dimensions);
            for (let slot = ray * slots; slot < (ray + 1) * slots; slot++) {
                sum += weights[slot] * units[slot * dimensions + d];
            }
            sums[ray * dimensions + d] = sum;
        }
    }
    return { sums, features: NormalizeFeatures(sums, dimensions) };
}
