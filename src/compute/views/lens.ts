import { UltrametricError } from "../base/ultrametricError";
import { DescribeDistortion, DistortPoint, type LensDistortion } from "./lensDistortion";
import { PinholeCamera } from "./pinholeCamera";

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
/** Directions in which a lens is followed from the axis to the edge, and the step, in radians. */
const DIRECTIONS = 32;
const ANGLE_STEP = Math.PI / 360;
/** The largest angle from the axis that a lens is followed to. */
const MAX_ANGLE = (89 * Math.PI) / 180;
/**
 * The largest angle between the axis and a side of an undistorted image: beyond 60 degrees, a pinhole's image is mostly
 * stretched rim.
 */
const MAX_SIDE_ANGLE = Math.PI / 3;

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
 * focal lengths times the smallest zoom at which no pixel stays empty. Of a fisheye it keeps 60 degrees to each side.
 *
 * @param owner name of what the lens belongs to, for messages
 * @throws UltrametricError "input" for coefficients that fold the image over within its edges, and for a principal
 * point outside of the image
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
    if (!reachesEdges(lens, distortion) || !fits(MAX_ZOOM)) {
        throw new UltrametricError(
            "input",
            `${owner} has an impossible lens: with ${DescribeDistortion(distortion)} and the principal point ` +
                `(${centerX}, ${centerY}) in ${width} x ${height} pixels, the image folds over or is left. Correct ` +
                "these numbers, or calibrate the camera again, with fewer coefficients (COLMAP's SIMPLE_RADIAL).",
        );
    }
    const side = Math.max(Math.max(centerX, width - centerX) / focalX, Math.max(centerY, height - centerY) / focalY);
    let low = Math.min(Math.max(MIN_ZOOM, side / Math.tan(MAX_SIDE_ANGLE)), MAX_ZOOM);
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
 * Returns whether a lens maps the directions from its axis outward to positions that never turn back before they leave
 * the ellipse within the image. Corners are not asked for: calibrations are vague there.
 */
function reachesEdges({ width, height, focalX, focalY, centerX, centerY }: Lens, distortion: LensDistortion): boolean {
    const distorted = [0, 0, 0];
    for (let direction = 0; direction < DIRECTIONS; direction++) {
        const around = (2 * Math.PI * direction) / DIRECTIONS;
        for (let angle = 0; angle < MAX_ANGLE; angle += ANGLE_STEP) {
            const r = Math.tan(angle);
            DistortPoint(distortion, r * Math.cos(around), r * Math.sin(around), distorted);
            const x = ((distorted[0] * focalX + centerX) / width) * 2 - 1;
            const y = ((distorted[1] * focalY + centerY) / height) * 2 - 1;
            if (x * x + y * y >= 1) {
                break;
            }
            if (!(distorted[2] > 0)) {
                return false;
            }
        }
    }
    return true;
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
