import { FitRigidMotion, type RigidMotion } from "../../algorithms/rigidFit";
import type { ShapeSample } from "./shapeSample";

/** The result of {@link CompareShapes}. */
export interface ShapeComparison {
    /**
     * The mean distance of a point of one part from the other part, after the best motion, as a share of the part's
     * radius; 0 up to the spacing of the leaves.
     */
    readonly distance: number;
    /** The motion of the first part onto the second one, each around its center. */
    readonly motion: RigidMotion;
    /** True if the motion mirrors the part. */
    readonly isMirrored: boolean;
}

/** Extents whose ratio is above this may be exchanged. */
const SAME_EXTENT = 0.8;
/** The number of turns by less than half a turn that are tried around an axis of a round part. */
const TURNS = 8;
/** The number of points that first guesses are compared with. */
const GUESS_POINTS = 32;
/** The number of guesses that are refined. */
const REFINED = 3;
const MAX_STEPS = 8;

/** Compares the shapes of two parts, whatever their place, their rotation, and their handedness. */
export function CompareShapes(part: ShapeSample, other: ShapeSample): ShapeComparison {
    const few = takeEvenly(part.sparse, GUESS_POINTS);
    const guesses = guessRotations(part, other)
        .map((rotation) => ({ rotation, distance: meanDistance(other, turn(few, rotation), 0) }))
        .sort((a, b) => a.distance - b.distance);
    let best: ShapeComparison | null = null;
    for (const { rotation } of guesses.slice(0, REFINED)) {
        const isMirrored = determinant(rotation) < 0;
        const motion = refine(part, other, { rotation, translation: new Float64Array(3) }, isMirrored);
        const distance = Math.max(
            meanDistance(other, move(part.sparse, motion), other.spacing),
            meanDistance(part, moveBack(other.sparse, motion), part.spacing),
        );
        if (!best || distance / part.radius < best.distance) {
            best = { distance: distance / part.radius, motion, isMirrored };
        }
    }
    return best!;
}

/** Moves the points of a part to their nearest partners again and again (iterative closest points). */
function refine(part: ShapeSample, other: ShapeSample, start: RigidMotion, isMirrored: boolean): RigidMotion {
    let motion = start;
    let before = Number.POSITIVE_INFINITY;
    for (let step = 0; step < MAX_STEPS; step++) {
        const { indices, squaredDistances } = other.nearest(move(part.sparse, motion));
        let sum = 0;
        const partners = new Float64Array(3 * indices.length);
        for (let i = 0; i < indices.length; i++) {
            sum += squaredDistances[i];
            for (let axis = 0; axis < 3; axis++) {
                partners[3 * i + axis] = other.dense[3 * indices[i] + axis];
            }
        }
        if (sum > 0.98 * before) {
            break;
        }
        before = sum;
        motion = FitRigidMotion(part.sparse, partners, isMirrored);
    }
    return motion;
}

/** Returns rotations, with and without mirrors, that bring the principal axes of a part onto those of another one. */
function guessRotations(part: ShapeSample, other: ShapeSample): Float64Array[] {
    const { axes: own, extents } = part.frame;
    const [x, y, z] = extents;
    const isRound = [y >= SAME_EXTENT * x, z >= SAME_EXTENT * y];
    const frames: (readonly (readonly number[])[])[] = [];
    const axes = [0, 1, 2].map((k) => [...other.frame.axes.subarray(3 * k, 3 * k + 3)]);
    const turned = (a: number, b: number, frame: readonly (readonly number[])[]): void => {
        for (let t = 0; t < TURNS; t++) {
            const [c, s] = [Math.cos((t * Math.PI) / TURNS), Math.sin((t * Math.PI) / TURNS)];
            const next = frame.map((axis) => axis);
            next[a] = frame[a].map((value, i) => c * value + s * frame[b][i]);
            next[b] = frame[b].map((value, i) => c * value - s * frame[a][i]);
            frames.push(next);
        }
    };
    if (isRound[0] && isRound[1]) {
        for (const [i, j, k] of [
            [0, 1, 2],
            [1, 2, 0],
            [2, 0, 1],
        ]) {
            turned(0, 1, [axes[i], axes[j], axes[k]]);
        }
    } else if (isRound[0]) {
        turned(0, 1, axes);
    } else if (isRound[1]) {
        turned(1, 2, axes);
    } else {
        frames.push(axes);
    }
    return frames.flatMap((frame) =>
        Array.from({ length: 8 }, (_, signs) => {
            const rotation = new Float64Array(9);
            for (let k = 0; k < 3; k++) {
                const sign = (signs >> k) & 1 ? -1 : 1;
                for (let i = 0; i < 9; i++) {
                    rotation[i] += sign * frame[k][Math.floor(i / 3)] * own[3 * k + (i % 3)];
                }
            }
            return rotation;
        }),
    );
}

/** Returns the mean distance of points from a part, where distances up to the spacing of its points count as none. */
function meanDistance(part: ShapeSample, points: Float32Array, spacing: number): number {
    const { squaredDistances } = part.nearest(points);
    let sum = 0;
    for (const square of squaredDistances) {
        sum += Math.max(0, Math.sqrt(square) - spacing);
    }
    return sum / squaredDistances.length;
}

function takeEvenly(points: Float32Array, limit: number): Float32Array {
    const count = points.length / 3;
    const taken = Math.min(count, limit);
    return Float32Array.from(
        { length: 3 * taken },
        (_, i) => points[3 * Math.floor((Math.floor(i / 3) * count) / taken) + (i % 3)],
    );
}

function turn(points: Float32Array, rotation: Float64Array): Float32Array {
    return move(points, { rotation, translation: new Float64Array(3) });
}

function move(points: Float32Array, { rotation: r, translation: t }: RigidMotion): Float32Array {
    const moved = new Float32Array(points.length);
    for (let p = 0; p < points.length; p += 3) {
        const [x, y, z] = [points[p], points[p + 1], points[p + 2]];
        moved[p] = r[0] * x + r[1] * y + r[2] * z + t[0];
        moved[p + 1] = r[3] * x + r[4] * y + r[5] * z + t[1];
        moved[p + 2] = r[6] * x + r[7] * y + r[8] * z + t[2];
    }
    return moved;
}

function moveBack(points: Float32Array, { rotation: r, translation: t }: RigidMotion): Float32Array {
    const rotation = Float64Array.from([r[0], r[3], r[6], r[1], r[4], r[7], r[2], r[5], r[8]]);
    const translation = [0, 3, 6].map((k) => -(rotation[k] * t[0] + rotation[k + 1] * t[1] + rotation[k + 2] * t[2]));
    return move(points, { rotation, translation: Float64Array.from(translation) });
}

function determinant(r: Float64Array): number {
    return r[0] * (r[4] * r[8] - r[5] * r[7]) - r[1] * (r[3] * r[8] - r[5] * r[6]) + r[2] * (r[3] * r[7] - r[4] * r[6]);
}
