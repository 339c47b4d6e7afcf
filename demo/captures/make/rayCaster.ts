/** The number of triangles in a leaf of the tree. */
const LEAF_SIZE = 4;

/** The first hit of a ray. A caster reuses one object: read it before the next ray. */
export interface RayHit {
    /** The index of the triangle; -1 for none. */
    triangle: number;
    /** The distance in lengths of the ray's direction. */
    distance: number;
    /** Barycentric weights of the triangle's second and third corner. */
    u: number;
    v: number;
}

/** Finds first hits of rays with triangles, with a bounding volume hierarchy split at the median. Both sides count. */
export class RayCaster {
    private readonly _order: Uint32Array;
    /** Six numbers per node: lower and upper corner. */
    private readonly _boxes: number[] = [];
    /**
     * Two numbers per node: leaf (first triangle, count > 0), inner (right child, 0); the left child follows its
     * parent.
     */
    private readonly _nodes: number[] = [];
    private readonly _hit: RayHit = { triangle: -1, distance: 0, u: 0, v: 0 };
    private readonly _stack = new Int32Array(64);

    /** @param corners [triangles, 3, 3] positions */
    public constructor(private readonly _corners: Float64Array) {
        const count = _corners.length / 9;
        this._order = Uint32Array.from({ length: count }, (_, i) => i);
        this._build(0, count);
    }

    /** Returns the nearest triangle along (dx, dy, dz) from (ox, oy, oz), at a positive distance. */
    public cast(ox: number, oy: number, oz: number, dx: number, dy: number, dz: number): Readonly<RayHit> {
        const hit = this._hit;
        hit.triangle = -1;
        hit.distance = Number.POSITIVE_INFINITY;
        const [ix, iy, iz] = [1 / dx, 1 / dy, 1 / dz];
        const stack = this._stack;
        let depth = 0;
        stack[depth++] = 0;
        while (depth > 0) {
            const node = stack[--depth];
            const b = node * 6;
            const x0 = (this._boxes[b] - ox) * ix;
            const x1 = (this._boxes[b + 3] - ox) * ix;
            const y0 = (this._boxes[b + 1] - oy) * iy;
            const y1 = (this._boxes[b + 4] - oy) * iy;
            const z0 = (this._boxes[b + 2] - oz) * iz;
            const z1 = (this._boxes[b + 5] - oz) * iz;
            const near = Math.max(Math.min(x0, x1), Math.min(y0, y1), Math.min(z0, z1));
            const far = Math.min(Math.max(x0, x1), Math.max(y0, y1), Math.max(z0, z1));
            if (near > far || far <= 0 || near >= hit.distance) {
                continue;
            }
            const count = this._nodes[node * 2 + 1];
            if (count === 0) {
                stack[depth++] = this._nodes[node * 2];
                stack[depth++] = node + 1;
                continue;
            }
            const first = this._nodes[node * 2];
            for (let i = first; i < first + count; i++) {
                this._intersect(this._order[i], ox, oy, oz, dx, dy, dz);
            }
        }
        return hit;
    }

    /** Moeller and Trumbore, "Fast, Minimum Storage Ray-Triangle Intersection" (1997), without culling. */
    private _intersect(triangle: number, ox: number, oy: number, oz: number, dx: number, dy: number, dz: number): void {
        const c = this._corners;
        const t = triangle * 9;
        const [e1x, e1y, e1z] = [c[t + 3] - c[t], c[t + 4] - c[t + 1], c[t + 5] - c[t + 2]];
        const [e2x, e2y, e2z] = [c[t + 6] - c[t], c[t + 7] - c[t + 1], c[t + 8] - c[t + 2]];
        const [px, py, pz] = [dy * e2z - dz * e2y, dz * e2x - dx * e2z, dx * e2y - dy * e2x];
        const determinant = e1x * px + e1y * py + e1z * pz;
        if (determinant === 0) {
            return;
        }
        const inverse = 1 / determinant;
        const [sx, sy, sz] = [ox - c[t], oy - c[t + 1], oz - c[t + 2]];
        const u = (sx * px + sy * py + sz * pz) * inverse;
        if (u < 0 || u > 1) {
            return;
        }
        const [qx, qy, qz] = [sy * e1z - sz * e1y, sz * e1x - sx * e1z, sx * e1y - sy * e1x];
        const v = (dx * qx + dy * qy + dz * qz) * inverse;
        if (v < 0 || u + v > 1) {
            return;
        }
        const distance = (e2x * qx + e2y * qy + e2z * qz) * inverse;
        const hit = this._hit;
        // Of coincident triangles the first in the model wins, in any order of the tree.
        if (distance > 0 && (distance < hit.distance || (distance === hit.distance && triangle < hit.triangle))) {
            hit.triangle = triangle;
            hit.distance = distance;
            hit.u = u;
            hit.v = v;
        }
    }

    private _build(first: number, end: number): void {
        const node = this._nodes.length / 2;
        this._nodes.push(first, end - first);
        const low = [Infinity, Infinity, Infinity];
        const high = [-Infinity, -Infinity, -Infinity];
        for (let i = first; i < end; i++) {
            for (let k = 0; k < 9; k++) {
                const value = this._corners[this._order[i] * 9 + k];
                low[k % 3] = Math.min(low[k % 3], value);
                high[k % 3] = Math.max(high[k % 3], value);
            }
        }
        this._boxes.push(...low, ...high);
        if (end - first <= LEAF_SIZE) {
            return;
        }
        const sides = high.map((value, axis) => value - low[axis]);
        const axis = sides.indexOf(Math.max(...sides));
        const middle = (triangle: number): number => {
            const t = triangle * 9 + axis;
            return this._corners[t] + this._corners[t + 3] + this._corners[t + 6];
        };
        this._order.subarray(first, end).sort((a, b) => middle(a) - middle(b) || a - b);
        const half = (first + end) >> 1;
        this._build(first, half);
        this._nodes[node * 2] = this._nodes.length / 2;
        this._nodes[node * 2 + 1] = 0;
        this._build(half, end);
    }
}
