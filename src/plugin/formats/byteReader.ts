import { UltrametricError } from "../../compute/base/ultrametricError";

/** Reads little-endian numbers of a file one after another, and says where the file ends too early. */
export class ByteReader {
    private readonly _view: DataView;
    private _offset = 0;

    /** @param file name for messages */
    public constructor(
        private readonly _bytes: Uint8Array,
        public readonly file: string,
    ) {
        this._view = new DataView(_bytes.buffer, _bytes.byteOffset, _bytes.byteLength);
    }

    /** Bytes that are left. */
    public get left(): number {
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

    /** A whole number of 64 bits, of those that a float64 holds. */
    public uint64(what: string): number {
        const offset = this._take(8, what);
        const value = this._view.getBigUint64(offset, true);
        if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
            throw this._error(`the ${what} at byte ${offset} is ${value}`);
        }
        return Number(value);
    }

    /** A number of records that follow. Reading ends here where the rest of the file cannot hold so many. */
    public count(what: string, leastBytes: number): number {
        const offset = this._offset;
        const count = this.uint64(`number of ${what}`);
        if (count * leastBytes > this.left) {
            throw this._error(
                `the number of ${what} at byte ${offset} is ${count}, which needs ${count * leastBytes} bytes or more, and ${this.left} follow`,
            );
        }
        return count;
    }

    /** A text that ends with a byte 0. */
    public text(what: string): string {
        const end = this._bytes.indexOf(0, this._offset);
        if (end < 0) {
            throw this._error(`it ends at byte ${this._bytes.length} within the ${what}`);
        }
        const text = new TextDecoder().decode(this._bytes.subarray(this._offset, end));
        this._offset = end + 1;
        return text;
    }

    public skip(bytes: number, what: string): void {
        this._take(bytes, what);
    }

    /** @throws UltrametricError when there is more in the file */
    public end(what: string): void {
        if (this.left > 0) {
            throw this._error(`${this.left} bytes follow after its ${what}`);
        }
    }

    private _take(size: number, what: string): number {
        if (size > this.left) {
            throw this._error(`it ends at byte ${this._bytes.length} within the ${what}`);
        }
        const offset = this._offset;
        this._offset += size;
        return offset;
    }

    private _error(problem: string): UltrametricError {
        return new UltrametricError(
            "input",
            `${this.file} is cut off or damaged: ${problem}. Copy or write it again, all of its model.`,
        );
    }
}
