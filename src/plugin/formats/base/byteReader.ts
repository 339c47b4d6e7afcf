import { UltrametricError } from "../../../compute/base/ultrametricError";

/**
 * Reads little-endian numbers of a file in sequence. The parameter `what` names the value in the error message for a
 * file that ends too early; all methods throw an UltrametricError "input" then.
 */
export class ByteReader {
    private readonly _view: DataView;
    private _offset = 0;

    /** @param file name of the file, for messages */
    public constructor(
        private readonly _bytes: Uint8Array,
        public readonly file: string,
    ) {
        this._view = new DataView(_bytes.buffer, _bytes.byteOffset, _bytes.byteLength);
    }

    /** The number of bytes that have not been read. */
    public get remaining(): number {
        return this._bytes.length - this._offset;
    }

    public uint8(what: string): number {
        return this._view.getUint8(this._take(1, what));
    }

    public uint32(what: string): number {
        return this._view.getUint32(this._take(4, what), true);
    }

    public int32(what: string): number {
        return this._view.getInt32(this._take(4, what), true);
    }

    public float64(what: string): number {
        return this._view.getFloat64(this._take(8, what), true);
    }

    /** Reads a 64-bit integer; it must be exact as a float64. */
    public uint64(what: string): number {
        const offset = this._take(8, what);
        const value = this._view.getBigUint64(offset, true);
        if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
            throw this._error(`the ${what} at byte ${offset} is ${value}`);
        }
        return Number(value);
    }

    /** Reads the number of records that follow, and checks that the rest of the file can hold as many. */
    public count(what: string, minBytes: number): number {
        const offset = this._offset;
        const count = this.uint64(`number of ${what}`);
        if (count * minBytes > this.remaining) {
            throw this._error(
                `the number of ${what} at byte ${offset} is ${count}, which needs ${count * minBytes} bytes or more, ` +
                    `but ${this.remaining} follow`,
            );
        }
        return count;
    }

    /** Reads a zero-terminated string. */
    public text(what: string): string {
        const end = this._bytes.indexOf(0, this._offset);
        if (end < 0) {
            throw this._error(`it ends at byte ${this._bytes.length}, within the ${what}`);
        }
        const text = new TextDecoder().decode(this._bytes.subarray(this._offset, end));
        this._offset = end + 1;
        return text;
    }

    public skip(bytes: number, what: string): void {
        this._take(bytes, what);
    }

    /** Checks that the file ends here. */
    public end(what: string): void {
        if (this.remaining > 0) {
            throw this._error(`${this.remaining} bytes follow its ${what}`);
        }
    }

    private _take(size: number, what: string): number {
        if (size > this.remaining) {
            throw this._error(`it ends at byte ${this._bytes.length}, within the ${what}`);
        }
        const offset = this._offset;
        this._offset += size;
        return offset;
    }

    private _error(problem: string): UltrametricError {
        return new UltrametricError(
            "input",
            `${this.file} is truncated or corrupt: ${problem}. Copy or export all files of its model again.`,
        );
    }
}
