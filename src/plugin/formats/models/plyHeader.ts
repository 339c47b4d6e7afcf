import { Quoted, UltrametricError } from "../../../compute/base/ultrametricError";

/** The type of a number in a PLY file, by its newer name. */
export type PlyType =
    | "int8"
    | "uint8"
    | "int16"
    | "uint16"
    | "int32"
    | "uint32"
    | "int64"
    | "uint64"
    | "float16"
    | "float32"
    | "float64";

/** The bytes of each type. */
export const PLY_TYPE_BYTES: Readonly<Record<PlyType, number>> = {
    int8: 1,
    uint8: 1,
    int16: 2,
    uint16: 2,
    int32: 4,
    uint32: 4,
    int64: 8,
    uint64: 8,
    float16: 2,
    float32: 4,
    float64: 8,
};

/** All names of types, the original ones and those of other writers. A map, because names are input. */
const TYPES: ReadonlyMap<string, PlyType> = new Map<string, PlyType>([
    ...(Object.keys(PLY_TYPE_BYTES) as PlyType[]).map((type): [string, PlyType] => [type, type]),
    ["char", "int8"],
    ["uchar", "uint8"],
    ["short", "int16"],
    ["ushort", "uint16"],
    ["int", "int32"],
    ["uint", "uint32"],
    ["half", "float16"],
    ["float", "float32"],
    ["double", "float64"],
]);

const FORMATS = ["ascii", "binary_little_endian", "binary_big_endian"] as const;
type PlyFormat = (typeof FORMATS)[number];

/** The largest size of a header, which may contain long comments. */
const MAX_HEADER_BYTES = 1 << 20;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** A property of the elements of one kind: a number, or a list of numbers. */
export interface PlyProperty {
    readonly name: string;
    readonly type: PlyType;
    /** The type of the length of a list; null for a number. */
    readonly lengthType: PlyType | null;
}

/** The declaration of the elements of one kind, such as vertices. */
export interface PlyElementHeader {
    readonly name: string;
    readonly count: number;
    readonly properties: readonly PlyProperty[];
}

/** The header of a PLY file. */
export interface PlyHeader {
    readonly format: PlyFormat;
    readonly elements: readonly PlyElementHeader[];
    readonly comments: readonly string[];
    /** The byte of the first element. */
    readonly start: number;
    /** The number of lines. */
    readonly lineCount: number;
}

/** Creates the error for a file that cannot be read. @param problem names the place, without a full stop */
export function PlyError(file: string, problem: string): UltrametricError {
    return new UltrametricError("input", `${file} is not a readable PLY file: ${problem}. Export it again.`);
}

/**
 * Reads the header of a PLY file. Lines may end with LF, CRLF or CR; the data start right after the line `end_header`,
 * whatever their first byte is.
 *
 * @param file name of the file, for messages
 * @throws UltrametricError "input"
 */
export function ReadPlyHeader(bytes: Uint8Array, file: string): PlyHeader {
    const { lines, start } = readLines(bytes, file);
    let format: PlyFormat | null = null;
    const comments: string[] = [];
    const elements: { name: string; count: number; properties: PlyProperty[] }[] = [];
    lines.forEach((text, i) => {
        const words = text.split(/\s+/);
        const where = `line ${i + 1} of its header`;
        switch (words[0]) {
            case "format":
                format = FORMATS.find((known) => known === words[1]) ?? null;
                if (format === null) {
                    throw PlyError(file, `its format is ${Quoted(words[1] ?? "")}, not ${FORMATS.join(" or ")}`);
                }
                break;
            case "comment":
            case "obj_info":
                comments.push(text.slice(words[0].length).trim());
                break;
            case "element":
                elements.push({ name: words[1] ?? "", count: readCount(words, where, file), properties: [] });
                break;
            case "property":
                if (elements.length === 0) {
                    throw PlyError(file, `${where} declares a property before any element`);
                }
                elements[elements.length - 1].properties.push(readProperty(words, where, file));
                break;
        }
    });
    if (format === null) {
        throw PlyError(file, "its header names no format");
    }
    return { format, elements, comments, start, lineCount: lines.length };
}

/** Returns the lines up to and including `end_header`, trimmed, and the byte after them. */
function readLines(bytes: Uint8Array, file: string): { lines: string[]; start: number } {
    const limit = Math.min(bytes.length, MAX_HEADER_BYTES);
    const decoder = new TextDecoder();
    let end = bytes.subarray(0, limit).findIndex((byte) => byte === LINE_FEED || byte === CARRIAGE_RETURN);
    if (end < 0 || decoder.decode(bytes.subarray(0, end)).trim() !== "ply") {
        throw PlyError(file, `its ${bytes.length} bytes do not start with the line "ply"`);
    }
    // Only where no line feed follows are lines separated by carriage returns.
    const separator = bytes[end] === CARRIAGE_RETURN && bytes[end + 1] !== LINE_FEED ? CARRIAGE_RETURN : LINE_FEED;
    const lines: string[] = [];
    for (let start = 0; start < limit; start = end + 1) {
        end = bytes.indexOf(separator, start);
        if (end < 0 || end >= limit) {
            break;
        }
        const line = decoder.decode(bytes.subarray(start, end)).trim();
        lines.push(line);
        if (line === "end_header") {
            return { lines, start: end + 1 };
        }
    }
    throw PlyError(file, `its header has no line "end_header" within ${limit} bytes`);
}

function readCount(words: readonly string[], where: string, file: string): number {
    const count = /^\d+$/.test(words[2] ?? "") ? Number(words[2]) : NaN;
    if (!Number.isSafeInteger(count)) {
        throw PlyError(file, `${where} gives ${Quoted(words.slice(2).join(" "))} as the number of "${words[1]}"`);
    }
    return count;
}

function readProperty(words: readonly string[], where: string, file: string): PlyProperty {
    const isList = words[1] === "list";
    const type = readType(words[isList ? 3 : 1], where, file);
    const lengthType = isList ? readType(words[2], where, file) : null;
    if (lengthType?.startsWith("float")) {
        throw PlyError(file, `${where} declares a list whose length is of the type ${Quoted(words[2])}`);
    }
    return { name: words[isList ? 4 : 2] ?? "", type, lengthType };
}

function readType(name: string | undefined, where: string, file: string): PlyType {
    const type = TYPES.get(name ?? "");
    if (type === undefined) {
        throw PlyError(file, `${where} declares a property of the type ${Quoted(name ?? "")}`);
    }
    return type;
}
