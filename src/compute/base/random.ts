/**
 * Returns the 32-bit PCG hash (Jarzynski & Olano 2020, "Hash Functions for GPU Rendering"); the same function as
 * `pcgHash` in fields/shared/random.include.wgsl.
 */
export function PcgHash(value: number): number {
    const state = (Math.imul(value, 747796405) + 2891336453) >>> 0;
    const word = Math.imul(((state >>> ((state >>> 28) + 4)) ^ state) >>> 0, 277803737) >>> 0;
    return ((word >>> 22) ^ word) >>> 0;
}

/** The difference between consecutive states. */
const STATE_STEP = 0x9e3779b9;

/**
 * Creates a seeded generator of uniform numbers in [0, 1): the same seed gives the same numbers everywhere.
 * @param skip number of first numbers to skip. Default: 0
 */
export function CreateRandom(seed: number, skip = 0): () => number {
    let state = (PcgHash(seed >>> 0) + Math.imul(skip, STATE_STEP)) >>> 0;
    return () => {
        state = (state + STATE_STEP) >>> 0;
        return PcgHash(state) / 4294967296;
    };
}
