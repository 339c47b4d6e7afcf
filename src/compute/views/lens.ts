import { UltrametricError } from "../base/ultrametricError";
import { PinholeCamera } from "./pinholeCamera";

/** Brown's lens distortion as OpenCV has it: radial k1..k3, tangential p1 and p2. */
export interface LensDistortion {
    readonly k1: number;
    readonly k2: number;
    readonly k3: number;
    readonly p1: number;
    readonly p2: number;
}

/** How a camera maps directions to its image, without its pose. Pixels as in {@link PinholeCamera}: the first one's center is (0.5, 0.5). */
export interface Lens {
    readonly width: number;
    readonly height: number;
    readonly focalX: number;
    readonly focalY: number;
    readonly centerX: number;
    readonly centerY: number;
    /** null: a pinhole. */
    readonly distortion: LensDistortion | null;
}

/** The zooms between which an undistorted image is looked for. */
const LEAST_ZOOM = 0.2;
const MOST_ZOOM = 8;
/** Halvings of that range: the zoom is found to a part in 10^9. */
const HALVINGS = 30;
/** Places looked at along each side of an image. */
const PLACES = 33;

/** The distortion of the given coefficients, null where all are 0. */
export function CreateDistortion(k1: number, k2 = 0, k3 = 0, p1 = 0, p2 = 0): LensDistortion | null {
    return [k1, k2, k3, p1, p2].every((k) => k === 0) ? null : { k1, k2, k3, p1, p2 };
}

/**
 * Where a lens shows what a pinhole shows at (x, y), both as tangents to the right and down of the optical axis.
 * Source: OpenCV's camera calibration (Brown 1966): x' = x (1 + k1 r^2 + k2 r^4 + k3 r^6) + 2 p1 x y + p2 (r^2 + 2 x^2), y' likewise.
 * @param out gets x', y' and the determinant of their derivatives, which is 0 or less where the image folds back
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

/** The lens for the same image at another size. */
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
 * The pinhole that an image of the lens is undistorted to: of the same size and principal point, with both focal lengths times the
 * smallest zoom at which every pixel lies within the image, so that none stays empty.
 * @param where what the lens belongs to, for messages
 * @throws UltrametricError ("input") when no zoom fits: the coefficients make no image, or the principal point lies outside of it
 */
export function UndistortLens(lens: Lens, where: string): Lens {
    const { width, height, focalX, focalY, centerX, centerY, distortion } = lens;
    if (distortion === null) {
        return lens;
    }
    const place = [0, 0, 0];
    const fits = (zoom: number): boolean => {
        for (let j = 0; j < PLACES; j++) {
            const v = 0.5 + ((height - 1) * j) / (PLACES - 1);
            for (let i = 0; i < PLACES; i++) {
                const u = 0.5 + ((width - 1) * i) / (PLACES - 1);
                DistortPoint(distortion, (u - centerX) / (zoom * focalX), (v - centerY) / (zoom * focalY), place);
                const x = place[0] * focalX + centerX;
                const y = place[1] * focalY + centerY;
                if (!(place[2] > 0 && x >= 0 && x <= width && y >= 0 && y <= height)) {
                    return false;
                }
            }
        }
        return true;
    };
    if (!fits(MOST_ZOOM)) {
        throw new UltrametricError(
            "input",
            `${where} has a lens that cannot be undistorted: k1 ${distortion.k1}, k2 ${distortion.k2}, k3 ${distortion.k3}, ` +
                `p1 ${distortion.p1}, p2 ${distortion.p2} with the principal point (${centerX}, ${centerY}) in ${width} x ${height} pixels ` +
                "fold the image or leave it. Check these numbers, or calibrate the camera again.",
        );
    }
    let low = LEAST_ZOOM;
    let high = MOST_ZOOM;
    for (let i = 0; i < HALVINGS; i++) {
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
 * A camera with this lens, which has to be a pinhole.
 * @param pose camera to world, 16 numbers, row-major, OpenGL axes
 */
export function CreateCamera(lens: Lens, pose: Float64Array): PinholeCamera {
    const { width, height, focalX, focalY, centerX, centerY } = lens;
    return new PinholeCamera(width, height, focalX, focalY, centerX, centerY, pose);
}
