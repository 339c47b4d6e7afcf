const FIRST_CAPACITY = 1024;

/** An array of numbers that grows while a file is read whose header does not tell their number. */
export class GrowingNumbers<T extends Float32Array | Float64Array | Int32Array | Uint32Array> {
    private _values: T;
    private _length = 0;

    /** @param _create creates an array of the type */
    public constructor(private readonly _create: (length: number) => T) {
        this._values = _create(FIRST_CAPACITY);
    }

    /** The number of values that were added. */
    public get length(): number {
        return this._length;
    }

    public push(value: number): void {
        if (this._length === this._values.length) {
            const larger = this._create(2 * this._length);
            larger.set(this._values);
            this._values = larger;
        }
        this._values[this._length++] = value;
    }

    public at(index: number): number {
        return this._values[index];
    }

    /** The values, in the array's own memory. */
    public get values(): T {
        return this._values.subarray(0, this._length) as T;
    }
}
