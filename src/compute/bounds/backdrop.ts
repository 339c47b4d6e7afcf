import { CreateRandom } from "../base/random";

/** The surface behind and around the objects of a scene, such as the ground and the sky. */
export interface Backdrop {
    /** Returns whether a point lies on the backdrop. */
    contains(x: number, y: number, z: number): boolean;
}

/** Points that are looked at. */
const MAX_POINTS = 4000;
/** The fewest points of the objects in front: below, nothing says how large they are. */
const MIN_POINTS = 8;
/** A ground is flat up to this share of the diagonal of its box. */
const FLATNESS = 0.003;
/** The least share of the points that a ground holds. */
const MIN_SHARE = 0.15;
/** The share of the other points that may lie below a ground. */
const MAX_BELOW = 0.005;
/** A ground reaches beyond the others on every side by this share of their own width ... */
const MARGIN = 0.1;
/** ... and has this many times their footprint. */
const MIN_FOOTPRINT = 2;
/** A sky is this many times as far from the center as all others ... */
const MIN_DISTANCE = 2;
/** ... and lies in this share of all directions; half of them are those of a dome. */
const MIN_DIRECTIONS = 0.45;
const DIRECTIONS = 48;
/** Planes that are tried, and points that each is tried on at first. */
const TRIALS = 600;
const TRIAL_POINTS = 250;
/** Surfaces that a backdrop may have. */
const MAX_SURFACES = 3;

/**
 * Finds the backdrop of objects: a *ground*, a plane with all else on one side, which reaches beyond it on every side;
 * or a *sky*, which surrounds all else from at least twice as far. Both lie behind the objects wherever a camera among
 * or above them looks. A closed solid, a sheet alone, and a room whose furniture reaches into its corners have none.
 *
 * @param positions [n, 3] points of the surface, in any unit
 * @returns null for no backdrop
 */
export function FindBackdrop(positions: Float32Array): Backdrop | null {
    const count = positions.length / 3;
    const step = Math.max(1, count / MAX_POINTS);
    let points: Point[] = [];
    for (let at = 0; Math.floor(at) < count; at += step) {
        const p = 3 * Math.floor(at);
        points.push([positions[p], positions[p + 1], positions[p + 2]]);
    }
    const surfaces: Backdrop[] = [];
    while (surfaces.length < MAX_SURFACES) {
        const surface = findSky(points) ?? findGround(points);
        if (!surface) {
            break;
        }
        surfaces.push(surface);
        points = points.filter(([x, y, z]) => !surface.contains(x, y, z));
    }
    return surfaces.length === 0
        ? null
        : { contains: (x, y, z) => surfaces.some((surface) => surface.contains(x, y, z)) };
}

type Point = readonly [number, number, number];

/** Finds points around all others, at least twice as far from the center; null for none. */
function findSky(points: readonly Point[]): Backdrop | null {
    const [cx, cy, cz] = boxOf(points).map(([low, high]) => (low + high) / 2);
    const far = points.map(([x, y, z]) => Math.hypot(x - cx, y - cy, z - cz));
    const sorted = Float64Array.from(far).sort();
    let inner = -1;
    for (let i = MIN_POINTS - 1; i + MIN_POINTS < sorted.length; i++) {
        const isWide = sorted[i + 1] >= MIN_DISTANCE * sorted[i];
        inner = isWide && (inner < 0 || sorted[i + 1] * sorted[inner] > sorted[inner + 1] * sorted[i]) ? i : inner;
    }
    if (inner < 0) {
        return null;
    }
    const limit = (sorted[inner] + sorted[inner + 1]) / 2;
    const seen = new Set<number>();
    points.forEach(([x, y, z], i) => {
        if (far[i] > limit) {
            seen.add(directionOf((x - cx) / far[i], (y - cy) / far[i], (z - cz) / far[i]));
        }
    });
    return seen.size >= MIN_DIRECTIONS * DIRECTIONS
        ? { contains: (x, y, z) => Math.hypot(x - cx, y - cy, z - cz) > limit }
        : null;
}

/** Returns which of {@link DIRECTIONS} cells of equal area, in eight bands, holds a unit direction. */
function directionOf(x: number, y: number, z: number): number {
    const bands = 8;
    const band = Math.min(bands - 1, Math.floor(((z + 1) / 2) * bands));
    const perBand = DIRECTIONS / bands;
    return band * perBand + Math.min(perBand - 1, Math.floor((Math.atan2(y, x) / (2 * Math.PI) + 0.5) * perBand));
}

