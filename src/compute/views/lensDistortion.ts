/**
 * The function that turns the tangent r of the angle from the optical axis into a radius in the image, before the
 * polynomials:
 *
 * - perspective: r
 * - fisheye: the angle itself, atan r (equidistant; Kannala and Brandt 2006, as in OpenCV's fisheye module)
 * - fov: atan(2 r tan(a / 2)) / a, with the field of view a (Devernay and Faugeras 2001)
 * - division: the q with r = q / (1 + a q^2) (Fitzgibbon 2001)
 * - unified: r / (a sqrt(b r^2 + 1) + 1 - a) (Khomutenko, Garcia and Martinet 2016)
 */
export type LensProjection = "perspective" | "fisheye" | "fov" | "division" | "unified";

/**
 * Distortion of a lens in OpenCV's notation (Brown 1966). A position (x, y) of the projection, with the radius r,
 * becomes x (1 + k1 r^2 + k2 r^4 + k3 r^6 + k4 r^8) / (1 + d1 r^2 + d2 r^4 + d3 r^6) + 2 p1 x y + p2 (r^2 + 2 x^2) +
 * s1 r^2, and y likewise with p1 and p2 exchanged and s2. OpenCV's rational model calls d1, d2, d3 k4, k5, k6.
 */
export interface LensDistortion {
    readonly projection: LensProjection;
    /** First parameter of the projection. */
    readonly a: number;
    /** Second parameter of the projection. */
    readonly b: number;
    readonly k1: number;
    readonly k2: number;
    readonly k3: number;
    readonly k4: number;
    readonly d1: number;
    readonly d2: number;
    readonly d3: number;
    readonly p1: number;
    readonly p2: number;
    readonly s1: number;
    readonly s2: number;
}

const NONE: LensDistortion = {
    projection: "perspective",
    a: 0,
    b: 0,
    k1: 0,
    k2: 0,
    k3: 0,
    k4: 0,
    d1: 0,
    d2: 0,
    d3: 0,
    p1: 0,
    p2: 0,
    s1: 0,
    s2: 0,
};

/** Below this radius a projection is taken for its value on the axis. */
const ON_AXIS = 1e-8;

/** Returns the distortion with the given fields, others 0; null for a pinhole. */
export function CreateDistortion(fields: Partial<LensDistortion>): LensDistortion | null {
    const distortion = { ...NONE, ...fields };
    const isPinhole = Object.values(distortion).every((value) => value === 0 || value === "perspective");
    return isPinhole ? null : distortion;
}

/** Returns the fields that are not 0, for messages: "fisheye k1 0.1, k2 -0.02". */
export function DescribeDistortion({ projection, ...numbers }: LensDistortion): string {
    const named = Object.entries(numbers).filter(([, value]) => value !== 0);
    const list = named.map(([name, value]) => `${name} ${value}`).join(", ");
    return projection === "perspective" ? list : `${projection} ${list}`.trim();
}

/**
 * Distorts the normalized image position (x, y) of a pinhole, to the right of and below the optical axis.
 *
 * @param out receives x', y' and the determinant of their Jacobian, which is 0 or less where the image folds over, and
 * NaN where the lens has no image
 */
export function DistortPoint(distortion: LensDistortion, x: number, y: number, out: Float64Array | number[]): void {
    let determinant = 1;
    if (distortion.projection !== "perspective") {
        project(distortion, Math.hypot(x, y), out);
        determinant = out[0] * out[1];
        x *= out[0];
        y *= out[0];
    }
    const { k1, k2, k3, k4, d1, d2, d3, p1, p2, s1, s2 } = distortion;
    const r2 = x * x + y * y;
    let radial = 1 + r2 * (k1 + r2 * (k2 + r2 * (k3 + r2 * k4)));
    let slope = k1 + r2 * (2 * k2 + r2 * (3 * k3 + r2 * 4 * k4));
    if (d1 !== 0 || d2 !== 0 || d3 !== 0) {
        const divisor = 1 + r2 * (d1 + r2 * (d2 + r2 * d3));
        radial /= divisor;
        slope = (slope - radial * (d1 + r2 * (2 * d2 + r2 * 3 * d3))) / divisor;
    }
    out[0] = x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x) + s1 * r2;
    out[1] = y * radial + 2 * p2 * x * y + p1 * (r2 + 2 * y * y) + s2 * r2;
    const xx = radial + 2 * x * x * slope + 2 * p1 * y + 6 * p2 * x + 2 * s1 * x;
    const yy = radial + 2 * y * y * slope + 6 * p1 * y + 2 * p2 * x + 2 * s2 * y;
    const shared = 2 * (x * y * slope + p1 * x + p2 * y);
    out[2] = determinant * (xx * yy - (shared + 2 * s1 * y) * (shared + 2 * s2 * x));
}

/** Writes the projected radius of r, divided by r, and its derivative. */
function project({ projection, a, b }: LensDistortion, r: number, out: Float64Array | number[]): void {
    let radius = r;
    let derivative = 1;
    if (projection === "fisheye") {
        radius = Math.atan(r);
        derivative = 1 / (1 + r * r);
    } else if (projection === "fov") {
        const slope = 2 * Math.tan(a / 2);
        radius = Math.atan(slope * r) / a;
        derivative = slope / a / (1 + slope * slope * r * r);
    } else if (projection === "division") {
        radius = (2 * r) / (1 + Math.sqrt(1 - 4 * a * r * r));
        const square = a * radius * radius;
        derivative = (1 + square) ** 2 / (1 - square);
    } else if (projection === "unified") {
        const root = Math.sqrt(b * r * r + 1);
        const divisor = a * root + 1 - a;
        radius = r / divisor;
        derivative = (divisor - (a * b * r * r) / root) / (divisor * divisor);
    }
    out[0] = r < ON_AXIS ? derivative : radius / r;
    out[1] = derivative;
}
