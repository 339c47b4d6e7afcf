import {
    DEPTH_SIZES,
    FLAT_RIDGE,
    MAX_SPLAT_ALPHA,
    MIN_SPLAT_ALPHA,
    NEAREST_DEPTH_SHARE,
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

/** Inverts a matrix by Gauss-Jordan elimination with pivots. */
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

interface SplatPixel {
    /** RGB, 0..1, times alpha. */
    color: number[];
    alpha: number;
    depth: number;
    element: number;
    /** The share that each covering splat has in the pixel, the nearest first. */
    shares: { element: number; share: number; depth: number; size: number }[];
}

/**
 * Draws all pixels like DrawSplatsAsync without a background, row by row: each pixel visits every splat, with full
 * matrices.
 */
export function DrawSplatPixels(splats: SplatSet, camera: PinholeCamera): SplatPixel[] {
    const { width, height, focalX, focalY, centerX, centerY, cameraToWorld: m, position } = camera;
    const axes: Matrix3 = [
        [m[0], m[4], m[8]],
        [-m[1], -m[5], -m[9]],
        [-m[2], -m[6], -m[10]],
    ];
    const projected = Array.from(splats.elements, (element, i) => {
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
        .sort((a, b) => Math.fround(a.mean[2]) - Math.fround(b.mean[2]))
        .map(({ covariance, ...splat }) => {
            const [x, y, z] = splat.mean;
            const clamp = (value: number, limit: number): number => Math.min(Math.max(value, -limit), limit);
            const slopeX = clamp(x / z, (SLOPE_MARGIN * Math.max(centerX, width - centerX)) / focalX);
            const slopeY = clamp(y / z, (SLOPE_MARGIN * Math.max(centerY, height - centerY)) / focalY);
            const jacobian = [
                [focalX / z, 0, (-focalX / z) * slopeX],
                [0, focalY / z, (-focalY / z) * slopeY],
            ];
            const [[a, b], [, c]] = multiply(multiply(jacobian, covariance), transpose(jacobian));
            const precision = invert(
                covariance.map((row, i) => row.map((value, j) => value + (i === j ? FLAT_RIDGE * splat.trace : 0))),
            );
            return { ...splat, a: a + SPLAT_BLUR, b, c: c + SPLAT_BLUR, precision };
        });
    return Array.from({ length: width * height }, (_, pixel) => {
        const [column, row] = [pixel % width, Math.floor(pixel / width)];
        const ray = [(column + 0.5 - centerX) / focalX, (row + 0.5 - centerY) / focalY, 1];
        const drawn: SplatPixel = { color: [0, 0, 0], alpha: 0, depth: 0, element: 0xffffffff, shares: [] };
        for (const { element, a, b, c, precision, trace, mean, color } of projected) {
            const [x, y, z] = mean;
            const dx = column + 0.5 - (centerX + (focalX * x) / z);
            const dy = row + 0.5 - (centerY + (focalY * y) / z);
            const squared = (c * dx * dx - 2 * b * dx * dy + a * dy * dy) / (a * c - b * b);
            const alpha = Math.min(MAX_SPLAT_ALPHA, color[3] * Math.exp(-squared / 2));
            if (alpha < MIN_SPLAT_ALPHA) {
                continue;
            }
            const passing = 1 - drawn.alpha;
            drawn.color = drawn.color.map((value, channel) => value + passing * alpha * color[channel]);
            drawn.alpha += passing * alpha;
            const dot = (u: number[], v: number[]): number => multiply(multiply([u], precision), transpose([v]))[0][0];
            const slack = DEPTH_SIZES * Math.sqrt(trace);
            const densest = dot(ray, mean) / dot(ray, ray);
            const isBehind = densest <= 0 && z <= slack;
            const nearest = Math.max(z - slack, NEAREST_DEPTH_SHARE * z);
            const depth = isBehind ? z : Math.min(Math.max(densest, nearest), z + slack);
            drawn.shares.push({ element, share: passing * alpha, depth, size: Math.sqrt(trace) });
            if (passing >= SEEN_TRANSMITTANCE && 1 - drawn.alpha < SEEN_TRANSMITTANCE) {
                drawn.depth = depth;
                drawn.element = element;
            }
        }
        return drawn;
    });
}
