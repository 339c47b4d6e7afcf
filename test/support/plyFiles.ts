/** The elements of one kind, in a PLY file that a test writes. */
export interface TestPlyElement {
    readonly name: string;
    /** "float x" or "list uchar int vertex_indices". */
    readonly properties: readonly string[];
    /** [elements][properties] a number, or the numbers of a list. */
    readonly rows: readonly (readonly (number | readonly number[])[])[];
}

/** Options of {@link WritePly}. */
export interface TestPlyOptions {
    /** Default "binary_little_endian". */
    readonly format?: "ascii" | "binary_little_endian" | "binary_big_endian";
    /** The end of lines. Default a line feed. */
    readonly lineEnd?: string;
    readonly comments?: readonly string[];
}

/** Writes a PLY file. */
export function WritePly(elements: readonly TestPlyElement[], options: TestPlyOptions = {}): Uint8Array<ArrayBuffer> {
    const { format = "binary_little_endian", lineEnd = "\n", comments = [] } = options;
    const lines = ["ply", `format ${format} 1.0`, ...comments.map((comment) => `comment ${comment}`)];
    for (const { name, properties, rows } of elements) {
        lines.push(`element ${name} ${rows.length}`, ...properties.map((property) => `property ${property}`));
    }
    lines.push("end_header");
    const encoder = new TextEncoder();
    const header = lines.map((line) => line + lineEnd).join("");
    if (format === "ascii") {
        const body = elements.flatMap(({ rows }) => rows.map((row) => row.map(asText).join(" ") + lineEnd));
        return encoder.encode(header + body.join(""));
    }
    const bytes = [...encoder.encode(header)];
    const isLittle = format === "binary_little_endian";
    for (const { properties, rows } of elements) {
        const types = properties.map((property) => property.split(" "));
        for (const row of rows) {
            row.forEach((value, p) => {
                const [first, lengthType, type] = types[p];
                if (first === "list") {
                    const list = value as readonly number[];
                    bytes.push(...toBytes(lengthType, list.length, isLittle));
                    bytes.push(...list.flatMap((number) => toBytes(type, number, isLittle)));
                } else {
                    bytes.push(...toBytes(first, value as number, isLittle));
                }
            });
        }
    }
    return Uint8Array.from(bytes);
}

function asText(value: number | readonly number[]): string {
    return typeof value === "number" ? String(value) : [value.length, ...value].join(" ");
}

function toBytes(type: string, value: number, isLittle: boolean): number[] {
    const view = new DataView(new ArrayBuffer(8));
    const writers: Record<string, [bytes: number, write: () => void]> = {
        char: [1, () => view.setInt8(0, value)],
        uchar: [1, () => view.setUint8(0, value)],
        uint8: [1, () => view.setUint8(0, value)],
        short: [2, () => view.setInt16(0, value, isLittle)],
        ushort: [2, () => view.setUint16(0, value, isLittle)],
        int: [4, () => view.setInt32(0, value, isLittle)],
        uint: [4, () => view.setUint32(0, value, isLittle)],
        int64: [8, () => view.setBigInt64(0, BigInt(value), isLittle)],
        float: [4, () => view.setFloat32(0, value, isLittle)],
        float32: [4, () => view.setFloat32(0, value, isLittle)],
        double: [8, () => view.setFloat64(0, value, isLittle)],
        half: [2, () => view.setUint16(0, EncodeHalf(value), isLittle)],
    };
    const [bytes, write] = writers[type];
    write();
    return [...new Uint8Array(view.buffer, 0, bytes)];
}

/** Returns the bits of a half float, for normal numbers that it can hold exactly. */
export function EncodeHalf(value: number): number {
    if (value === 0) {
        return 0;
    }
    const exponent = Math.floor(Math.log2(Math.abs(value)));
    const mantissa = Math.round((Math.abs(value) / 2 ** exponent - 1) * 1024);
    return (value < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | mantissa;
}

/** Returns the element of the vertices of a triangle and more points. */
export function Vertices(properties: readonly string[], rows: TestPlyElement["rows"]): TestPlyElement {
    return { name: "vertex", properties, rows };
}
