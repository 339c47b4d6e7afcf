import { NO_EDGE } from "../../src/compute/fields/feature/sampleForest";

/** The inputs of the loss of a step. */
export interface LossProblem {
    readonly dimensions: number;
    /** [pairs, 1 + negatives, 2] samples; the first pair of each row is the positive one. */
    readonly pairs: ArrayLike<number>;
    readonly negatives: number;
    /** [pairs, 1 + negatives] edges. */
    readonly bottlenecks: ArrayLike<number>;
    /** [samples, degree] the other end of every edge. */
    readonly neighbors: ArrayLike<number>;
    readonly degree: number;
    readonly temperature: number;
}

/**
 * Reference implementation of contrastiveLoss.wgsl: the losses as functions of the unit features.
 * @param features [samples, dimensions]
 */
export function ContrastiveLoss(problem: LossProblem, features: ArrayLike<number>): { euclid: number; ultra: number } {
    const { dimensions, pairs, negatives, bottlenecks, neighbors, degree, temperature } = problem;
    const similarity = (a: number, b: number): number => {
        let sum = 0;
        for (let d = 0; d < dimensions; d++) {
            sum += features[a * dimensions + d] * features[b * dimensions + d];
        }
        return sum;
    };
    const softplus = (z: number): number => (z > 30 ? z : Math.log1p(Math.exp(z)));
    const own = (q: number): number => similarity(pairs[2 * q], pairs[2 * q + 1]);
    const bottleneck = (q: number): number => {
        const edge = bottlenecks[q];
        return edge === NO_EDGE ? 1 : similarity(Math.floor(edge / degree), neighbors[edge]);
    };
    const rows = pairs.length / 2 / (1 + negatives);
    let euclid = 0;
    let ultra = 0;
    for (let row = 0; row < rows; row++) {
        const first = row * (1 + negatives);
        for (let j = 1; j <= negatives; j++) {
            euclid += softplus((own(first + j) - own(first)) / temperature);
            ultra += softplus((bottleneck(first + j) - bottleneck(first)) / temperature);
        }
    }
    return { euclid: euclid / (rows * negatives), ultra: ultra / (rows * negatives) };
}
