/** Which pixels of each row still let light pass: the next one from any place on, almost without a search. */
export class UnfinishedPixels {
    /** [height, width + 1] a later column, or the column itself where it is unfinished. */
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

    /** First unfinished column from `column`, 0..width, on; the width where there is none. */
    public from(column: number, row: number): number {
        const base = row * (this._width + 1);
        const next = this._next;
        let at = column;
        while (next[base + at] !== at) {
            // Each step shortens the way for those after it.
            next[base + at] = next[base + next[base + at]];
            at = next[base + at];
        }
        return at;
    }

    public finish(column: number, row: number): void {
        this._next[row * (this._width + 1) + column] = column + 1;
    }
}
