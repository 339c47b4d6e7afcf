/** A ray of a run of pixels. */
export interface RunRay {
    readonly direction: readonly number[];
    /** Planar depth of a length along the ray. */
    readonly planar: number;
}

/**
 * Reference implementation of depthContinuity.wgsl on one run, without its weight (He et al. 2024, equation 5, times
 * the angle cubed).
 * @param rays four
 * @param shown opacity and weighted length of each ray: [4, 2]
 * @param threshold t of the equation
 */
export function DepthContinuityLoss(rays: readonly RunRay[], shown: ArrayLike<number>, threshold: number): number {
    const opacities = rays.map((_, k) => shown[2 * k]);
    if (opacities.some((opacity) => opacity <= 0.9)) {
        return 0;
    }
    const [d0, d1, d2, d3] = rays.map(({ planar }, k) => (planar * shown[2 * k + 1]) / opacities[k]);
    const [first, last] = [rays[0].direction, rays[3].direction];
    const angle = Math.hypot(...first.map((x, axis) => x - last[axis])) / 3;
    const crease = Math.abs(d0 - 3 * d1 + 3 * d2 - d3);
    return Math.max(crease / (Math.max(d0, d1, d2, d3) * angle) ** 3 - threshold, 0) * angle ** 3;
}