/** Finds a plane with all other points on one side, beyond which they do not reach on any side; null for none. */
function findGround(points: readonly Point[]): Backdrop | null {
    const tolerance = FLATNESS * Math.hypot(...boxOf(points).map(([low, high]) => high - low));
    const plane = fitPlane(points, tolerance);
    if (!plane) {
        return null;
    }
    const [nx, ny, nz] = plane.normal;
    const heightOf = ([x, y, z]: Point): number => nx * x + ny * y + nz * z - plane.offset;
    const ground = points.filter((point) => Math.abs(heightOf(point)) <= tolerance);
    const others = points.filter((point) => Math.abs(heightOf(point)) > tolerance);
    const above = others.filter((point) => heightOf(point) > 0).length;
    const below = Math.min(above, others.length - above);
    if (
        ground.length < MIN_SHARE * points.length ||
        others.length < MIN_POINTS ||
        below > MAX_BELOW * others.length ||
        !reachesBeyond(ground, others, plane.normal)
    ) {
        return null;
    }
    return { contains: (x, y, z) => Math.abs(heightOf([x, y, z])) <= tolerance };
}

/** Returns whether a ground reaches beyond the footprint of other points on all four sides, and is much larger. */
function reachesBeyond(ground: readonly Point[], others: readonly Point[], normal: Point): boolean {
    const [nx, ny, nz] = normal;
    const across: Point = Math.abs(nx) < 0.6 ? [0, -nz, ny] : [-nz, 0, nx];
    const length = Math.hypot(...across);
    const u: Point = [across[0] / length, across[1] / length, across[2] / length];
    const v: Point = [ny * u[2] - nz * u[1], nz * u[0] - nx * u[2], nx * u[1] - ny * u[0]];
    const footprint = (all: readonly Point[]): (readonly [number, number])[] =>
        boxOf(
            all.map(([x, y, z]): Point => {
                return [u[0] * x + u[1] * y + u[2] * z, v[0] * x + v[1] * y + v[2] * z, 0];
            }),
        ).slice(0, 2);
    const own = footprint(ground);
    const theirs = footprint(others);
    const areaOf = (box: (readonly [number, number])[]): number =>
        box.reduce((area, [low, high]) => area * (high - low), 1);
    const isBeyond = theirs.every(([low, high], axis) => {
        const margin = MARGIN * (high - low);
        return own[axis][0] < low - margin && own[axis][1] > high + margin;
    });
    return isBeyond && areaOf(own) >= MIN_FOOTPRINT * areaOf(theirs);
}

interface Plane {
    readonly normal: Point;
    readonly offset: number;
}

/** Finds the plane with the most points, by random sampling (Fischler and Bolles 1981); null without any plane. */
function fitPlane(points: readonly Point[], tolerance: number): Plane | null {
    const random = CreateRandom(1);
    const pick = (): Point => points[Math.floor(random() * points.length)];
    const flat = Float64Array.from(points.flat());
    const countOn = ({ normal: [nx, ny, nz], offset }: Plane, step: number): number => {
        let count = 0;
        for (let p = 0; p < flat.length; p += 3 * step) {
            const height = nx * flat[p] + ny * flat[p + 1] + nz * flat[p + 2] - offset;
            count += height <= tolerance && height >= -tolerance ? 1 : 0;
        }
        return count;
    };
    const coarse = Math.ceil(points.length / TRIAL_POINTS);
    let best: Plane | null = null;
    let most = 0;
    let mostTried = 0;
    for (let trial = 0; trial < TRIALS && points.length >= 3; trial++) {
        const [a, b, c] = [pick(), pick(), pick()];
        const [ux, uy, uz] = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
        const [vx, vy, vz] = [c[0] - a[0], c[1] - a[1], c[2] - a[2]];
        const normal = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
        const length = Math.hypot(...normal);
        if (!(length > tolerance * tolerance)) {
            continue;
        }
        const [nx, ny, nz] = normal.map((value) => value / length);
        const plane: Plane = { normal: [nx, ny, nz], offset: nx * a[0] + ny * a[1] + nz * a[2] };
        const found = countOn(plane, coarse);
        if (found <= mostTried) {
            continue;
        }
        mostTried = found;
        const all = countOn(plane, 1);
        if (all > most) {
            most = all;
            best = plane;
        }
    }
    return best;
}

function boxOf(points: readonly Point[]): [low: number, high: number][] {
    return [0, 1, 2].map((axis) => {
        let low = Number.POSITIVE_INFINITY;
        let high = Number.NEGATIVE_INFINITY;
        for (const point of points) {
            low = Math.min(low, point[axis]);
            high = Math.max(high, point[axis]);
        }
        return [low, high];
    });
}
