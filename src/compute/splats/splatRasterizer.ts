import { SortIndicesCoroutine } from "../algorithms/sortIndices";
import { type Coroutine, RunCoroutineAsync } from "../base/coroutine";
import type { PinholeCamera } from "../views/pinholeCamera";
import { MAX_SPLAT_ALPHA, MIN_SPLAT_ALPHA, SEEN_TRANSMITTANCE, SLOPE_MARGIN, SPLAT_BLUR } from "./splatConstants";
import { SplatDepth } from "./splatDepth";
import { type SplatVisibility, SplatVisibilityList } from "./splatVisibility";
import { UnfinishedPixels } from "./unfinishedPixels";

/** Gaussian splats in a capture's world. */
export interface SplatSet {
    /** [n, 3] centers. */
    readonly positions: Float32Array;
    /** [n, 6] covariances, world units squared: xx, xy, xz, yy, yz, zz. */
    readonly covariances: Float32Array;
    /** [n, 4] sRGB, opacity, 0..1. */
    readonly colors: Float32Array;
    /** [n] element of each splat, written to {@link SplatImage.elements}. */
    readonly elements: Uint32Array;
}

/** An image with depth and elements, rows from the top: a drawing of splats, or the opaque surfaces behind them. */
export interface SplatImage {
    /** [height, width, 4] straight-alpha sRGB bytes. */
    readonly image: Uint8Array;
    /** [height, width] planar depth in world units at the pixels' centers, 0 = empty. */
    readonly depth: Float32Array;
    /** [height, width] element at the pixels' centers, 0xffffffff = empty. */
    readonly elements: Uint32Array;
}

/** The result of {@link DrawSplatsAsync}. */
export interface DrawnSplats extends SplatImage {
    readonly visibility: SplatVisibility;
}

/** A pixel whose transmittance falls below this is finished. */
const MIN_TRANSMITTANCE = 1e-4;
/** Splats drawn per chunk. */
const DRAWN_PER_CHUNK = 2048;
/** Splats tested per chunk for lying in front of the camera. */
const TESTED_PER_CHUNK = 1 << 16;

/**
 * Draws Gaussian splats front to back (3D Gaussian Splatting, Kerbl et al. 2023): each is the ellipse that its
 * covariance projects to, with an opacity that falls off from the center. Splats are sorted by the depths of their
 * centers.
 *
 * The visible splat of a pixel is the one at which the transmittance falls below one half. Its depth there is the point
 * of highest density on the pixel's ray, t = r'Pm / r'Pr for a ray r of depth 1, mean m and inverse covariance P; for a
 * flat splat the ray meets its plane there. Pixels with a higher transmittance have depth 0, but keep their color. A
 * splat that is the visible splat of no pixel may still count as visible, see {@link SplatVisibility}.
 *
 * Runs on the CPU in O(splats + pixels of their ellipses), so that its result is the same on every device.
 *
 * @param behind opaque surfaces that hide splats behind them; null for none
 * @param yieldIfDueAsync awaited after each chunk
 */
