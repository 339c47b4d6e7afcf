import type { Coroutine } from "../../../compute/base/coroutine";
import { SH_C0 } from "../../../compute/splats/splatCloud";
import type { PlyElement, PlyNumbers } from "./plyElement";
import type { PlyFile } from "./plyFile";
import { PlyError } from "./plyHeader";

/** The number of splats that share the bounds of a chunk. */
const CHUNK_SPLATS = 256;
const SPLATS_PER_SLICE = 1 << 11;
const BOUNDS = ["min_x", "min_y", "min_z", "max_x", "max_y", "max_z"];
const SCALE_BOUNDS = BOUNDS.map((name) => name.replace("_", "_scale_"));
const COLOR_BOUNDS = ["min_r", "min_g", "min_b", "max_r", "max_g", "max_b"];
const PACKED = ["packed_position", "packed_rotation", "packed_scale", "packed_color"];
/** Opacities keep this distance from 0 and 1, which have no finite logit. */
const OPACITY_MARGIN = 0.25 / 255;
/** The harmonics are bytes of this range, from its negative to itself. */
const HARMONIC_RANGE = 4;

/**
 * Unpacks the splats of a compressed PLY file into the columns that other files of splats have, in time slices.
 * Positions and scales are numbers of 11, 10 and 11 bits within the bounds of a chunk of 256 splats, rotations the
 * three smaller components in 10 bits each, colors 4 bytes; harmonics are an element of their own.
 *
 * @throws UltrametricError "input" where a column or a chunk is missing
 */
export function* PackedSplatColumns({ elements }: PlyFile, file: string): Coroutine<PlyElement> {
    const vertices = elements.get("vertex")!;
    const chunks = elements.get("chunk");
    const { count } = vertices;
    if (chunks === undefined || chunks.count * CHUNK_SPLATS < count) {
        throw PlyError(
            file,
            `its ${count} packed splats need ${Math.ceil(count / CHUNK_SPLATS)} chunks, but it has ${chunks?.count ?? 0}`,
        );
    }
    const [position, rotation, scale, color] = PACKED.map((name) => needed(vertices, name, file));
    const bounds = BOUNDS.map((name) => needed(chunks, name, file));
    const scaleBounds = SCALE_BOUNDS.map((name) => needed(chunks, name, file));
    // Older files have no bounds of colors, which are 0 and 1 then.
    const colorBounds = COLOR_BOUNDS.map((name) => chunks.columns.get(name)?.values ?? null);
    const create = (): Float32Array => new Float32Array(count);
    const [positions, scales, colors] = [0, 1, 2].map(() => [create(), create(), create()]);
    const rotations = [create(), create(), create(), create()];
    const opacities = create();
    const quaternion = [0, 0, 0, 0];
    for (let i = 0; i < count; i++) {
        if (i % SPLATS_PER_SLICE === 0) {
            yield;
        }
        const chunk = Math.floor(i / CHUNK_SPLATS);
        for (let axis = 0; axis < 3; axis++) {
            positions[axis][i] = between(bounds[axis][chunk], bounds[axis + 3][chunk], unpack(position[i], axis));
            scales[axis][i] = between(scaleBounds[axis][chunk], scaleBounds[axis + 3][chunk], unpack(scale[i], axis));
            const byte = ((color[i] >>> (24 - 8 * axis)) & 255) / 255;
            const value = between(colorBounds[axis]?.[chunk] ?? 0, colorBounds[axis + 3]?.[chunk] ?? 1, byte);
            colors[axis][i] = (value - 0.5) / SH_C0;
        }
        const opacity = Math.min(Math.max((color[i] & 255) / 255, OPACITY_MARGIN), 1 - OPACITY_MARGIN);
        opacities[i] = Math.log(opacity / (1 - opacity));
        unpackRotation(rotation[i], quaternion);
        for (let c = 0; c < 4; c++) {
            rotations[c][i] = quaternion[c];
        }
    }
    const columns = new Map<string, PlyNumbers>([
        ...["x", "y", "z"].map((name, axis): [string, PlyNumbers] => [name, positions[axis]]),
        ...scales.map((values, axis): [string, PlyNumbers] => [`scale_${axis}`, values]),
        ...rotations.map((values, c): [string, PlyNumbers] => [`rot_${c}`, values]),
        ...colors.map((values, c): [string, PlyNumbers] => [`f_dc_${c}`, values]),
        ["opacity", opacities],
        ...(yield* unpackHarmonics(elements.get("sh"), count)),
    ]);
    return {
        name: vertices.name,
        count,
        columns: new Map([...columns].map(([name, values]) => [name, { type: "float32", values }])),
        lists: new Map(),
    };
}

function needed(element: PlyElement, name: string, file: string): PlyNumbers {
    const column = element.columns.get(name);
    if (column === undefined) {
        throw PlyError(file, `its element "${element.name}" of packed splats has no property "${name}"`);
    }
    return column.values;
}

function* unpackHarmonics(element: PlyElement | undefined, count: number): Coroutine<[string, PlyNumbers][]> {
    const unpacked: [string, PlyNumbers][] = [];
    for (const [name, { type, values }] of element?.count === count ? element.columns : []) {
        const numbers = new Float32Array(count);
        const factor = type === "uint8" ? (2 * HARMONIC_RANGE) / 255 : 1;
        const shift = type === "uint8" ? HARMONIC_RANGE : 0;
        for (let i = 0; i < count; i++) {
            if (i % SPLATS_PER_SLICE === 0) {
                yield;
            }
            numbers[i] = values[i] * factor - shift;
        }
        unpacked.push([name, numbers]);
    }
    return unpacked;
}

function between(low: number, high: number, share: number): number {
    return low + (high - low) * share;
}

/** Returns one of three numbers of 11, 10 and 11 bits, 0..1. */
function unpack(packed: number, axis: number): number {
    return axis === 0 ? (packed >>> 21) / 2047 : axis === 1 ? ((packed >>> 11) & 1023) / 1023 : (packed & 2047) / 2047;
}

/** Unpacks w, x, y, z: the index of the largest in 2 bits, and the other three in 10 bits each. */
function unpackRotation(packed: number, to: number[]): void {
    const largest = packed >>> 30;
    let squared = 0;
    for (let c = 0, shift = 20; c < 4; c++) {
        if (c !== largest) {
            to[c] = (((packed >>> shift) & 1023) / 1023 - 0.5) * Math.SQRT2;
            squared += to[c] ** 2;
            shift -= 10;
        }
    }
    to[largest] = Math.sqrt(Math.max(0, 1 - squared));
}
