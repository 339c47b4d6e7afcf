import { CreatePickingRay, Ray } from "@babylonjs/core/Culling/ray.core";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { Scene } from "@babylonjs/core/scene";

/** Options of {@link PickLeaf}. */
export interface PickOptions {
    /** Radius of a point in units of the positions. */
    pointRadius: number;
    /** A point is hit, too, when the place on screen is within this many pixels of its center. Default 6. */
    pickPixels: number;
    /** For rays of controllers: a point is hit, too, when it is off the ray by at most this angle, in radians. Default 0.01. */
    pickAngle: number;
    /** Leaves that are passed over, as hidden and locked ones are. Default null. */
    isIgnored: ((leaf: number) => boolean) | null;
}

/** The defaults of {@link PickOptions}. */
export const DEFAULT_PICK_OPTIONS: Readonly<PickOptions> = {
    pointRadius: 0,
    pickPixels: 6,
    pickAngle: 0.01,
    isIgnored: null,
};

/**
 * The point under a place on screen: of the points within the radius, the one in front, where a point that lies off the ray counts as
 * farther by twice its distance from it. Looks at all points: about a millisecond for 120,000.
 *
 * @param positions [n, 3]
 * @param world from the positions' coordinates into the scene
 * @param x as `scene.pointerX`: pixels of the page from the canvas's left
 * @param y as `scene.pointerY`
 * @returns index of the point, -1 for none
 */
export function PickLeaf(
    scene: Scene,
    positions: Float32Array,
    world: Matrix,
    x: number,
    y: number,
    options: Partial<PickOptions> = {},
): number {
    const settings = { ...DEFAULT_PICK_OPTIONS, ...options };
    const { pickPixels } = settings;
    const camera = scene.activeCamera;
    if (!camera) {
        return -1;
    }
    const ray = CreatePickingRay(scene, x, y, world, camera);
    // The ray of a place beside it: how the radius on screen grows along the ray, for every kind of projection.
    const beside = CreatePickingRay(scene, x + pickPixels, y, world, camera);
    const radiusAtOrigin = Vector3.Distance(ray.origin, beside.origin);
    const radiusSlope = Vector3.Cross(ray.direction, beside.direction).length();
    return nearestOnRay(positions, ray, radiusAtOrigin, radiusSlope, settings);
}

/**
 * The point that a ray of the scene hits, as one of an XR controller: as {@link PickLeaf}, with `pickAngle` in place of `pickPixels`.
 *
 * @param positions [n, 3]
 * @param world from the positions' coordinates into the scene
 * @param ray in the scene; its length does not matter
 * @returns index of the point, -1 for none
 */
export function PickLeafOnRay(
    positions: Float32Array,
    world: Matrix,
    ray: Ray,
    options: Partial<PickOptions> = {},
): number {
    const settings = { ...DEFAULT_PICK_OPTIONS, ...options };
    const local = Ray.Transform(ray, Matrix.Invert(world));
    local.direction.normalize();
    return nearestOnRay(positions, local, 0, Math.tan(settings.pickAngle), settings);
}

function nearestOnRay(
    positions: Float32Array,
    { origin, direction }: Ray,
    radiusAtOrigin: number,
    radiusSlope: number,
    { pointRadius, isIgnored }: PickOptions,
): number {
    let best = -1;
    let bestCost = Infinity;
    const { x: ox, y: oy, z: oz } = origin;
    const { x: dx, y: dy, z: dz } = direction;
    for (let p = 0; p < positions.length; p += 3) {
        const px = positions[p] - ox;
        const py = positions[p + 1] - oy;
        const pz = positions[p + 2] - oz;
        const along = px * dx + py * dy + pz * dz;
        if (along <= 0 || along >= bestCost) {
            continue;
        }
        const off = px * px + py * py + pz * pz - along * along;
        const radius = Math.max(pointRadius, radiusAtOrigin + radiusSlope * along);
        if (off <= radius * radius) {
            const cost = along + 2 * Math.sqrt(Math.max(off, 0));
            if (cost < bestCost && !isIgnored?.(p / 3)) {
                bestCost = cost;
                best = p;
            }
        }
    }
    return best < 0 ? -1 : best / 3;
}
