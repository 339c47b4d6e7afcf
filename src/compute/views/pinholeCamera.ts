/**
 * A pinhole camera with a pose, which maps between pixels and points in the world.
 *
 * Pixels: column to the right, row downwards; the center of pixel (c, r) lies at (c + 0.5, r + 0.5).
 * Camera frame: OpenGL (x right, y up, looks along -z). World: right-handed, in the capture's own unit.
 * Depth is planar: the distance along the camera's -z axis, in world units.
 */
export class PinholeCamera {
    /** World position of the camera's center. */
    public readonly position: readonly [number, number, number];

    /**
     * @param width image width in pixels
     * @param height image height in pixels
     * @param focalX horizontal focal length in pixels
     * @param focalY vertical focal length in pixels
     * @param centerX principal point, pixels from the left edge
     * @param centerY principal point, pixels from the top edge
     * @param cameraToWorld 16 numbers, row-major 4x4, rotation and translation only
     */
    public constructor(
        public readonly width: number,
        public readonly height: number,
        public readonly focalX: number,
        public readonly focalY: number,
        public readonly centerX: number,
        public readonly centerY: number,
        public readonly cameraToWorld: Float64Array,
    ) {
        this.position = [cameraToWorld[3], cameraToWorld[7], cameraToWorld[11]];
    }

    /** Writes the world position of the image position (x, y), in pixels, at `depth` to `out[offset..offset+2]`. */
    public unproject(
        x: number,
        y: number,
        depth: number,
        out: Float32Array | Float64Array | number[],
        offset = 0,
    ): void {
        const m = this.cameraToWorld;
        const cx = ((x - this.centerX) / this.focalX) * depth;
        const cy = ((this.centerY - y) / this.focalY) * depth;
        out[offset] = m[0] * cx + m[1] * cy - m[2] * depth + m[3];
        out[offset + 1] = m[4] * cx + m[5] * cy - m[6] * depth + m[7];
        out[offset + 2] = m[8] * cx + m[9] * cy - m[10] * depth + m[11];
    }

    /**
     * Writes image x, image y (pixels) and planar depth of a world point to `out[0..2]`; a depth <= 0 is behind the
     * camera.
     */
    public project(x: number, y: number, z: number, out: Float64Array | number[]): void {
        const m = this.cameraToWorld;
        const dx = x - m[3];
        const dy = y - m[7];
        const dz = z - m[11];
        const depth = -(m[2] * dx + m[6] * dy + m[10] * dz);
        out[0] = ((m[0] * dx + m[4] * dy + m[8] * dz) / depth) * this.focalX + this.centerX;
        out[1] = this.centerY - ((m[1] * dx + m[5] * dy + m[9] * dz) / depth) * this.focalY;
        out[2] = depth;
    }
}
