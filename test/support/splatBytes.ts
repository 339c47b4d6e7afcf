import { SPLAT_BYTES, type SplatData } from "../../src/plugin/content/splatData";

/**
 * Writes splats as bytes for `updateData(bytes.buffer, undefined, { flipY: false })`; inverts ReadSplatData.
 */
export function WriteSplatBytes(splats: SplatData): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(SPLAT_BYTES * splats.count);
    const floats = new Float32Array(bytes.buffer);
    for (let i = 0; i < splats.count; i++) {
        floats.set(splats.positions.subarray(3 * i, 3 * i + 3), (SPLAT_BYTES / 4) * i);
        floats.set(splats.scales.subarray(3 * i, 3 * i + 3), (SPLAT_BYTES / 4) * i + 3);
        bytes.set(splats.colors.subarray(4 * i, 4 * i + 4), SPLAT_BYTES * i + 24);
        for (let c = 0; c < 4; c++) {
            bytes[SPLAT_BYTES * i + 28 + c] = Math.round(127.5 * (splats.rotations[4 * i + c] + 1));
        }
    }
    return bytes;
}
