import type { Coroutine } from "../../../compute/base/coroutine";
import { SH_C0 } from "../../../compute/splats/splatCloud";
import type { PlyColumn, PlyElement } from "./plyElement";
import { FindPlyColumns } from "./plyFile";
import { VERTICES_PER_SLICE } from "./plyVertices";

/** The names of red, green and blue. */
const COLOR_NAMES: readonly (readonly string[])[] = [
    ["red", "green", "blue"],
    ["diffuse_red", "diffuse_green", "diffuse_blue"],
    ["Red", "Green", "Blue"],
    ["r", "g", "b"],
];
const HARMONIC_NAMES = [["f_dc_0", "f_dc_1", "f_dc_2"]];
const INTENSITY_NAMES = [
    ...["intensity", "Intensity", "scalar_Intensity", "scalar_intensity", "reflectance", "scalar_Reflectance"],
    ...["gray", "grey", "luminance"],
].map((name) => [name]);
const SAMPLE_COUNT = 1023;
/** The gray of the darkest intensities. */
const DARKEST = 40;

/** The colors of elements. */
export interface PlyColors {
    /** [n, 3] sRGB bytes. */
    readonly colors: Uint8Array;
    /** True if the colors are grays of a measured intensity. */
    readonly isIntensity: boolean;
}

/**
 * Reads the colors of vertices or faces, in time slices: of bytes, 16-bit numbers or floats; else of the constant
 * harmonic; else grays of an intensity, from its 2nd to its 98th percentile. Colors that are all black mean that a
 * scanner recorded none.
 *
 * @param rows the rows of the elements; null for all
 * @returns null where the elements have no colors
 */
export function* PlyColorsCoroutine(element: PlyElement, rows: Uint32Array | null): Coroutine<PlyColors | null> {
    const columns = FindPlyColumns(element, COLOR_NAMES);
    if (columns !== null) {
        const scale = yield* findScale(columns, element.count);
        if (scale !== null) {
            const scales = columns.map(() => scale);
            return { colors: yield* readColors(columns, rows, scales, [0, 0, 0]), isIntensity: false };
        }
    }
    const harmonics = FindPlyColumns(element, HARMONIC_NAMES);
    if (harmonics !== null) {
        const scales = harmonics.map(() => 255 * SH_C0);
        return { colors: yield* readColors(harmonics, rows, scales, [127.5, 127.5, 127.5]), isIntensity: false };
    }
    const intensity = FindPlyColumns(element, INTENSITY_NAMES)?.[0];
    const range = intensity && findRange(intensity.values);
    if (!intensity || !range) {
        return null;
    }
    const scale = (255 - DARKEST) / (range.high - range.low);
    const shift = DARKEST - scale * range.low;
    const gray = [intensity, intensity, intensity];
    return {
        colors: yield* readColors(gray, rows, [scale, scale, scale], [shift, shift, shift]),
        isIntensity: true,
    };
}

/**
 * Returns the factor from the values of colors to bytes; null where all are 0. The largest value tells floats of 0..1
 * from those of 0..255, and integers of 8 bits from those of 16, whatever their type.
 */
function* findScale(columns: readonly PlyColumn[], count: number): Coroutine<number | null> {
    if (columns.every(({ type }) => type === "uint8" || type === "int8")) {
        return columns.some(({ values }) => values.some((value) => value !== 0)) ? 1 : null;
    }
    let largest = 0;
    for (let row = 0; row < count; row++) {
        if (row % VERTICES_PER_SLICE === 0) {
            yield;
        }
        for (let c = 0; c < 3; c++) {
            const value = columns[c].values[row];
            largest = value > largest && value < Infinity ? value : largest;
        }
    }
    if (largest === 0) {
        return null;
    }
    const isFloat = columns[0].type.startsWith("float");
    // Tone-mapped floats may exceed 1.
    if (isFloat && largest <= 2) {
        return 255;
    }
    return largest <= 255 ? 1 : largest <= 65535 ? 1 / 257 : 255 / largest;
}

/** Returns the bytes value * scale + shift of each row, rounded and clamped. */
function* readColors(
    columns: readonly PlyColumn[],
    rows: Uint32Array | null,
    scales: readonly number[],
    shifts: readonly number[],
): Coroutine<Uint8Array> {
    const count = rows?.length ?? columns[0].values.length;
    const clamped = new Uint8ClampedArray(3 * count);
    // Some writers declare bytes as signed.
    const unsigned = columns.map(({ type, values }) =>
        type === "int8" ? new Uint8Array(values.buffer, values.byteOffset, values.length) : values,
    );
    for (let i = 0; i < count; i++) {
        if (i % VERTICES_PER_SLICE === 0) {
            yield;
        }
        const row = rows ? rows[i] : i;
        for (let c = 0; c < 3; c++) {
            clamped[3 * i + c] = unsigned[c][row] * scales[c] + shifts[c];
        }
    }
    return new Uint8Array(clamped.buffer);
}

/** Returns the 2nd and the 98th percentile of a sample; null where they are equal. */
function findRange(values: ArrayLike<number>): { low: number; high: number } | null {
    const step = Math.max(1, values.length / SAMPLE_COUNT);
    const sample: number[] = [];
    for (let i = 0; i < values.length; i += step) {
        sample.push(values[Math.floor(i)]);
    }
    const sorted = sample.filter(Number.isFinite).sort((a, b) => a - b);
    const low = sorted[Math.floor(0.02 * (sorted.length - 1))];
    const high = sorted[Math.ceil(0.98 * (sorted.length - 1))];
    return high > low ? { low, high } : null;
}
