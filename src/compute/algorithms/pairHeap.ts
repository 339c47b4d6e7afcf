/** A binary min-heap of pairs (a, b) with a key; equal keys are ordered by a, then b. */
export class PairHeap {
    private _keys = new Float64Array(1024);
    private _a = new Uint32Array(1024);
    private _b = new Uint32Array(1024);
    private _stamp = new Uint32Array(1024);
    private _size = 0;

    /** Number of entries. */
    public get size(): number {
        return this._size;
    }

    /** Adds a pair. @param stamp returned by {@link pop}, to recognize outdated entries */
    public push(key: number, a: number, b: number, stamp: number): void {
        if (this._size === this._keys.length) {
            this._grow();
        }
        let i = this._size++;
        while (i > 0) {
            const up = (i - 1) >> 1;
            if (!this._before(key, a, b, up)) {
                break;
            }
            this._move(up, i);
            i = up;
        }
        this._set(i, key, a, b, stamp);
    }

    /** Removes the smallest entry and returns it; undefined if the heap is empty. */
    public pop(): { key: number; a: number; b: number; stamp: number } | undefined {
        if (this._size === 0) {
            return undefined;
        }
        const top = { key: this._keys[0], a: this._a[0], b: this._b[0], stamp: this._stamp[0] };
        const last = --this._size;
        const key = this._keys[last];
        const a = this._a[last];
        const b = this._b[last];
        const stamp = this._stamp[last];
        let i = 0;
        for (let child = 1; child < last; child = 2 * i + 1) {
            const right = child + 1;
            if (right < last && this._before(this._keys[right], this._a[right], this._b[right], child)) {
                child = right;
            }
            if (this._before(key, a, b, child)) {
                break;
            }
            this._move(child, i);
            i = child;
        }
        this._set(i, key, a, b, stamp);
        return top;
    }

    private _before(key: number, a: number, b: number, i: number): boolean {
        if (key !== this._keys[i]) {
            return key < this._keys[i];
        }
        return a !== this._a[i] ? a < this._a[i] : b < this._b[i];
    }

    private _move(from: number, to: number): void {
        this._set(to, this._keys[from], this._a[from], this._b[from], this._stamp[from]);
    }

    private _set(i: number, key: number, a: number, b: number, stamp: number): void {
        this._keys[i] = key;
        this._a[i] = a;
        this._b[i] = b;
        this._stamp[i] = stamp;
    }

    private _grow(): void {
        const grow = <T extends Uint32Array | Float64Array>(old: T, larger: T): T => {
            larger.set(old);
            return larger;
        };
        const size = 2 * this._keys.length;
        this._keys = grow(this._keys, new Float64Array(size));
        this._a = grow(this._a, new Uint32Array(size));
        this._b = grow(this._b, new Uint32Array(size));
        this._stamp = grow(this._stamp, new Uint32Array(size));
    }
}
