import { Vector3 } from "@babylonjs/core/Maths/math.vector";

/** An axis-aligned box in the scene. */
export interface Box {
    readonly low: Vector3;
    readonly high: Vector3;
    /** Points whose hull holds the content; undefined for the corners. */
    readonly hull?: readonly Vector3[];
}

/** A rectangle on the page, in CSS pixels from its top left. */
export interface PageRectangle {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
}

/** The direction and the lens of an orbit camera, as ArcRotateCamera has them in a left-handed scene. */
export interface OrbitLens {
    /** The angle around the y axis, in radians. */
    readonly alpha: number;
    /** The angle from the y axis, in radians. */
    readonly beta: number;
    /** The vertical field of view, in radians. */
    readonly fov: number;
}

/** The size of the page in CSS pixels. */
export interface PageSize {
    readonly width: number;
    readonly height: number;
}

/** The place of an orbit camera that looks at the center of a box. */
export interface OrbitFit {
    /** The distance from the center. */
    readonly radius: number;
    /** The camera's targetScreenOffset, in units of the scene. */
    readonly offset: readonly [x: number, y: number];
}

/** The smallest distance of the camera from the corners in front of it, relative to the box's diagonal. */
const NEAREST_SHARE = 0.05;

/** Returns the eight corners of a box. */
export function CornersOfBox({ low, high }: Box): Vector3[] {
    return Array.from(
        { length: 8 },
        (_, c) => new Vector3(c & 1 ? high.x : low.x, c & 2 ? high.y : low.y, c & 4 ? high.z : low.z),
    );
}

/**
 * Returns the nearest place from which all of a box's hull is inside a rectangle of the page.
 *
 * In the camera's axes a corner of the hull is at (x, y, z) from the center. With the tangent t of half the field of
 * view, it is right of the rectangle's left side L, from -1 to 1, if x + offset >= L t (radius + z). All these
 * conditions are linear in radius and offset, so the smallest radius has a closed form.
 */
export function FitBox(box: Box, { alpha, beta, fov }: OrbitLens, page: PageSize, free: PageRectangle): OrbitFit {
    const forward = new Vector3(-Math.cos(alpha) * Math.sin(beta), -Math.cos(beta), -Math.sin(alpha) * Math.sin(beta));
    const right = new Vector3(-Math.sin(alpha), 0, Math.cos(alpha));
    const up = Vector3.Cross(forward, right);
    const center = Vector3.Center(box.low, box.high);
    const corners = (box.hull ?? CornersOfBox(box)).map((corner) => corner.subtract(center));
    const depths = corners.map((corner) => Vector3.Dot(corner, forward));
    const tangent = Math.tan(fov / 2);
    const axes = [
        {
            at: corners.map((corner) => Vector3.Dot(corner, right)),
            low: ((2 * free.left) / page.width - 1) * tangent * (page.width / page.height),
            high: ((2 * free.right) / page.width - 1) * tangent * (page.width / page.height),
        },
        {
            at: corners.map((corner) => Vector3.Dot(corner, up)),
            low: (1 - (2 * free.bottom) / page.height) * tangent,
            high: (1 - (2 * free.top) / page.height) * tangent,
        },
    ];
    // A corner needs low * (radius + z) <= x + offset <= high * (radius + z).
    const limits = axes.map(({ at, low, high }) => ({
        low,
        high,
        least: Math.max(...at.map((x, i) => low * depths[i] - x)),
        most: Math.min(...at.map((x, i) => high * depths[i] - x)),
    }));
    const diagonal = Vector3.Distance(box.low, box.high);
    const radius = Math.max(
        ...limits.map(({ low, high, least, most }) => (least - most) / (high - low)),
        NEAREST_SHARE * diagonal - Math.min(...depths),
    );
    const [x, y] = limits.map(({ low, high, least, most }) => (least + most + (low + high) * radius) / 2);
    return { radius: radius > 0 ? radius : 1, offset: [x, y] };
}
