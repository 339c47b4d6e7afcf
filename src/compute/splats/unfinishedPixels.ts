/** The pixels that still let light pass, as a union-find per row: finding the next one takes nearly constant time. */
export class UnfinishedPixels {
    /** [height, width + 1] a later column, or the column itself if it is unfinished. */
    private readonly _next: Uint32Array;

    public constructor(
        private readonly _width: number,
        height: number,
    ) {
        this._next = new Uint32Array((_width + 1) * height);
        for (let i = 0; i < this._next.length; i++) {
            this._next[i] = i % (_width + 1);
        }
    }

    /** Returns the first unfinished column of a row at or after `column`, 0..width; the width if there is none. */
    public nextFrom(column: number, row: number): number {
        const base = row * (this._width + 1);
        const next = this._next;
        let found = column;
        while (next[base + found] !== found) {
            next[base + found] = next[base + next[base + found]]; // path halving
            found = next[base + found];
        }
        return found;
    }

    /** Marks a pixel as finished. */
    public finish(column: number, row: number): void {
        this._next[row * (this._width + 1) + column] = column + 1;
    }
}
