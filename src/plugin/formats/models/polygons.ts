import earcut from "earcut";

/** Larger polygons with concave corners would take too long. */
const MAX_CONCAVE_CORNERS = 4096;

/** The numbers of faces that are left out, by reason. */
export interface FacesLeftOut {
    /** Faces, or triangles of strips, with a vertex that does not exist or is not finite. */
    readonly broken: number;
    /** Faces with less than three corners. */
    readonly tooFew: number;
    /** Concave faces with more corners than can be divided. */
    readonly tooLarge: number;
}

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
     * @param polygon its vertices, 3 or more
     * @returns false for a polygon that is too large
     */
    public triangulate(polygon: readonly number[]): boolean {
        const count = polygon.length;
        this.corners.length = 0;
        if (count === 3 || !this._findNormal(polygon) || this._isConvex(polygon)) {
            for (let corner = 2; corner < count; corner++) {
                this.corners.push(0, corner - 1, corner);
            }
            return true;
        }
        if (count > MAX_CONCAVE_CORNERS) {
            return false;
        }
        this._clipEars(polygon);
        return true;
    }

    /** Sets the normal by Newell's sums, whose length is twice the area; returns false where that is 0. */
    private _findNormal(polygon: readonly number[]): boolean {
        const normal = this._normal.fill(0);
        const p = this._positions;
        for (let corner = 0; corner < polygon.length; corner++) {
            const a = 3 * polygon[corner];
            const b = 3 * polygon[(corner + 1) % polygon.length];
            normal[0] += (p[a + 1] - p[b + 1]) * (p[a + 2] + p[b + 2]);
            normal[1] += (p[a + 2] - p[b + 2]) * (p[a] + p[b]);
            normal[2] += (p[a] - p[b]) * (p[a + 1] + p[b + 1]);
        }
        return Math.hypot(normal[0], normal[1], normal[2]) > 0;
    }

    private _isConvex(polygon: readonly number[]): boolean {
        for (let corner = 0; corner < polygon.length; corner++) {
            const a = polygon[corner];
            const b = polygon[(corner + 1) % polygon.length];
            const c = polygon[(corner + 2) % polygon.length];
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

    private _clipEars(polygon: readonly number[]): void {
        const size = Array.from(this._normal, Math.abs);
        const dropped = size.indexOf(Math.max(...size));
        const flat = new Float64Array(2 * polygon.length);
        for (let corner = 0; corner < polygon.length; corner++) {
            const at = 3 * polygon[corner];
            flat[2 * corner] = this._positions[at + ((dropped + 1) % 3)];
            flat[2 * corner + 1] = this._positions[at + ((dropped + 2) % 3)];
        }
        const clipped = earcut(flat);
        for (let t = 0; t < clipped.length; t += 3) {
            const [a, b, c] = [clipped[t], clipped[t + 1], clipped[t + 2]];
            const isReversed = this._turn(polygon[a], polygon[b], polygon[c]) < 0;
            this.corners.push(a, isReversed ? c : b, isReversed ? b : c);
        }
    }
}
