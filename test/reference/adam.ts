/** Reference implementation of Adam's kernels on one array of parameters. */
export class Adam {
    public readonly first: Float64Array;
    public readonly second: Float64Array;
    private _updates = 0;

    /** @param _isSparse whether numbers with gradient 0 stay, with their moments */
    public constructor(
        public readonly values: Float64Array,
        private readonly _isSparse: boolean,
    ) {
        this.first = new Float64Array(values.length);
        this.second = new Float64Array(values.length);
    }

    public step(gradients: ArrayLike<number>, rate: number): void {
        this._updates++;
        for (let i = 0; i < this.values.length; i++) {
            const g = gradients[i];
            if (this._isSparse && g === 0) {
                continue;
            }
            this.first[i] = 0.9 * this.first[i] + 0.1 * g;
            this.second[i] = 0.99 * this.second[i] + 0.01 * g * g;
            const first = this.first[i] / (1 - 0.9 ** this._updates);
            const second = this.second[i] / (1 - 0.99 ** this._updates);
            this.values[i] -= (rate * first) / (Math.sqrt(second) + 1e-15);
        }
    }
}
