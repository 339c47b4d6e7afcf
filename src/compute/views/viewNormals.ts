import type { View } from "./capture";

/**
 * Estimates normals from a view's depth, in the camera's frame (x right, y up, z toward the viewer), oriented toward
 * the viewer -> [height, width, 3] unit vectors; 0 where there is no depth.
 *
 * 1 / depth of a plane is linear in the image. Its slope along a row or a column comes from the three pixels (before,
 * around or after the pixel) that lie best on a line, so that a normal does not mix the two sides of a crease or an
 * edge (the idea of essentially non-oscillatory schemes, Harten et al. 1987).
 *
 * @param step distance between the three pixels: larger if depth is coarse relative to a pixel. Default 1.
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
            // A plane's normal / (normal . point) is linear in the slopes. The product is negative for a normal toward
            // the viewer.
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
 * Returns the difference of `values` from one sample to the next at index p, from the three samples that lie best on a
 * line.
 *
 * @param values 0 for a missing sample
 * @param stride distance between samples in `values`
 * @param x coordinate of p along the row or column
 * @param step distance between samples along the row or column
 * @param length of the row or column
 */
function slopeAt(values: Float32Array, p: number, stride: number, x: number, step: number, length: number): number {
    const middle = values[p];
    const before = x >= step ? values[p - stride] : 0;
    const before2 = x >= 2 * step ? values[p - 2 * stride] : 0;
    const after = x + step < length ? values[p + stride] : 0;
    const after2 = x + 2 * step < length ? values[p + 2 * stride] : 0;
    let minCurvature = Number.POSITIVE_INFINITY;
    let slope = 0;
    if (before > 0 && after > 0) {
        minCurvature = Math.abs(before - 2 * middle + after);
        slope = (after - before) / 2;
    }
    if (before > 0 && before2 > 0 && Math.abs(before2 - 2 * before + middle) < minCurvature) {
        minCurvature = Math.abs(before2 - 2 * before + middle);
        slope = (middle - before2) / 2;
    }
    if (after > 0 && after2 > 0 && Math.abs(middle - 2 * after + after2) < minCurvature) {
        minCurvature = Math.abs(middle - 2 * after + after2);
        slope = (after2 - middle) / 2;
    }
    if (minCurvature < Number.POSITIVE_INFINITY) {
        return slope;
    }
    // The surface is at most two samples wide here.
    return before > 0 ? middle - before : after > 0 ? after - middle : 0;
}
