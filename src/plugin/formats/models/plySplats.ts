import type { Coroutine } from "../../../compute/base/coroutine";
import {
    AllocateSplats,
    HarmonicValues,
    MAX_HARMONIC_DEGREE,
    SH_C0,
    SPLAT_BYTES,
    type SplatCloud,
    ToByte,
} from "../../../compute/splats/splatCloud";
import { SPLAT_FRAMES } from "../../../compute/splats/splatFrame";
import { DecodeHalf } from "../base/halfFloat";
import { PackedSplatColumns } from "./packedSplats";
import { PlyColorsCoroutine } from "./plyColors";
import type { PlyElement } from "./plyElement";
import { FindPlyColumns, type PlyFile } from "./plyFile";
import { PlyError } from "./plyHeader";
import { FindPlyVertices, PlyVerticesCoroutine } from "./plyVertices";

/** The splats that are read in one time slice. */
const SPLATS_PER_SLICE = 1 << 11;
/** The thickness of 2D splats, as a share of the smaller of their two scales. */
const THICKNESS = 1e-3;
/** The byte of colors that a file does not have. */
const NEUTRAL = 160;

/** The Gaussian splats of a PLY file. */
export interface PlySplats {
    /** The splats, centers less the offset. */
    readonly cloud: SplatCloud;
    /** The vector that was subtracted from all centers. */
    readonly offset: readonly [number, number, number];
    /** The number of splats that are left out, because a center or a scale is not finite. */
    readonly leftOut: number;
    /** True if the file has 2D splats, which have two scales. */
    readonly isFlat: boolean;
    /** True for a compressed PLY. */
    readonly isPacked: boolean;
}

/** Returns true if the vertices of a file are Gaussian splats. */
export function HasPlySplats({ elements }: PlyFile): boolean {
    const vertices = elements.get("vertex");
    return (
        vertices !== undefined &&
        (vertices.columns.has("packed_position") ||
            FindPlyColumns(vertices, [["scale_0", "scale_1", "rot_0", "rot_1", "rot_2", "rot_3"]]) !== null)
    );
}

/**
 * Reads the Gaussian splats of a PLY file, in time slices: those of 3D Gaussian Splatting and 2D Gaussian Splatting,
 * in floats or half floats, and compressed PLY in chunks of 256 splats.
 *
 * @param subtractsOffset see {@link PlyVerticesCoroutine}
 * @throws UltrametricError "input" where columns or chunks are missing, or no splat is finite; "limits"
 */
