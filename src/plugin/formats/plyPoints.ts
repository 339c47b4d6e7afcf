import { UltrametricError } from "../../compute/base/ultrametricError";
import type { SparsePoints } from "../../compute/views/capture";

/** Bytes of PLY's number types, by their original and newer names. */
const TYPE_BYTES: Readonly<Record<string, number>> = {
    char: 1,
    int8: 1,
    uchar: 1,
    uint8: 1,
    short: 2,
    int16: 2,
    ushort: 2,
    uint16: 2,
    int: 4,
    int32: 4,
    uint: 4,
    uint32: 4,
    float: 4,
    float32: 4,
    double: 8,
    float64: 8,
};

const COLORS = ["red", "green", "blue"];

/** The largest size of a header. */
const MAX_HEADER_BYTES = 65_536;

interface Property {
    readonly name: string;
    readonly type: string;
    /** Byte offset in the vertex, or index in the line of an ASCII file. */
    readonly offset: number;
}

interface Header {
    readonly format: string;
    readonly count: number;
    readonly properties: readonly Property[];
    /** Bytes per vertex. */
    readonly stride: number;
    /** Byte offset of the first vertex. */
    readonly start: number;
}

/**
 * Reads the points of a PLY file, ASCII or binary: x, y, z of its first element, `vertex`, and red, green, blue where
 * these are bytes. Other properties and elements are ignored.
 *
 * @param file name of the file, for messages
 * @throws UltrametricError "input" for a malformed or truncated file, or coordinates that are not finite
 */
export function ReadPlyPoints(bytes: Uint8Array, file: string): SparsePoints {
    const header = readHeader(bytes, file);
    const { count, properties } = header;
    const find = (name: string): Property | undefined => properties.find((property) => property.name === name);
    const coordinates = ["x", "y", "z"].map((name) => {
        const property = find(name);
        if (property === undefined) {
            throw malformed(file, `its vertices have no property ${name}`);
        }
        return property;
    });
    const colorProperties = COLORS.map(find).filter((p) => p !== undefined && TYPE_BYTES[p.type] === 1) as Property[];
    const positions = new Float32Array(3 * count);
    const colors = colorProperties.length === 3 ? new Uint8Array(3 * count) : null;
    const numberAt = header.format === "ascii" ? readText(bytes, header, file) : readBinary(bytes, header, file);
    for (let point = 0; point < count; point++) {
        for (let k = 0; k < 3; k++) {
            const value = numberAt(point, coordinates[k]);
            if (!Number.isFinite(value)) {
                throw malformed(file, `the ${coordinates[k].name} of point ${point} is ${value}`);
            }
            positions[3 * point + k] = value;
            if (colors !== null) {
                colors[3 * point + k] = numberAt(point, colorProperties[k]);
            }
        }
    }
    return { positions, colors };
}

function readHeader(bytes: Uint8Array, file: string): Header {
    const text = new TextDecoder("latin1").decode(bytes.subarray(0, MAX_HEADER_BYTES));
    const end = /(^|\n)end_header\r?\n/.exec(text);
    if (!/^ply\r?\n/.test(text) || end === null) {
        throw malformed(file, `its ${bytes.length} bytes do not start with a PLY header`);
    }
    let format = "";
    let count = 0;
    let element = "";
    let stride = 0;
    const properties: Property[] = [];
    for (const line of text.slice(0, end.index).split(/\r?\n/)) {
        const [word, a, b] = line.trim().split(/\s+/);
        if (word === "format") {
            format = a;
        } else if (word === "element") {
            if (element === "" && a !== "vertex") {
                throw malformed(file, `its first element is "${a}", not "vertex"`);
            }
            element = element === "" ? "vertex" : "another";
            count = element === "vertex" ? Number(b) : count;
        } else if (word === "property" && element === "vertex") {
            const size = TYPE_BYTES[a];
            if (size === undefined) {
                throw malformed(file, `its vertices have a property of the type "${a}"`);
            }
            properties.push({ name: b, type: a, offset: format === "ascii" ? properties.length : stride });
            stride += size;
        }
    }
    if (!["ascii", "binary_little_endian", "binary_big_endian"].includes(format)) {
        throw malformed(file, `its format is "${format}"`);
    }
    if (!Number.isSafeInteger(count) || count < 0) {
        throw malformed(file, `its number of vertices is ${count}`);
    }
    return { format, count, properties, stride, start: end.index + end[0].length };
}

function readBinary(
    bytes: Uint8Array,
    { format, count, stride, start }: Header,
    file: string,
): (point: number, property: Property) => number {
    if (bytes.length < start + count * stride) {
        throw malformed(
            file,
            `its ${count} points need ${count * stride} bytes, but ${bytes.length - start} follow the header`,
        );
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset + start, count * stride);
    const little = format === "binary_little_endian";
    return (point, { type, offset }) => {
        const at = point * stride + offset;
        switch (type) {
            case "char":
            case "int8":
                return view.getInt8(at);
            case "uchar":
            case "uint8":
                return view.getUint8(at);
            case "short":
            case "int16":
                return view.getInt16(at, little);
            case "ushort":
            case "uint16":
                return view.getUint16(at, little);
            case "int":
            case "int32":
                return view.getInt32(at, little);
            case "uint":
            case "uint32":
                return view.getUint32(at, little);
            case "double":
            case "float64":
                return view.getFloat64(at, little);
            default:
                return view.getFloat32(at, little);
        }
    };
}

function readText(
    bytes: Uint8Array,
    { count, properties, start }: Header,
    file: string,
): (point: number, property: Property) => number {
    const lines = new TextDecoder().decode(bytes.subarray(start)).split(/\r?\n/, count);
    if (lines.length < count || (count > 0 && lines[count - 1].trim() === "")) {
        throw malformed(file, `it has fewer than ${count} lines of points`);
    }
    const rows = lines.map((line, point) => {
        const row = line.trim().split(/\s+/).map(Number);
        if (row.length < properties.length) {
            throw malformed(
                file,
                `point ${point} has ${row.length} numbers, but the header declares ${properties.length} properties`,
            );
        }
        return row;
    });
    return (point, { offset }) => rows[point][offset];
}

function malformed(file: string, problem: string): UltrametricError {
    return new UltrametricError(
        "input",
        `${file} is not a readable PLY file of points: ${problem}. Write it again, with x, y, z of each vertex.`,
    );
}
