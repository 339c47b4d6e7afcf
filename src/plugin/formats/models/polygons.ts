import earcut from "earcut";

/** Larger polygons with concave corners would take too long. */
const MAX_CONCAVE_CORNERS = 4096;

/** Divides polygons in space into triangles: convex ones into fans, others by clipping ears in their plane. */
export class PolygonTriangulator {
    /** The corners of the triangles of the last polygon, three for each, counted from 0. */
    public readonly corners: number[] = [];

    private readonly _normal = new Float64Array(3);

    /** @param _positions [vertices, 3] */
    public constructor(private readonly _positions: Float32Array) {}

    /**
     * Fills {@link corners}, with the winding of the polygon.
     *
     * @param vertices the vertices of polygons
     * @param start the index of the polygon's first vertex
     * @param count the number of its vertices, 3 or more
     * @returns false for a polygon that is too large
     */
    public triangulate(vertices: ArrayLike<number>, start: number, count: number): boolean {
        this.corners.length = 0;
        if (count === 3 || !this._findNormal(vertices, start, count) || this._isConvex(vertices, start, count)) {
            for (let corner = 2; corner < count; corner++) {
                this.corners.push(0, corner - 1, corner);
            }
            return true;
        }
        if (count > MAX_CONCAVE_CORNERS) {
            return false;
        }
        this._clipEars(vertices, start, count);
        return true;
    }

    /** Sets the normal by Newell's sums, whose length is twice the area; returns false where that is 0. */
    private _findNormal(vertices: ArrayLike<number>, start: number, count: number): boolean {
        const normal = this._normal.fill(0);
        const p = this._positions;
        for (let corner = 0; corner < count; corner++) {
            const a = 3 * vertices[start + corner];
            const b = 3 * vertices[start + ((corner + 1) % count)];
            normal[0] += (p[a + 1] - p[b + 1]) * (p[a + 2] + p[b + 2]);
            normal[1] += (p[a + 2] - p[b + 2]) * (p[a] + p[b]);
            normal[2] += (p[a] - p[b]) * (p[a + 1] + p[b + 1]);
        }
        return Math.hypot(normal[0], normal[1], normal[2]) > 0;
    }

    private _isConvex(vertices: ArrayLike<number>, start: number, count: number): boolean {
        for (let corner = 0; corner < count; corner++) {
            const a = vertices[start + corner];
            const b = vertices[start + ((corner + 1) % count)];
            const c = vertices[start + ((corner + 2) % count)];
            if (this._turn(a, b, c) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Returns the component of the triangle's area vector along the normal; negative for the other winding. */
    private _turn(a: number, b: number, c: number): number {
        const p = this._positions;
        const [nx, ny, nz] = this._normal;
        const ux = p[3 * b] - p[3 * a];
        const uy = p[3 * b + 1] - p[3 * a + 1];
        const uz = p[3 * b + 2] - p[3 * a + 2];
        const vx = p[3 * c] - p[3 * b];
        const vy = p[3 * c + 1] - p[3 * b + 1];
        const vz = p[3 * c + 2] - p[3 * b + 2];
        return (uy * vz - uz * vy) * nx + (uz * vx - ux * vz) * ny + (ux * vy - uy * vx) * nz;
    }

    private _clipEars(vertices: ArrayLike<number>, start: number, count: number): void {
        const size = Array.from(this._normal, Math.abs);
        const dropped = size.indexOf(Math.max(...size));
        const flat = new Float64Array(2 * count);
        for (let corner = 0; corner < count; corner++) {
            const at = 3 * vertices[start + corner];
            flat[2 * corner] = this._positions[at + ((dropped + 1) % 3)];
            flat[2 * corner + 1] = this._positions[at + ((dropped + 2) % 3)];
        }
        const clipped = earcut(flat);
        for (let t = 0; t < clipped.length; t += 3) {
            const [a, b, c] = [clipped[t], clipped[t + 1], clipped[t + 2]];
            const isReversed = this._turn(vertices[start + a], vertices[start + b], vertices[start + c]) < 0;
            this.corners.push(a, isReversed ? c : b, isReversed ? b : c);
        }
    }
}
