import {
    DEPTH_SIZES,
    FLAT_RIDGE,
    MAX_SPLAT_ALPHA,
    MIN_SPLAT_ALPHA,
    SEEN_TRANSMITTANCE,
    SLOPE_MARGIN,
    SPLAT_BLUR,
} from "../../src/compute/splats/splatConstants";
import type { SplatSet } from "../../src/compute/splats/splatRasterizer";
import type { PinholeCamera } from "../../src/compute/views/pinholeCamera";

type Matrix3 = number[][];

const multiply = (a: number[][], b: number[][]): number[][] =>
    a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)));
const transpose = (a: number[][]): number[][] => a[0].map((_, j) => a.map((row) => row[j]));

/** By Gauss and Jordan, with pivots. */
function invert(matrix: Matrix3): Matrix3 {
    const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
    for (let i = 0; i < 3; i++) {
        const pivot = [...rows.keys()].slice(i).sort((a, b) => Math.abs(rows[b][i]) - Math.abs(rows[a][i]))[0];
        [rows[i], rows[pivot]] = [rows[pivot], rows[i]];
        rows[i] = rows[i].map((value) => value / rows[i][i]);
        rows.forEach((row, j) => {
            if (j !== i) {
                rows[j] = row.map((value, k) => value - row[i] * rows[i][k]);
            }
        });
    }
    return rows.map((row) => row.slice(3));
}

interface SeenPixel {
    /** RGB, 0..1, times alpha. */
    color: number[];
    alpha: number;
    depth: number;
    element: number;
    /** What each splat that covers the pixel gives to it, the nearest first. */
    shares: { element: number; share: number; depth: number; size: number }[];
}

/** One pixel of DrawSplatsAsync with nothing behind: every splat is looked at, with whole matrices. */
export function DrawSplatPixel(splats: SplatSet, camera: PinholeCamera, column: number, row: number): SeenPixel {
    const { width, height, focalX, focalY, centerX, centerY, cameraToWorld: m, position } = camera;
    const axes: Matrix3 = [
        [m[0], m[4], m[8]],
        [-m[1], -m[5], -m[9]],
        [-m[2], -m[6], -m[10]],
    ];
    const all = Array.from(splats.elements, (element, i) => {
        const [xx, xy, xz, yy, yz, zz] = splats.covariances.subarray(6 * i, 6 * i + 6);
        const world = [
            [xx, xy, xz],
            [xy, yy, yz],
            [xz, yz, zz],
        ];
        const offset = [0, 1, 2].map((a) => [splats.positions[3 * i + a] - position[a]]);
        return {
            element,
            covariance: multiply(multiply(axes, world), transpose(axes)),
            trace: xx + yy + zz,
            mean: multiply(axes, offset).flat(),
            color: [...splats.colors.subarray(4 * i, 4 * i + 4)],
        };
    })
        .filter(({ mean, trace }) => mean[2] > Math.sqrt(trace))
        .sort((a, b) => Math.fround(a.mean[2]) - Math.fround(b.mean[2]));
    const seen: SeenPixel = { color: [0, 0, 0], alpha: 0, depth: 0, element: 0xffffffff, shares: [] };
    for (const { element, covariance, trace, mean, color } of all) {
        const [x, y, z] = mean;
        const clamp = (value: number, limit: number): number => Math.min(Math.max(value, -limit), limit);
        const slopeX = clamp(x / z, (SLOPE_MARGIN * Math.max(centerX, width - centerX)) / focalX);
        const slopeY = clamp(y / z, (SLOPE_MARGIN * Math.max(centerY, height - centerY)) / focalY);
        const jacobian = [
            [focalX / z, 0, (-focalX / z) * slopeX],
            [0, focalY / z, (-focalY / z) * slopeY],
        ];
        const [[a, b], [, c]] = multiply(multiply(jacobian, covariance), transpose(jacobian));
        const [aa, cc] = [a + SPLAT_BLUR, c + SPLAT_BLUR];
        const dx = column + 0.5 - (centerX + (focalX * x) / z);
        const dy = row + 0.5 - (centerY + (focalY * y) / z);
        const squared = (cc * dx * dx - 2 * b * dx * dy + aa * dy * dy) / (aa * cc - b * b);
        const alpha = Math.min(MAX_SPLAT_ALPHA, color[3] * Math.exp(-squared / 2));
        if (alpha < MIN_SPLAT_ALPHA) {
            continue;
        }
        const passing = 1 - seen.alpha;
        seen.color = seen.color.map((value, channel) => value + passing * alpha * color[channel]);
        seen.alpha += passing * alpha;
        const ray = [(column + 0.5 - centerX) / focalX, (row + 0.5 - centerY) / focalY, 1];
        const precision = invert(
            covariance.map((values, i) => values.map((value, j) => value + (i === j ? FLAT_RIDGE * trace : 0))),
        );
        const dot = (u: number[], v: number[]): number => multiply(multiply([u], precision), transpose([v]))[0][0];
        const slack = DEPTH_SIZES * Math.sqrt(trace);
        const depth = Math.min(Math.max(dot(ray, mean) / dot(ray, ray), z - slack), z + slack);
        seen.shares.push({ element, share: passing * alpha, depth, size: Math.sqrt(trace) });
        if (passing >= SEEN_TRANSMITTANCE && 1 - seen.alpha < SEEN_TRANSMITTANCE) {
            seen.depth = depth;
            seen.element = element;
        }
    }
    return seen;
}
