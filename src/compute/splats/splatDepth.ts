import { DEPTH_SIZES, FLAT_RIDGE, NEAREST_DEPTH_SHARE } from "./splatConstants";

/**
 * The covariance of a splat in a camera's axes (right, down, forward), and the depth at which a ray passes through its
 * densest point.
 */
export class SplatDepth {
    public xx = 0;
    public xy = 0;
    public xz = 0;
    public yy = 0;
    public yz = 0;
    public zz = 0;
    private _x = 0;
    private _y = 0;
    private _z = 0;
    /** Inverse covariance, times its determinant. */
    private readonly _inverse = new Float64Array(6);
    private readonly _inverseMean = new Float64Array(3);
    private _isInverted = false;

    /**
     * Sets the splat.
     *
     * @param covariances see SplatSet
     * @param offset index of the splat's first value in `covariances`
     * @param m camera to world, row-major
     * @param x center of the splat in the camera's axes
     * @param y likewise
     * @param z likewise
     */
    public set(covariances: Float32Array, offset: number, m: Float64Array, x: number, y: number, z: number): void {
        // Written out without temporary arrays, because there may be millions of splats.
        const vxx = covariances[offset];
        const vxy = covariances[offset + 1];
        const vxz = covariances[offset + 2];
        const vyy = covariances[offset + 3];
        const vyz = covariances[offset + 4];
        const vzz = covariances[offset + 5];
        const rx = vxx * m[0] + vxy * m[4] + vxz * m[8];
        const ry = vxy * m[0] + vyy * m[4] + vyz * m[8];
        const rz = vxz * m[0] + vyz * m[4] + vzz * m[8];
        const dx = -(vxx * m[1] + vxy * m[5] + vxz * m[9]);
        const dy = -(vxy * m[1] + vyy * m[5] + vyz * m[9]);
        const dz = -(vxz * m[1] + vyz * m[5] + vzz * m[9]);
        const fx = -(vxx * m[2] + vxy * m[6] + vxz * m[10]);
        const fy = -(vxy * m[2] + vyy * m[6] + vyz * m[10]);
        const fz = -(vxz * m[2] + vyz * m[6] + vzz * m[10]);
        this.xx = m[0] * rx + m[4] * ry + m[8] * rz;
        this.xy = m[0] * dx + m[4] * dy + m[8] * dz;
        this.xz = m[0] * fx + m[4] * fy + m[8] * fz;
        this.yy = -(m[1] * dx + m[5] * dy + m[9] * dz);
        this.yz = -(m[1] * fx + m[5] * fy + m[9] * fz);
        this.zz = -(m[2] * fx + m[6] * fy + m[10] * fz);
        this._x = x;
        this._y = y;
        this._z = z;
        this._isInverted = false;
    }

    /**
     * Returns the depth at which the density of the splat along the ray (x, y, 1) is highest, which is above 0. That
     * point may lie behind the camera if the splat is larger than its distance; then it is the depth of its center.
     */
    public alongRay(x: number, y: number): number {
        if (!this._isInverted) {
            this._invert();
        }
        const [pxx, pxy, pxz, pyy, pyz, pzz] = this._inverse;
        const [mx, my, mz] = this._inverseMean;
        const within = pxx * x * x + pyy * y * y + pzz + 2 * (pxy * x * y + pxz * x + pyz * y);
        const depth = (mx * x + my * y + mz) / within;
        const slack = DEPTH_SIZES * Math.sqrt(this.xx + this.yy + this.zz);
        const nearest = Math.max(this._z - slack, NEAREST_DEPTH_SHARE * this._z);
        return depth > 0 || this._z > slack ? Math.min(Math.max(depth, nearest), this._z + slack) || this._z : this._z;
    }

    private _invert(): void {
        const ridge = FLAT_RIDGE * (this.xx + this.yy + this.zz);
        const xx = this.xx + ridge;
        const yy = this.yy + ridge;
        const zz = this.zz + ridge;
        const { xy, xz, yz, _x: x, _y: y, _z: z, _inverse: p } = this;
        p[0] = yy * zz - yz * yz;
        p[1] = xz * yz - xy * zz;
        p[2] = xy * yz - xz * yy;
        p[3] = xx * zz - xz * xz;
        p[4] = xy * xz - xx * yz;
        p[5] = xx * yy - xy * xy;
        this._inverseMean.set([
            p[0] * x + p[1] * y + p[2] * z,
            p[1] * x + p[3] * y + p[4] * z,
            p[2] * x + p[4] * y + p[5] * z,
        ]);
        this._isInverted = true;
    }
}
