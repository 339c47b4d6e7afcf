import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { FindCaptureBounds } from "../../src/compute/bounds/captureBounds";
import type { View } from "../../src/compute/views/capture";
import { FindUpDirection, LevelCapture } from "../../src/compute/views/levelCapture";
import { PinholeCamera } from "../../src/compute/views/pinholeCamera";
import { MatrixOf, OrbitPoses, type TestPose, TestPoses } from "../support/posedFiles";

const DEGREE = Math.PI / 180;

function CameraOf(pose: TestPose): PinholeCamera {
    return new PinholeCamera(60, 40, 50, 52, 30, 20, Float64Array.from(MatrixOf(pose)));
}

function ViewsOf(poses: readonly TestPose[]): View[] {
    return poses.map((pose, i) => ({
        name: `view ${i}`,
        camera: CameraOf(pose),
        image: new Uint8Array(60 * 40 * 4).fill(255),
        depth: null,
    }));
}

/** Returns the degrees between two directions; null for a missing direction. */
function AngleTo(found: readonly number[] | null, wanted: readonly number[]): number {
    const cosine = found!.reduce((sum, value, axis) => sum + value * wanted[axis], 0) / Math.hypot(...wanted);
    return Math.acos(Math.min(1, cosine)) / DEGREE;
}

describe("FindUpDirection", () => {
    it.each([
        { name: "a circle, looking down by 30 degrees", orbit: { pitch: 30 * DEGREE } },
        { name: "a circle, looking up", orbit: { pitch: -20 * DEGREE } },
        { name: "a third of a circle, looking down", orbit: { pitch: 40 * DEGREE, arc: 120 * DEGREE } },
        { name: "a circle of hands that roll by up to 3 degrees", orbit: { pitch: 25 * DEGREE, roll: 3 * DEGREE } },
    ])("finds the up direction of any world: $name", ({ orbit }) => {
        for (let seed = 0; seed < 20; seed++) {
            const random = CreateRandom(seed);
            const up = [random() - 0.5, random() - 0.5, random() - 0.5];
            const cameras = OrbitPoses(60, seed, { up, ...orbit }).map(CameraOf);
            expect(AngleTo(FindUpDirection(cameras), up), `seed ${seed}`).toBeLessThan(1);
        }
    });

    it("returns the mean of the cameras' up vectors when all look the same way", () => {
        const [pose] = OrbitPoses(1, 0, { up: [0, -1, 0], pitch: 0.3 });
        const cameras = Array.from({ length: 9 }, (_, i) => CameraOf({ ...pose, position: [i, 0, 0] }));
        expect(AngleTo(FindUpDirection(cameras), pose.up)).toBeLessThan(1e-6);
        expect(AngleTo(FindUpDirection(cameras.slice(0, 1)), pose.up)).toBeLessThan(1e-6);
    });

    it("returns null when cameras look straight down with all headings, are rolled at random, or do not exist", () => {
        expect(FindUpDirection(OrbitPoses(40, 1, { up: [1, 2, 3], pitch: 90 * DEGREE }).map(CameraOf))).toBeNull();
        expect(FindUpDirection(TestPoses(100, 2).map(CameraOf))).toBeNull();
        expect(FindUpDirection([])).toBeNull();
    });
});

describe("LevelCapture", () => {
    it.each([{ up: [0, -1, 0] }, { up: [0, 0, -1] }, { up: [0.3, -0.8, 0.4] }, { up: [-0.1, 0.2, -0.9] }])(
        "rotates a world with $up up to z up, with its cameras and points",
        ({ up }) => {
            const views = ViewsOf(OrbitPoses(24, 3, { up, pitch: 0.4, roll: 0.05 }));
            const random = CreateRandom(4);
            const positions = Float32Array.from({ length: 300 }, () => random() - 0.5);
            const colors = new Uint8Array(300).fill(7);
            const capture = {
                name: "leaning",
                views: views.slice(3),
                heldOutViews: views.slice(0, 3),
                sparsePoints: { positions, colors },
            };
            const level = LevelCapture(capture);
            const cameras = [...level.heldOutViews, ...level.views].map(({ camera }) => camera);
            expect(AngleTo(FindUpDirection(cameras), [0, 0, 1])).toBeLessThan(0.01);
            // The rig's up direction, to which the cameras' differ by a degree.
            const pitch = cameras.map(({ cameraToWorld: m }) => Math.asin(m[10]));
            expect(pitch.reduce((sum, angle) => sum + angle, 0) / pitch.length).toBeCloseTo(0.4, 2);
            const [before, after] = [
                [0, 0, 0],
                [0, 0, 0],
            ];
            cameras.forEach((camera, v) => {
                for (let point = 0; point < 100; point++) {
                    const at = 3 * point;
                    const turned = level.sparsePoints!.positions;
                    views[v].camera.project(positions[at], positions[at + 1], positions[at + 2], before);
                    camera.project(turned[at], turned[at + 1], turned[at + 2], after);
                    after.forEach((value, k) => {
                        expect(Math.abs(value - before[k]), `view ${v}, point ${point}`).toBeLessThan(1e-4);
                    });
                }
            });
            expect(level.sparsePoints!.colors).toBe(colors);
            expect(level.views[0].image).toBe(views[3].image);
            // Bounds are those of the rotated world: with the same center, and a side of at most the box's diagonal.
            const [old, bounds] = [capture, level].map((one) => FindCaptureBounds(one));
            expect(bounds.from).toBe("sparse points");
            expect([bounds.near, bounds.far].map((d) => d.toFixed(4))).toEqual(
                [old.near, old.far].map((d) => d.toFixed(4)),
            );
            expect(bounds.cube.extent / old.cube.extent).toBeGreaterThan(1 / Math.sqrt(3));
            expect(bounds.cube.extent / old.cube.extent).toBeLessThan(Math.sqrt(3));
        },
    );

    it("throws on content of a scene", () => {
        const geometry = { positions: new Float32Array(3), normals: null, colors: null };
        expect(() => LevelCapture({ name: "box", views: [], heldOutViews: [], geometry })).toThrow(
            /"box" has geometry/,
        );
    });

    it("returns the same capture when it is level or its up direction is unknown", () => {
        for (const poses of [
            OrbitPoses(24, 5, { up: [0, 0, 1], pitch: 0.5 }),
            OrbitPoses(24, 5, { up: [0.01, 0, 1], pitch: 0.5 }),
            OrbitPoses(24, 5, { up: [0, 1, 0], pitch: Math.PI / 2 }),
        ]) {
            const capture = { name: "level", views: ViewsOf(poses), heldOutViews: [] };
            expect(LevelCapture(capture)).toBe(capture);
        }
    });
});
