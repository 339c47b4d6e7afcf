import { UltrametricError } from "../base/ultrametricError";
import { PinholeCamera } from "./pinholeCamera";

/** Coefficients of Brown's lens distortion in OpenCV's notation: radial k1..k3, tangential p1 and p2. */
export interface LensDistortion {
    readonly k1: number;
    readonly k2: number;
    readonly k3: number;
    readonly p1: number;
    readonly p2: number;
}

/** Intrinsics of a camera. Pixels as in {@link PinholeCamera}: the center of the first is (0.5, 0.5). */
export interface Lens {
    readonly width: number;
    readonly height: number;
    readonly focalX: number;
    readonly focalY: number;
    readonly centerX: number;
    readonly centerY: number;
    /** Null for a pinhole. */
    readonly distortion: LensDistortion | null;
}

/** Range of the bisection for the zoom of an undistorted image. */
const MIN_ZOOM = 0.2;
const MAX_ZOOM = 8;
/** Steps of the bisection, which give the zoom to one part in 10^9. */
const BISECTIONS = 30;
/** Samples along each side of an image that must lie within the distorted image. */
const SAMPLES = 33;

/** Returns the distortion with the given coefficients; null if all are 0. */
export function CreateDistortion(k1: number, k2 = 0, k3 = 0, p1 = 0, p2 = 0): LensDistortion | null {
    return [k1, k2, k3, p1, p2].every((k) => k === 0) ? null : { k1, k2, k3, p1, p2 };
}

/**
 * Distorts the normalized image position (x, y) of a pinhole, to the right of and below the optical axis. Source:
 * OpenCV's camera calibration (Brown 1966): x' = x (1 + k1 r^2 + k2 r^4 + k3 r^6) + 2 p1 x y + p2 (r^2 + 2 x^2), y'
 * likewise.
 *
 * @param out receives x', y' and the determinant of their Jacobian, which is 0 or less where the image folds over
 */
export function DistortPoint(
    { k1, k2, k3, p1, p2 }: LensDistortion,
    x: number,
    y: number,
    out: Float64Array | number[],
): void {
    const r2 = x * x + y * y;
    const radial = 1 + r2 * (k1 + r2 * (k2 + r2 * k3));
    const slope = k1 + r2 * (2 * k2 + r2 * 3 * k3);
    out[0] = x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x);
    out[1] = y * radial + 2 * p2 * x * y + p1 * (r2 + 2 * y * y);
    const xx = radial + 2 * x * x * slope + 2 * p1 * y + 6 * p2 * x;
    const yy = radial + 2 * y * y * slope + 6 * p1 * y + 2 * p2 * x;
    const xy = 2 * (x * y * slope + p1 * x + p2 * y);
    out[2] = xx * yy - xy * xy;
}

/** Returns the lens of the same image at another size. */
export function ResizeLens(lens: Lens, width: number, height: number): Lens {
    const x = width / lens.width;
    const y = height / lens.height;
    return {
        width,
        height,
        focalX: lens.focalX * x,
        focalY: lens.focalY * y,
        centerX: lens.centerX * x,
        centerY: lens.centerY * y,
        distortion: lens.distortion,
    };
}

/**
 * Returns the pinhole that images of a lens are undistorted to: it has the same size and principal point, and both
 * focal lengths times the smallest zoom at which no pixel stays empty.
 *
 * @param owner name of what the lens belongs to, for messages
 * @throws UltrametricError "input" if no zoom fits: the coefficients fold the image over, or the principal point lies
 * outside of it
 */
export function UndistortLens(lens: Lens, owner: string): Lens {
    const { width, height, focalX, focalY, centerX, centerY, distortion } = lens;
    if (distortion === null) {
        return lens;
    }
    const distorted = [0, 0, 0];
    const fits = (zoom: number): boolean => {
        for (let j = 0; j < SAMPLES; j++) {
            const v = 0.5 + ((height - 1) * j) / (SAMPLES - 1);
            for (let i = 0; i < SAMPLES; i++) {
                const u = 0.5 + ((width - 1) * i) / (SAMPLES - 1);
                DistortPoint(distortion, (u - centerX) / (zoom * focalX), (v - centerY) / (zoom * focalY), distorted);
                const x = distorted[0] * focalX + centerX;
                const y = distorted[1] * focalY + centerY;
                if (!(distorted[2] > 0 && x >= 0 && x <= width && y >= 0 && y <= height)) {
                    return false;
                }
            }
        }
        return true;
    };
    if (!fits(MAX_ZOOM)) {
        throw new UltrametricError(
            "input",
            `${owner} has a lens that cannot be undistorted: with k1 ${distortion.k1}, k2 ${distortion.k2}, ` +
                `k3 ${distortion.k3}, p1 ${distortion.p1}, p2 ${distortion.p2} and the principal point ` +
                `(${centerX}, ${centerY}) in ${width} x ${height} pixels the image folds over or is left. ` +
                "Check these numbers, or calibrate the camera again.",
        );
    }
    let low = MIN_ZOOM;
    let high = MAX_ZOOM;
    for (let i = 0; i < BISECTIONS; i++) {
        const middle = (low + high) / 2;
        if (fits(middle)) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return { ...lens, focalX: focalX * high, focalY: focalY * high, distortion: null };
}

/**
 * Creates a camera with the intrinsics of a lens without distortion.
 *
 * @param pose camera to world, 16 numbers, row-major, OpenGL axes
 */
export function CreateCamera(lens: Lens, pose: Float64Array): PinholeCamera {
    const { width, height, focalX, focalY, centerX, centerY } = lens;
    return new PinholeCamera(width, height, focalX, focalY, centerX, centerY, pose);
}
