import type { Coroutine } from "../../../compute/base/coroutine";
import { HarmonicValues, SPLAT_BYTES, SPLATS_PER_CHUNK, type SplatCloud } from "../../../compute/splats/splatCloud";

/** Floats of a row that have to be finite: center and standard deviations. */
const FLOATS = 6;

/**
 * Leaves out splats whose center or size is not finite: a single one makes the box around all of them useless. Works in
 * time slices; the memory of the given splats is reused.
 */
export function* FiniteSplats(cloud: SplatCloud): Coroutine<SplatCloud> {
    const { rows, harmonics } = cloud;
    const floats = new Float32Array(rows.buffer, rows.byteOffset, rows.length >> 2);
    const values = HarmonicValues(cloud.harmonicDegree);
    let count = 0;
    for (let i = 0; i < cloud.count; i++) {
        if (i % SPLATS_PER_CHUNK === 0) {
            yield;
        }
        let isWhole = true;
        for (let k = 8 * i; k < 8 * i + FLOATS; k++) {
            isWhole &&= Number.isFinite(floats[k]);
        }
        if (isWhole) {
            if (count < i) {
                rows.copyWithin(SPLAT_BYTES * count, SPLAT_BYTES * i, SPLAT_BYTES * (i + 1));
                harmonics.copyWithin(values * count, values * i, values * (i + 1));
            }
            count++;
        }
    }
    // A mesh takes the whole buffer, so it has to end with the last splat.
    return count === cloud.count
        ? cloud
        : {
              ...cloud,
              count,
              rows: rows.slice(0, SPLAT_BYTES * count),
              harmonics: harmonics.slice(0, values * count),
          };
}
