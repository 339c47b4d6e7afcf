import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { FindCaptureBounds } from "../../src/compute/bounds/captureBounds";
import type { View } from "../../src/compute/views/capture";
import { LookAt } from "../support/cameras";
import { SPHERE, SphereViews } from "../support/sphereViews";

const SEED = 11;
const SIZE = 40;

/** Creates an opaque view with a focal length in pixels. */
function Views(poses: { from: readonly number[]; to: readonly number[] }[], focal = 50): View[] {
    return poses.map(({ from, to }, i) => ({
        name: `view ${i}`,
        camera: LookAt(from, to, SIZE, focal),
        image: new Uint8Array(4 * SIZE * SIZE).fill(255),
        depth: null,
    }));
}

/** Creates cameras in a circle of radius 4 around (5, 6, 7), at three heights. */
const ORBIT = Array.from({ length: 24 }, (_, i) => ({
    from: [5 + 4 * Math.cos(i), 6 + 4 * Math.sin(i), 7 + (i % 3)],
    to: [5, 6, 7],
}));

/** Creates points in a cube around a center. */
function Cloud(count: number, center: readonly number[], half: number, random: () => number): number[] {
    return Array.from({ length: 3 * count }, (_, i) => center[i % 3] + (2 * random() - 1) * half);
}

/** Creates points on a far sphere. */
function Surroundings(count: number, center: readonly number[], radius: number, random: () => number): number[] {
    return Array.from({ length: count }, () => {
        const d = [0, 1, 2].map(() => random() - 0.5);
        return d.map((x, axis) => center[axis] + (radius * x) / Math.hypot(...d));
    }).flat();
}

function Bounds(views: View[], points: number[] = []) {
    const sparsePoints = { positions: Float32Array.from(points), colors: null };
    return FindCaptureBounds({ name: "a capture", views, ...(points.length > 0 ? { sparsePoints } : {}) });
}

const middleOf = ({ cube }: ReturnType<typeof Bounds>): number[] => cube.low.map((x) => x + cube.extent / 2);

