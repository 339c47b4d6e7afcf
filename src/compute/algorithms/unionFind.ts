/** Disjoint sets of 0..n-1, with path halving and union by size. */
export class UnionFind {
    private readonly _parent: Uint32Array;
    private readonly _size: Uint32Array;
    private _count: number;

    public constructor(size: number) {
        this._parent = new Uint32Array(size);
        for (let i = 0; i < size; i++) {
            this._parent[i] = i;
        }
        this._size = new Uint32Array(size).fill(1);
        this._count = size;
    }

    /** Number of sets. */
    public get count(): number {
        return this._count;
    }

    /** Number of members of the set of `x`. */
    public sizeOf(x: number): number {
        return this._size[this.find(x)];
    }

    /** Returns the member that represents the set of `x`. */
    public find(x: number): number {
        const parent = this._parent;
        while (parent[x] !== x) {
            parent[x] = parent[parent[x]];
            x = parent[x];
        }
        return x;
    }

    /** Joins the sets of a and b. @returns false if they were already one set */
    public union(a: number, b: number): boolean {
        let x = this.find(a);
        let y = this.find(b);
        if (x === y) {
            return false;
        }
        if (this._size[x] < this._size[y]) {
            [x, y] = [y, x];
        }
        this._parent[y] = x;
        this._size[x] += this._size[y];
        this._count--;
        return true;
    }
}
