import { JsonNode } from "../../base/jsonNode";
import { UltrametricError } from "../../base/ultrametricError";

/** The file format of one kind of field. */
export interface FieldFormat {
    /** Name of the kind, for messages, such as "feature field". */
    readonly kind: string;
    /** First 4 bytes, little-endian. */
    readonly magic: number;
    readonly version: number;
}

/**
 * Serializes a field: magic, version, length of the header's JSON, the JSON padded to 4 bytes, then the arrays, all
 * little-endian.
 * @param arrays with elements of 4 bytes
 */
export function WriteFieldBytes(
    { magic, version }: FieldFormat,
    header: unknown,
    arrays: readonly (Float32Array | Uint32Array)[],
): Uint8Array<ArrayBuffer> {
    const json = new TextEncoder().encode(JSON.stringify(header));
    const start = 12 + Math.ceil(json.length / 4) * 4;
    const bytes = new Uint8Array(start + arrays.reduce((sum, { byteLength }) => sum + byteLength, 0));
    const view = new DataView(bytes.buffer);
    view.setUint32(0, magic, true);
    view.setUint32(4, version, true);
    view.setUint32(8, json.length, true);
    bytes.fill(0x20, 12, start);
    bytes.set(json, 12);
    let at = start;
    for (const { buffer, byteOffset, byteLength } of arrays) {
        bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
        at += byteLength;
    }
    return bytes;
}

/** A field serialized by {@link WriteFieldBytes}, before the lengths of its arrays are known. */
export class FieldBytes {
    /** The header, to be checked by its reader. */
    public readonly header: JsonNode;
    private readonly _start: number;

    /** @throws UltrametricError "input" if the bytes are not a field of this format */
    public constructor(
        private readonly _format: FieldFormat,
        private readonly _bytes: Uint8Array,
    ) {
        const { kind, magic, version } = _format;
        const view = new DataView(_bytes.buffer, _bytes.byteOffset, _bytes.byteLength);
        if (_bytes.length < 12 || view.getUint32(0, true) !== magic || view.getUint32(4, true) !== version) {
            throw new UltrametricError(
                "input",
                `These ${_bytes.length} bytes are not a ${kind} of version ${version}.`,
            );
        }
        const jsonLength = view.getUint32(8, true);
        this._start = 12 + Math.ceil(jsonLength / 4) * 4;
        let header: unknown;
        try {
            header = JSON.parse(new TextDecoder().decode(_bytes.subarray(12, 12 + jsonLength)));
        } catch (cause) {
            throw new UltrametricError("input", `The options of the ${kind}, from byte 12 on, are not JSON.`, {
                cause,
            });
        }
        this.header = new JsonNode(header, `The ${kind}`);
    }

    /**
     * Checks the number of bytes.
     * @param lengths number of elements of each array
     * @throws UltrametricError "input" if the number of bytes differs
     */
    public check(lengths: readonly number[]): void {
        const expected = this._start + 4 * lengths.reduce((sum, length) => sum + length, 0);
        if (this._bytes.length !== expected) {
            throw new UltrametricError(
                "input",
                `The ${this._format.kind} has ${this._bytes.length} bytes; its header requires ${expected}.`,
            );
        }
    }

    /**
     * Returns copies of the arrays.
     * @param lengths number of elements of each array
     * @throws UltrametricError "input" if the number of bytes differs
     */
    public split(lengths: readonly number[]): ArrayBuffer[] {
        this.check(lengths);
        let at = this._start;
        return lengths.map((length) => {
            // Not by slice, which does not copy a Buffer of Node.
            const part = new Uint8Array(this._bytes.subarray(at, at + 4 * length)).buffer;
            at += 4 * length;
            return part;
        });
    }
}
