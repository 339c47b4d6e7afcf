import { UltrametricError } from "../../../compute/base/ultrametricError";

/** An array of numbers from a .npy file. */
export interface NpyArray {
    readonly shape: readonly number[];
    /** All numbers in row-major order. */
    readonly data: Float64Array;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Size and read function of each number type. */
const TYPES: Readonly<
    Record<string, readonly [bytes: number, read: (view: DataView, at: number, little: boolean) => number]>
> = {
    f4: [4, (view, at, little) => view.getFloat32(at, little)],
    f8: [8, (view, at, little) => view.getFloat64(at, little)],
    i4: [4, (view, at, little) => view.getInt32(at, little)],
    u4: [4, (view, at, little) => view.getUint32(at, little)],
    i2: [2, (view, at, little) => view.getInt16(at, little)],
    u2: [2, (view, at, little) => view.getUint16(at, little)],
    i1: [1, (view, at) => view.getInt8(at)],
    u1: [1, (view, at) => view.getUint8(at)],
    i8: [8, (view, at, little) => Number(view.getBigInt64(at, little))],
    u8: [8, (view, at, little) => Number(view.getBigUint64(at, little))],
};

/**
 * Reads a .npy file of real numbers (NumPy's format, versions 1 to 3), in any byte order and axis order.
 *
 * @param file name of the file, for messages
 * @throws UltrametricError "input" for a malformed or truncated file, or unsupported contents
 */
export function ReadNpy(bytes: Uint8Array, file: string): NpyArray {
    const malformed = (problem: string): UltrametricError =>
        new UltrametricError(
            "input",
            `${file} is not a readable .npy file of numbers: ${problem}. Write it again with numpy.save.`,
        );
    if (bytes.length < 12 || !MAGIC.every((byte, i) => bytes[i] === byte)) {
        throw malformed(`its ${bytes.length} bytes do not start with the signature`);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const isVersion1 = bytes[6] === 1;
    const headerLength = isVersion1 ? view.getUint16(8, true) : view.getUint32(8, true);
    const start = (isVersion1 ? 10 : 12) + headerLength;
    if (bytes.length < start) {
        throw malformed(`it ends within its header, at byte ${bytes.length}`);
    }
    const header = new TextDecoder().decode(bytes.subarray(isVersion1 ? 10 : 12, start));
    const descr = /'descr'\s*:\s*'([<>|=])(\w+)'/.exec(header);
    const order = /'fortran_order'\s*:\s*(True|False)/.exec(header);
    const shapeText = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(header);
    if (descr === null || order === null || shapeText === null || !Object.hasOwn(TYPES, descr[2])) {
        throw malformed(`its header is ${header.trim()}`);
    }
    const shape = shapeText[1]
        .split(",")
        .filter((part) => part.trim() !== "")
        .map(Number);
    const count = shape.reduce((product, size) => product * size, 1);
    const [size, read] = TYPES[descr[2]];
    if (bytes.length - start !== count * size) {
        throw malformed(
            `${bytes.length - start} bytes follow its header, but (${shape.join(", ")}) numbers need ${count * size}`,
        );
    }
    const data = new Float64Array(count);
    for (let i = 0; i < count; i++) {
        data[i] = read(view, start + i * size, descr[1] !== ">");
    }
    return { shape, data: order[1] === "True" ? reverseAxes(data, shape) : data };
}

/** Converts column-major (Fortran) to row-major order. */
function reverseAxes(data: Float64Array, shape: readonly number[]): Float64Array {
    const out = new Float64Array(data.length);
    const position = new Array<number>(shape.length).fill(0);
    for (let from = 0; from < data.length; from++) {
        out[shape.reduce((index, size, axis) => index * size + position[axis], 0)] = data[from];
        for (let axis = 0; axis < shape.length && ++position[axis] === shape[axis]; axis++) {
            position[axis] = 0;
        }
    }
    return out;
}