export async function DrawSplatsAsync(
    splats: SplatSet,
    camera: PinholeCamera,
    behind: SplatImage | null,
    yieldIfDueAsync: () => Promise<void>,
): Promise<DrawnSplats> {
    const { width, height, focalX, focalY, centerX, centerY, cameraToWorld: m } = camera;
    const { positions, covariances, colors } = splats;
    const order = await RunCoroutineAsync(frontToBack(splats, camera), { yieldIfDueAsync });
    const passing = new Float32Array(width * height).fill(1);
    const sums = new Float32Array(3 * width * height);
    const depth = new Float32Array(width * height);
    const elements = new Uint32Array(width * height).fill(0xffffffff);
    const unfinished = new UnfinishedPixels(width, height);
    const limitX = (SLOPE_MARGIN * Math.max(centerX, width - centerX)) / focalX;
    const limitY = (SLOPE_MARGIN * Math.max(centerY, height - centerY)) / focalY;
    const ray = new SplatDepth();
    const rayDepth = (pixel: number): number =>
        ray.alongRay(((pixel % width) + 0.5 - centerX) / focalX, (Math.floor(pixel / width) + 0.5 - centerY) / focalY);
    const visibility = new SplatVisibilityList();
    for (let i = 0; i < order.length; i++) {
        if (i % DRAWN_PER_CHUNK === 0) {
            await yieldIfDueAsync();
        }
        const splat = order[i];
        const opacity = Math.min(1, colors[4 * splat + 3]);
        if (!(opacity >= MIN_SPLAT_ALPHA)) {
            continue;
        }
        // Camera axes: right, down, forward.
        const ox = positions[3 * splat] - m[3];
        const oy = positions[3 * splat + 1] - m[7];
        const oz = positions[3 * splat + 2] - m[11];
        const x = m[0] * ox + m[4] * oy + m[8] * oz;
        const y = -(m[1] * ox + m[5] * oy + m[9] * oz);
        const z = -(m[2] * ox + m[6] * oy + m[10] * oz);
        ray.set(covariances, 6 * splat, m, x, y, z);
        const { xx, xy, xz, yy, yz, zz } = ray;
        // J V J' of the projection's derivative J at the center.
        const sx = focalX / z;
        const sy = focalY / z;
        const tx = -sx * Math.min(Math.max(x / z, -limitX), limitX);
        const ty = -sy * Math.min(Math.max(y / z, -limitY), limitY);
        const a = sx * sx * xx + 2 * sx * tx * xz + tx * tx * zz + SPLAT_BLUR;
        const b = sx * sy * xy + sx * ty * xz + tx * sy * yz + tx * ty * zz;
        const c = sy * sy * yy + 2 * sy * ty * yz + ty * ty * zz + SPLAT_BLUR;
        const determinant = a * c - b * b;
        if (!(determinant > 0)) {
            continue; // rounding error
        }
        const px = centerX + (focalX * x) / z;
        const py = centerY + (focalY * y) / z;
        // The opacity is at least MIN_SPLAT_ALPHA up to this squared distance, in standard deviations.
        const reach = 2 * Math.log(opacity / MIN_SPLAT_ALPHA);
        const halfHeight = Math.sqrt(reach * c);
        const top = Math.max(0, Math.ceil(py - halfHeight - 0.5));
        const bottom = Math.min(height - 1, Math.floor(py + halfHeight - 0.5));
        let bestPixel = 0;
        let bestShare = 0;
        for (let row = top; row <= bottom; row++) {
            const dy = row + 0.5 - py;
            const middle = px + (b / c) * dy;
            const halfWidth = Math.sqrt(Math.max(0, (reach - (dy * dy) / c) * (determinant / c)));
            const first = Math.max(0, Math.ceil(middle - halfWidth - 0.5));
            const last = Math.min(width - 1, Math.floor(middle + halfWidth - 0.5));
            if (first > last) {
                continue;
            }
            let column = unfinished.nextFrom(first, row);
            for (; column <= last; column = unfinished.nextFrom(column + 1, row)) {
                const pixel = row * width + column;
                const dx = column + 0.5 - px;
                const squared = (c * dx * dx - 2 * b * dx * dy + a * dy * dy) / determinant;
                const alpha = Math.min(MAX_SPLAT_ALPHA, opacity * Math.exp(-0.5 * squared));
                const before = passing[pixel];
                const after = before * (1 - alpha);
                const isSeen = before >= SEEN_TRANSMITTANCE && after < SEEN_TRANSMITTANCE;
                if (isSeen || behind) {
                    const splatDepth = rayDepth(pixel);
                    if (behind && behind.depth[pixel] > 0 && splatDepth >= behind.depth[pixel]) {
                        continue;
                    }
                    if (isSeen) {
                        depth[pixel] = splatDepth;
                        elements[pixel] = splats.elements[splat];
                    }
                }
                const share = before * alpha;
                if (share > bestShare) {
                    bestShare = share;
                    bestPixel = pixel;
                }
                for (let channel = 0; channel < 3; channel++) {
                    sums[3 * pixel + channel] += share * colors[4 * splat + channel];
                }
                passing[pixel] = after;
                if (after < MIN_TRANSMITTANCE) {
                    unfinished.finish(column, row);
                }
            }
        }
        visibility.add(splat, bestPixel, bestShare, rayDepth, Math.sqrt(xx + yy + zz));
    }
    await yieldIfDueAsync();
    const image = resolve(sums, passing, depth, elements, behind);
    await yieldIfDueAsync();
    return { image, depth, elements, visibility: visibility.toVisibility(splats.elements, depth) };
}

/** Returns the splats in front of the camera, nearest first; splats of equal depth keep their order. */
function* frontToBack(
    { positions, covariances }: SplatSet,
    { cameraToWorld: m }: PinholeCamera,
): Coroutine<Uint32Array> {
    const count = positions.length / 3;
    const depths = new Float32Array(count);
    const inFront = new Uint32Array(count);
    let found = 0;
    for (let i = 0; i < count; i++) {
        if (i % TESTED_PER_CHUNK === 0) {
            yield;
        }
        const z = -(
            m[2] * (positions[3 * i] - m[3]) +
            m[6] * (positions[3 * i + 1] - m[7]) +
            m[10] * (positions[3 * i + 2] - m[11])
        );
        const c = 6 * i;
        // A splat around the camera has no ellipse: its center must be at least one standard deviation away.
        const extent = Math.sqrt(covariances[c] + covariances[c + 3] + covariances[c + 5]);
        if (z > extent && z > 1e-9) {
            depths[found] = z;
            inFront[found++] = i;
        }
    }
    const order = yield* SortIndicesCoroutine(depths.subarray(0, found));
    yield;
    for (let i = 0; i < found; i++) {
        order[i] = inFront[order[i]];
    }
    return order;
}

/** Composites the splats over the surfaces behind them, and divides the colors by their coverage (straight alpha). */
function resolve(
    sums: Float32Array,
    passing: Float32Array,
    depth: Float32Array,
    elements: Uint32Array,
    behind: SplatImage | null,
): Uint8Array {
    const image = new Uint8Array(4 * passing.length);
    for (let p = 0; p < passing.length; p++) {
        let cover = 1 - passing[p];
        if (behind) {
            const share = (passing[p] * behind.image[4 * p + 3]) / 255;
            for (let channel = 0; channel < 3; channel++) {
                sums[3 * p + channel] += (share * behind.image[4 * p + channel]) / 255;
            }
            cover += share;
            if (depth[p] === 0) {
                depth[p] = behind.depth[p];
                elements[p] = behind.elements[p];
            }
        }
        const alpha = Math.round(255 * cover);
        if (alpha > 0) {
            for (let channel = 0; channel < 3; channel++) {
                image[4 * p + channel] = Math.min(255, Math.round((255 * sums[3 * p + channel]) / cover));
            }
            image[4 * p + 3] = alpha;
        }
    }
    return image;
}