describe("FindCaptureBounds", () => {
    it("returns the box of the points that most cameras see, without surroundings and outliers", () => {
        const random = CreateRandom(SEED);
        const wrong = [1e5, -3e4, 2e5, 5, 6, 5e5];
        const points = [...Cloud(2000, [5, 6, 7], 0.8, random), ...Surroundings(1500, [5, 6, 7], 30, random), ...wrong];
        const bounds = Bounds(Views(ORBIT), points);
        expect(bounds.from).toBe("sparse points");
        expect(bounds.unbounded).toBe(true);
        // 2 % are left out at both ends of 1.6, and 10 % added: 0.96 * 1.6 * 1.1.
        expect(bounds.cube.extent).toBeGreaterThan(1.65);
        expect(bounds.cube.extent).toBeLessThan(1.73);
        middleOf(bounds).forEach((x, axis) => {
            expect(Math.abs(x - [5, 6, 7][axis]), `seed ${SEED}, axis ${axis}`).toBeLessThan(0.05);
        });
        // The nearest point may be 4 - 0.8 * sqrt(2) away, and the far ones 34; the margin is a factor of two.
        expect(bounds.near).toBeGreaterThan(1.2);
        expect(bounds.near).toBeLessThan(2.1);
        expect(bounds.far).toBeGreaterThan(60);
        expect(bounds.far).toBeLessThan(70);
    });

    it("returns the content's box when it has no surroundings", () => {
        const bounds = Bounds(Views(ORBIT), Surroundings(3000, [5, 6, 7], 0.7, CreateRandom(SEED)));
        // Few points of a sphere's shell lie in the 2 % at the ends of an axis.
        expect(bounds.unbounded).toBe(false);
        expect(bounds.cube.extent).toBeGreaterThan(1.4);
    });

    it("returns the box of all points when the cameras look around in a room", () => {
        const random = CreateRandom(SEED);
        const inside = Array.from({ length: 24 }, (_, i) => ({
            from: [0.2 * Math.cos(i), 0.2 * Math.sin(i), 0],
            to: [3 * Math.cos(i), 3 * Math.sin(i), 0],
        }));
        const bounds = Bounds(Views(inside, 40), Cloud(4000, [0, 0, 0], 3, random));
        expect(bounds.from).toBe("sparse points");
        expect(bounds.cube.extent).toBeGreaterThan(6);
        expect(bounds.cube.extent).toBeLessThan(6.6);
    });

    it("leaves the far background of cameras side by side outside the cube", () => {
        const random = CreateRandom(SEED);
        const row = Array.from({ length: 12 }, (_, i) => ({ from: [0.1 * i, 0, 0], to: [0.1 * i, 10, 0] }));
        const near = Cloud(1500, [0.5, 3, 0], 0.6, random);
        const far = Cloud(1500, [0.5, 60, 0], 10, random);
        const bounds = Bounds(Views(row), [...near, ...far]);
        expect(bounds.unbounded).toBe(true);
        expect(bounds.cube.extent).toBeLessThan(1.4);
        expect(middleOf(bounds)[1]).toBeCloseTo(3, 1);
    });

    it("uses the depth ranges of views when there are no points, up to four times the nearest depth", () => {
        const row = Array.from({ length: 5 }, (_, i) => ({ from: [0.1 * i, 0, 0], to: [0.1 * i, 10, 0] }));
        const ranged = (near: number, far: number): View[] =>
            Views(row).map((view) => ({ ...view, depthRange: [near, far] }));
        const far = Bounds(ranged(2, 100));
        expect([far.from, far.unbounded, far.near, far.far]).toEqual(["depth ranges", true, 1, 200]);
        // From depth 2 to 8, and at 8 as wide as 40 pixels of a focal length of 50: 6.4, and the row's 0.4.
        expect(far.cube.extent).toBeCloseTo(6.8, 9);
        expect(middleOf(far)[1]).toBeCloseTo(5, 9);
        const close = Bounds(ranged(2, 4));
        expect([close.unbounded, close.near, close.far]).toEqual([false, 1, 8]);
        expect(close.cube.extent).toBeCloseTo(3.6, 9);
        // With some views without a range only the cameras count, which are parallel here.
        expect(Bounds([...ranged(2, 4).slice(1), ...Views(row.slice(0, 1))]).from).toBe("cameras");
    });

    it("uses the visual hull when images have transparent pixels", () => {
        const bounds = Bounds(SphereViews(24, 64), Surroundings(500, [0, 0, 0], 90, CreateRandom(SEED)));
        expect([bounds.from, bounds.unbounded]).toEqual(["transparent pixels", false]);
        const { center, radius } = SPHERE;
        middleOf(bounds).forEach((x, axis) => {
            expect(Math.abs(x - center[axis])).toBeLessThan(0.15);
        });
        expect(bounds.near).toBeLessThan(4 - radius);
        expect(bounds.far).toBeGreaterThan(4 + radius);
    });

    it("falls back on the cameras when the points are not informative", () => {
        for (const points of [[1, 2, 3], new Array(300).fill(5), Cloud(100, [5, 6, 1e6], 1, CreateRandom(SEED))]) {
            const bounds = Bounds(Views(ORBIT), points);
            expect([bounds.from, bounds.unbounded]).toEqual(["cameras", true]);
            expect(middleOf(bounds)[2]).toBeCloseTo(7, 0);
            expect(bounds.near).toBeCloseTo(0.02 * bounds.cube.extent, 12);
        }
    });

    it("throws when nothing determines the bounds", () => {
        expect(() => Bounds([])).toThrow(/The capture "a capture" has no views/);
        const one = Array.from({ length: 4 }, (_, i) => ({ from: [1, 1, 1], to: [i, 3, 0] }));
        expect(() => Bounds(Views(one))).toThrow(/all 4 cameras share one position/);
    });
});