export function* PlySplatsCoroutine(ply: PlyFile, file: string, subtractsOffset: boolean): Coroutine<PlySplats> {
    const isPacked = ply.elements.get("vertex")!.columns.has("packed_position");
    const element = isPacked
        ? yield* PackedSplatColumns(ply, file)
        : yield* decodeHalves(FindPlyVertices(ply, file), (name) => !/^(red|green|blue|alpha)$/.test(name));
    const { positions, rows, offset } = yield* PlyVerticesCoroutine(element, file, subtractsOffset);
    const isFlat = !element.columns.has("scale_2");
    const column = (name: string): ArrayLike<number> | null => element.columns.get(name)?.values ?? null;
    const scales = [column("scale_0")!, column("scale_1")!, column("scale_2")];
    const rotations = ["rot_0", "rot_1", "rot_2", "rot_3"].map((name) => column(name)!);
    const constants = FindPlyColumns(element, [["f_dc_0", "f_dc_1", "f_dc_2"]])?.map(({ values }) => values);
    const colors = constants ? null : ((yield* PlyColorsCoroutine(element, rows))?.colors ?? null);
    const opacities = column("opacity");
    const most = positions.length / 3;
    const degree = harmonicDegree(element);
    const cloud = AllocateSplats(most, degree, SPLAT_FRAMES.ply, file);
    const bytes = cloud.rows;
    const floats = new Float32Array(bytes.buffer);
    const kept = new Uint32Array(most); // rows
    const scale = [0, 0, 0];
    let count = 0;
    for (let i = 0; i < most; i++) {
        if (i % SPLATS_PER_SLICE === 0) {
            yield;
        }
        const row = rows ? rows[i] : i;
        for (let axis = 0; axis < 3; axis++) {
            const logarithms = scales[axis];
            scale[axis] = logarithms
                ? Math.fround(Math.exp(logarithms[row]))
                : THICKNESS * Math.min(scale[0], scale[1]);
        }
        if (!Number.isFinite(scale[0] + scale[1] + scale[2])) {
            continue;
        }
        const float = (SPLAT_BYTES / 4) * count;
        for (let axis = 0; axis < 3; axis++) {
            floats[float + axis] = positions[3 * i + axis];
            floats[float + 3 + axis] = scale[axis];
        }
        const byte = SPLAT_BYTES * count + 24;
        for (let c = 0; c < 3; c++) {
            bytes[byte + c] = constants
                ? ToByte((0.5 + SH_C0 * constants[c][row]) * 255)
                : (colors?.[3 * i + c] ?? NEUTRAL);
        }
        bytes[byte + 3] = opacities ? ToByte(255 / (1 + Math.exp(-opacities[row]))) : 255;
        writeRotation(bytes, byte + 4, rotations, row);
        kept[count++] = row;
    }
    if (count === 0) {
        throw PlyError(file, `none of its ${element.count} splats has finite scales`);
    }
    yield* readHarmonics(element, kept.subarray(0, count), cloud);
    const isWhole = count === most;
    return {
        cloud: {
            ...cloud,
            count,
            rows: isWhole ? bytes : bytes.slice(0, SPLAT_BYTES * count),
            harmonics: isWhole ? cloud.harmonics : cloud.harmonics.slice(0, HarmonicValues(degree) * count),
        },
        offset,
        leftOut: element.count - count,
        isFlat,
        isPacked,
    };
}

/** Writes a rotation as bytes of its unit quaternion; one of length 0 is no rotation. */
function writeRotation(to: Uint8Array, at: number, from: readonly ArrayLike<number>[], row: number): void {
    const length = Math.hypot(from[0][row], from[1][row], from[2][row], from[3][row]);
    const isValid = length > 0 && length < Infinity;
    for (let c = 0; c < 4; c++) {
        to[at + c] = ToByte(127.5 * ((isValid ? from[c][row] / length : c === 0 ? 1 : 0) + 1));
    }
}

/** Returns the highest degree whose harmonics beyond the constant one a file has. */
function harmonicDegree({ columns }: PlyElement): number {
    let degree = MAX_HARMONIC_DEGREE;
    while (degree > 0 && !columns.has(`f_rest_${HarmonicValues(degree) - 1}`)) {
        degree--;
    }
    return degree;
}

/** Reads the harmonics beyond the constant one. Files have all of red first, then green, then blue. */
function* readHarmonics(element: PlyElement, rows: Uint32Array, cloud: SplatCloud): Coroutine<void> {
    const values = HarmonicValues(cloud.harmonicDegree);
    const names = Array.from({ length: values }, (_, k) => `f_rest_${(k % 3) * (values / 3) + Math.floor(k / 3)}`);
    const columns = FindPlyColumns(element, [names])?.map((column) => column.values) ?? [];
    for (let i = 0; i < rows.length; i++) {
        if (i % SPLATS_PER_SLICE === 0) {
            yield;
        }
        const row = rows[i];
        for (let k = 0; k < columns.length; k++) {
            const value = columns[k][row];
            cloud.harmonics[values * i + k] = ToByte(127.5 * ((Number.isFinite(value) ? value : 0) + 1));
        }
    }
}

/** Replaces columns of 16-bit integers, as which splat files store half floats, by their numbers. */
function* decodeHalves(element: PlyElement, isHalf: (name: string) => boolean): Coroutine<PlyElement> {
    const columns = new Map(element.columns);
    for (const [name, { type, values }] of element.columns) {
        if (type === "uint16" && isHalf(name)) {
            const decoded = new Float32Array(values.length);
            for (let i = 0; i < values.length; i++) {
                if (i % SPLATS_PER_SLICE === 0) {
                    yield;
                }
                decoded[i] = DecodeHalf(values[i]);
            }
            columns.set(name, { type: "float16", values: decoded });
        }
    }
    return { ...element, columns };
}
