import { UltrametricError } from "../base/ultrametricError";

/** Bytes of a splat: center and deviations (6 floats), RGBA, rotation (w, x, y, z as 127.5 (q + 1)). */
export const SPLAT_BYTES = 32;
/** The number of splats that one time slice handles: a few milliseconds of work. */
export const SPLATS_PER_CHUNK = 1 << 15;
/** The constant term of the spherical harmonics. */
export const SH_C0 = 0.28209479177387814;
/** The highest degree of spherical harmonics. */
export const MAX_HARMONIC_DEGREE = 4;

/**
 * The directions of the axes of splats: x to the right (1) or left (-1), y up or down, z to the front or back. "Front"
 * is the direction in which a camera looks that sees x to its right.
 */
export type SplatFrame = readonly [x: 1 | -1, y: 1 | -1, z: 1 | -1];

/** The splats of a file, as Babylon keeps them in memory. */
export interface SplatCloud {
    readonly count: number;
    /**
     * [count, 32] center and standard deviations (6 float32, little-endian), sRGB of the constant harmonic and opacity
     * (4 bytes), rotation (w, x, y, z as 127.5 (q + 1)).
     */
    readonly rows: Uint8Array<ArrayBuffer>;
    /** The degree of the spherical harmonics, 0 to 4. */
    readonly harmonicDegree: number;
    /**
     * [count, 3 ((degree + 1)^2 - 1)] harmonics beyond the constant one, 127.5 (value + 1): red, green and blue of the
     * first, then of the next.
     */
    readonly harmonics: Uint8Array<ArrayBuffer>;
    /** The directions of the axes. */
    readonly frame: SplatFrame;
    /** True for splats that were trained with antialiasing (Mip-Splatting). */
    readonly isAntialiased: boolean;
}

/** Returns the number of values per splat of the harmonics beyond the constant one. */
export function HarmonicValues(degree: number): number {
    return 3 * ((degree + 1) ** 2 - 1);
}

/**
 * Allocates splats whose bytes are all 0.
 *
 * @param file name of the file, for messages
 * @throws UltrametricError "limits" when there is not enough memory
 */
export function AllocateSplats(count: number, harmonicDegree: number, frame: SplatFrame, file: string): SplatCloud {
    try {
        const rows = new Uint8Array(SPLAT_BYTES * count);
        const harmonics = new Uint8Array(HarmonicValues(harmonicDegree) * count);
        return { count, rows, harmonicDegree, harmonics, frame, isAntialiased: false };
    } catch (error) {
        throw new UltrametricError(
            "limits",
            `${file} has ${count} splats, for which there is not enough memory. Open it with fewer splats.`,
            { cause: error },
        );
    }
}

/** Returns the nearest whole number from 0 to 255. */
export function ToByte(value: number): number {
    return value <= 0 ? 0 : value >= 255 ? 255 : Math.round(value);
}
