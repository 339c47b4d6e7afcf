/** PCG hash of 32 bits (Jarzynski & Olano 2020, "Hash Functions for GPU Rendering"); the same function as in wgsl/include/random.wgsl. */
export function PcgHash(value: number): number {
    const state = (Math.imul(value, 747796405) + 2891336453) >>> 0;
    const word = Math.imul(((state >>> ((state >>> 28) + 4)) ^ state) >>> 0, 277803737) >>> 0;
    return ((word >>> 22) ^ word) >>> 0;
}

/** Between the states of two numbers. */
const STRIDE = 0x9e3779b9;

/**
 * A small seeded generator of uniform numbers in [0, 1): the same seed gives the same numbers everywhere.
 * @param passed how many of the first numbers are passed over. Default: 0
 */
export function CreateRandom(seed: number, passed = 0): () => number {
    let state = (PcgHash(seed >>> 0) + Math.imul(passed, STRIDE)) >>> 0;
    return () => {
        state = (state + STRIDE) >>> 0;
        return PcgHash(state) / 4294967296;
    };
}
