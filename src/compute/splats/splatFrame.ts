import type { Coroutine } from "../base/coroutine";
import { SPLAT_BYTES, SPLATS_PER_CHUNK, type SplatCloud, type SplatFrame } from "./splatCloud";

/** The axes by convention of each kind of file: of photogrammetry (x right, y down, z front), of SPZ, and of glTF. */
export const SPLAT_FRAMES = {
    ply: [1, -1, 1],
    spz: [1, 1, -1],
    gltf: [-1, 1, 1],
} as const satisfies Record<string, SplatFrame>;

/**
 * The axes, as bits (x 1, y 2, z 4), in which each harmonic beyond the constant one is odd. Mirroring an odd number of
 * these axes negates its coefficients.
 */
const ODD_AXES = [...[2, 4, 1], ...[3, 6, 0, 5, 0], ...[2, 7, 2, 4, 1, 4, 1], ...[3, 6, 3, 6, 0, 5, 0, 5, 0]];

/** The byte of a coefficient with the other sign. */
const NEGATED = Uint8Array.from({ length: 256 }, (_, byte) => 255 - byte);

/**
 * Changes the axes of splats in place, harmonics included, in time slices.
 *
 * @returns the same memory with the other axes
 */
export function* ChangeSplatFrame(cloud: SplatCloud, frame: SplatFrame): Coroutine<SplatCloud> {
    const [x, y, z] = frame.map((sign, axis) => sign * cloud.frame[axis]);
    if (x * y * z === 1 && x === 1 && y === 1) {
        return { ...cloud, frame };
    }
    const { count, rows, harmonics } = cloud;
    const floats = new Float32Array(rows.buffer, rows.byteOffset, rows.length >> 2);
    const values = harmonics.length / Math.max(count, 1);
    const mirrored = (x < 0 ? 1 : 0) | (y < 0 ? 2 : 0) | (z < 0 ? 4 : 0);
    const odd = ODD_AXES.slice(0, values / 3).flatMap((axes, harmonic) => {
        const bits = axes & mirrored;
        const isOdd = ((bits & 1) ^ ((bits >> 1) & 1) ^ (bits >> 2)) === 1;
        return isOdd ? [3 * harmonic, 3 * harmonic + 1, 3 * harmonic + 2] : [];
    });
    for (let i = 0; i < count; i++) {
        if (i % SPLATS_PER_CHUNK === 0) {
            yield;
        }
        floats[8 * i] *= x;
        floats[8 * i + 1] *= y;
        floats[8 * i + 2] *= z;
        // A mirrored rotation turns by the same angle around the mirrored axis, the other way around.
        const rotation = SPLAT_BYTES * i + 28;
        rows[rotation + 1] = y * z < 0 ? NEGATED[rows[rotation + 1]] : rows[rotation + 1];
        rows[rotation + 2] = x * z < 0 ? NEGATED[rows[rotation + 2]] : rows[rotation + 2];
        rows[rotation + 3] = x * y < 0 ? NEGATED[rows[rotation + 3]] : rows[rotation + 3];
        for (const k of odd) {
            harmonics[values * i + k] = NEGATED[harmonics[values * i + k]];
        }
    }
    return { ...cloud, frame };
}
