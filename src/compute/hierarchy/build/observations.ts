import { UltrametricError } from "../../base/ultrametricError";
import type { MaskArrangement } from "../../masks/maskArrangement";
import type { View } from "../../views/capture";

/** Cell of a point that the view does not see. */
export const UNSEEN = 0xffff;

/** The mask cells of a cloud's points in one view. */
export interface ViewObservation {
    /** World position of the camera. */
    readonly eye: readonly [number, number, number];
    /**
     * [n] cell of the view's mask arrangement that each point projects to; UNSEEN if the view does not see the point.
     */
    readonly cells: Uint16Array;
    readonly arrangement: MaskArrangement;
    /** [masks] confidence of each mask, 0..1. */
    readonly confidence: Float32Array;
}

/** A view with the cells of its masks. */
export interface MaskedView {
    readonly view: View;
    readonly arrangement: MaskArrangement;
    /** [masks] confidence of each mask, 0..1. */
    readonly confidence: Float32Array;
}

/**
 * Projects points into every view that has masks, with a depth test, and looks up their cells.
 *
 * @param positions [n, 3] world
 * @param depthTolerance largest difference to the view's depth at which a point is visible, world units
 * @param faceNormals see {@link ForEachVisible}
 * @param hasVisibility see CaptureGeometry.hasVisibility
 * @throws UltrametricError "limits" if a view has too many cells
 */
export function ObserveMasks(
    positions: Float32Array,
    views: readonly MaskedView[],
    depthTolerance: number,
    faceNormals: Float32Array | null = null,
    hasVisibility: Uint8Array | null = null,
): ViewObservation[] {
    const needsDepth = hasVisibility?.some((value) => value === 0) ?? true;
    return views
        .filter(({ arrangement }) => arrangement.maskCount > 0)
        .map(({ view, arrangement, confidence }) => {
            if (arrangement.cellCount > UNSEEN) {
                throw new UltrametricError(
                    "limits",
                    `View ${view.name}: the masks divide it into ${arrangement.cellCount} cells, ` +
                        `but the maximum is ${UNSEEN}. Use fewer masks.`,
                );
            }
            const cells = new Uint16Array(positions.length / 3).fill(UNSEEN);
            const visit = (point: number, pixel: number): void => {
                cells[point] = arrangement.cellOfPixel[pixel];
            };
            if (needsDepth) {
                ForEachVisible(positions, view, depthTolerance, visit, faceNormals);
            }
            if (hasVisibility && view.visibility) {
                const { points, pixels } = view.visibility;
                hasVisibility.forEach((isVisible, point) => {
                    cells[point] = isVisible ? UNSEEN : cells[point];
                });
                points.forEach((point, i) => {
                    visit(point, pixels[i]);
                });
            }
            return { eye: view.camera.position, cells, arrangement, confidence };
        });
}

/** Averages the color of each point over the views that see it opaque -> [n, 3] sRGB 0..1; black if no view does. */
export function ObserveColors(positions: Float32Array, views: readonly View[], depthTolerance: number): Float32Array {
    const count = positions.length / 3;
    const colors = new Float32Array(positions.length);
    const seen = new Uint32Array(count);
    for (const view of views) {
        const image = view.image;
        ForEachVisible(positions, view, depthTolerance, (point, pixel) => {
            if (image[4 * pixel + 3] > 252) {
                colors[3 * point] += image[4 * pixel];
                colors[3 * point + 1] += image[4 * pixel + 1];
                colors[3 * point + 2] += image[4 * pixel + 2];
                seen[point]++;
            }
        });
    }
    for (let i = 0; i < colors.length; i++) {
        colors[i] /= 255 * Math.max(seen[Math.floor(i / 3)], 1);
    }
    return colors;
}

/** Smallest cosine between a face's normal and a ray: depth is unreliable on faces that are seen edge-on. */
const MIN_FACE_COSINE = 0.1;

/**
 * Calls `visit(point, pixel)` for every point that a view sees: it projects into the image, and its depth is the
 * view's.
 *
 * @param positions [n, 3] world
 * @param depthTolerance largest difference between the two depths, world units
 * @param faceNormals [n, 3] unit normals of the flat faces that the points lie on. With them, the depth of the face at
 * the pixel's center is compared instead of the point's, which equals the view's depth up to rounding
 */
export function ForEachVisible(
    positions: Float32Array,
    view: View,
    depthTolerance: number,
    visit: (point: number, pixel: number) => void,
    faceNormals: Float32Array | null = null,
): void {
    const { camera, depth } = view;
    if (depth === null) {
        return;
    }
    const { width, height, focalX, focalY, centerX, centerY } = camera;
    const m = camera.cameraToWorld;
    const [m0, m1, m2, tx, m4, m5, m6, ty, m8, m9, m10, tz] = m;
    const count = positions.length / 3;
    for (let i = 0; i < count; i++) {
        const dx = positions[3 * i] - tx;
        const dy = positions[3 * i + 1] - ty;
        const dz = positions[3 * i + 2] - tz;
        const z = -(m2 * dx + m6 * dy + m10 * dz);
        if (z <= 0) {
            continue;
        }
        const x = ((m0 * dx + m4 * dy + m8 * dz) / z) * focalX + centerX;
        const y = centerY - ((m1 * dx + m5 * dy + m9 * dz) / z) * focalY;
        if (x >= 0 && x < width && y >= 0 && y < height) {
            const column = Math.floor(x);
            const row = Math.floor(y);
            const pixel = row * width + column;
            const surface = depth[pixel];
            let pointDepth = z;
            if (faceNormals !== null) {
                const nx = faceNormals[3 * i];
                const ny = faceNormals[3 * i + 1];
                const nz = faceNormals[3 * i + 2];
                const u = (column + 0.5 - centerX) / focalX;
                const v = (centerY - row - 0.5) / focalY;
                const along = nx * (m0 * u + m1 * v - m2) + ny * (m4 * u + m5 * v - m6) + nz * (m8 * u + m9 * v - m10);
                if (along * along < MIN_FACE_COSINE * MIN_FACE_COSINE * (u * u + v * v + 1)) {
                    continue;
                }
                pointDepth = (nx * dx + ny * dy + nz * dz) / along;
            }
            const difference = surface - pointDepth;
            if (surface > 0 && difference < depthTolerance && difference > -depthTolerance) {
                visit(i, pixel);
            }
        }
    }
}
