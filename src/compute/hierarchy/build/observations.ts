import { UltrametricError } from "../../base/ultrametricError";
import type { MaskArrangement } from "../../masks/maskArrangement";
import type { View } from "../../views/capture";

/** Cell of a point that the view does not see. */
export const UNSEEN = 0xffff;

/** What one view says about every point of a cloud. */
export interface ViewObservation {
    /** Where the view was taken from, world. */
    readonly eye: readonly [number, number, number];
    /** [n] cell of the view's mask arrangement that the point falls in; UNSEEN where the view does not see the point. */
    readonly cells: Uint16Array;
    readonly arrangement: MaskArrangement;
    /** [masks] trust in each mask, 0..1. */
    readonly confidence: Float32Array;
}

/** A view's masks as the hierarchy needs them. */
export interface MaskedView {
    readonly view: View;
    readonly arrangement: MaskArrangement;
    /** [masks] trust in each mask, 0..1. */
    readonly confidence: Float32Array;
}

/**
 * Projects the points into every view that has masks, with a depth test, and looks up the cell they fall in.
 *
 * @param positions [n, 3] world
 * @param depthTolerance how far behind or before the view's depth a point may lie and still be seen, world units
 * @param faceNormals see {@link ForEachVisible}
 * @param hasVisibility see CaptureGeometry.hasVisibility
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
                    `View ${view.name}: its masks part it into ${arrangement.cellCount} cells, at most ${UNSEEN} can be told apart. Use fewer masks.`,
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

/** The mean color of each point over the views that see it where they are opaque -> [n, 3] sRGB 0..1; black where unseen. */
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

/** Cosine between a face and the ray to it below which the face is seen edge-on: what depth it has there says nothing. */
const EDGE_ON = 0.1;

/**
 * Calls `visit(point, pixel)` for every point that the view sees: inside the image, and on the surface that its depth shows there.
 *
 * @param positions [n, 3] world
 * @param faceNormals [n, 3] unit normals of the flat faces that the points lie on: the depth of the face at the pixel's center is compared, which
 * is the view's own to within rounding, instead of the point's
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
            let own = z;
            if (faceNormals !== null) {
                const nx = faceNormals[3 * i];
                const ny = faceNormals[3 * i + 1];
                const nz = faceNormals[3 * i + 2];
                const u = (column + 0.5 - centerX) / focalX;
                const v = (centerY - row - 0.5) / focalY;
                const along = nx * (m0 * u + m1 * v - m2) + ny * (m4 * u + m5 * v - m6) + nz * (m8 * u + m9 * v - m10);
                if (along * along < EDGE_ON * EDGE_ON * (u * u + v * v + 1)) {
                    continue;
                }
                own = (nx * dx + ny * dy + nz * dz) / along;
            }
            const difference = surface - own;
            if (surface > 0 && difference < depthTolerance && difference > -depthTolerance) {
                visit(i, pixel);
            }
        }
    }
}
