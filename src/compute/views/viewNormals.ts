import type { View } from "./capture";

/**
 * Normals of the surface that a view's depth shows, in the camera's frame (x right, y up, z toward the viewer), turned to
 * the viewer -> [height, width, 3] unit vectors; 0 where there is no depth.
 *
 * 1 / depth of a plane is linear in the image. Its slope along a row or a column is taken from those three pixels (before,
 * around or after the pixel) that lie best on a line, so that a normal does not mix the two sides of a crease or an edge
 * (the idea of essentially non-oscillatory schemes, Harten et al. 1987).
 *
 * @param step pixels between the three: more where depth is coarse for the size of a pixel. Default 1.
 */
export function EstimateViewNormals({ camera, depth }: View, step = 1): Float32Array {
    const { width, height, focalX, focalY, centerX, centerY } = camera;
    const normals = new Float32Array(3 * width * height);
    if (depth === null) {
        return normals;
    }
    const inverse = Float32Array.from(depth, (z) => (z > 0 ? 1 / z : 0));
    for (let y = 0, p = 0; y < height; y++) {
        for (let x = 0; x < width; x++, p++) {
            if (inverse[p] === 0) {
                continue;
            }
            // A plane's normal over (normal . point) is linear in the slopes; turned to the viewer, that product is negative.
            const mx = (focalX * slopeAt(inverse, p, step, x, step, width)) / step;
            const my = (-focalY * slopeAt(inverse, p, step * width, y, step, height)) / step;
            const mz = (mx * (x + 0.5 - centerX)) / focalX + (my * (centerY - y - 0.5)) / focalY - inverse[p];
            const scale = -1 / Math.sqrt(mx * mx + my * my + mz * mz);
            normals[3 * p] = mx * scale;
            normals[3 * p + 1] = my * scale;
            normals[3 * p + 2] = mz * scale;
        }
    }
    return normals;
}

/**
 * Change of `values` from one sample to the next at index p, by the three samples that lie best on a line; samples are
 * `stride` apart, 0 is no sample, and p has the place `place` in a row of `length` of which samples are `step` apart.
 */
function slopeAt(values: Float32Array, p: number, stride: number, place: number, step: number, length: number): number {
    const middle = values[p];
    const before = place >= step ? values[p - stride] : 0;
    const before2 = place >= 2 * step ? values[p - 2 * stride] : 0;
    const after = place + step < length ? values[p + stride] : 0;
    const after2 = place + 2 * step < length ? values[p + 2 * stride] : 0;
    let leastBend = Number.POSITIVE_INFINITY;
    let slope = 0;
    if (before > 0 && after > 0) {
        leastBend = Math.abs(before - 2 * middle + after);
        slope = (after - before) / 2;
    }
    if (before > 0 && before2 > 0 && Math.abs(before2 - 2 * before + middle) < leastBend) {
        leastBend = Math.abs(before2 - 2 * before + middle);
        slope = (middle - before2) / 2;
    }
    if (after > 0 && after2 > 0 && Math.abs(middle - 2 * after + after2) < leastBend) {
        leastBend = Math.abs(middle - 2 * after + after2);
        slope = (after2 - middle) / 2;
    }
    if (leastBend < Number.POSITIVE_INFINITY) {
        return slope;
    }
    // Two pixels wide at most.
    return before > 0 ? middle - before : after > 0 ? after - middle : 0;
}
