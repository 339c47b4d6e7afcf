import { describe, expect, it } from "vitest";
import { RunCoroutineSync } from "../../src/compute/base/coroutine";
import { SceneBoundsCoroutine } from "../../src/compute/bounds/sceneBounds";
import { UnitCube } from "../../src/compute/bounds/unitCube";
import { CarveVisualHullCoroutine } from "../../src/compute/bounds/visualHull";
import { LookAt } from "../support/cameras";
import { SPHERE, SphereViews } from "../support/sphereViews";

const { center, radius } = SPHERE;

describe("CarveVisualHullCoroutine", () => {
    it("keeps the cells of a sphere and few around it", () => {
        const resolution = 32;
        const cube = new UnitCube([center[0] - 1, center[1] - 1, center[2] - 1], 2);
        const cells = RunCoroutineSync(CarveVisualHullCoroutine(SphereViews(60, 64), cube, resolution));
        expect(cells.every((cell, i) => i === 0 || cell > cells[i - 1])).toBe(true);
        const kept = new Set(cells);
        const wrong: string[] = [];
        const cell = 2 / 0.98 / resolution;
        for (let i = 0; i < resolution ** 3; i++) {
            const place = [i % resolution, Math.floor(i / resolution) % resolution, Math.floor(i / resolution ** 2)];
            const distance = Math.hypot(
                ...place.map((k, axis) => cube.toWorldPosition((k + 0.5) / resolution, axis) - center[axis]),
            );
            // A hull is wider than its sphere where no view is tangential to it, and by a pixel, 0.035 here.
            const isWrong = kept.has(i) ? distance > radius + 4 * cell : distance < radius + cell / 2;
            if (isWrong) {
                wrong.push(`cell ${i} at ${distance}`);
            }
        }
        expect(wrong).toEqual([]);
    });

    it("carves only unseen cells when images have no transparent pixels", () => {
        const views = SphereViews(3, 32).map((view) => ({
            ...view,
            image: view.image.map((byte, i) => (i % 4 === 3 ? 255 : byte)),
        }));
        const cube = new UnitCube([center[0] - 1, center[1] - 1, center[2] - 1], 2);
        expect(RunCoroutineSync(CarveVisualHullCoroutine(views, cube, 16)).length).toBe(16 ** 3);
        const aside = new UnitCube([50, 50, 50], 1);
        expect(RunCoroutineSync(CarveVisualHullCoroutine(views, aside, 8)).length).toBe(0);
    });
});

describe("SceneBoundsCoroutine", () => {
    it("returns the box of the content of images with transparent pixels", () => {
        const cube = RunCoroutineSync(SceneBoundsCoroutine(SphereViews(24, 64)));
        // Cells of the search are 0.07 wide, pixels 0.035.
        for (let axis = 0; axis < 3; axis++) {
            const middle = cube.low[axis] + cube.extent / 2;
            expect(Math.abs(middle - center[axis]), `axis ${axis}`).toBeLessThan(0.15);
        }
        expect(cube.extent).toBeGreaterThan(2 * radius);
        expect(cube.extent).toBeLessThan(2 * radius + 0.6);
    });

    it("returns the region around the point where the cameras' axes meet when no pixel is transparent", () => {
        const views = SphereViews(12, 32).map(({ camera }) => ({
            camera,
            image: new Uint8Array(4 * 32 * 32).fill(255),
        }));
        const cube = RunCoroutineSync(SceneBoundsCoroutine(views));
        for (let axis = 0; axis < 3; axis++) {
            expect(cube.low[axis] + cube.extent / 2).toBeCloseTo(center[axis], 2);
        }
        // The cameras are 4 away, up to 1.2 higher; half an image is 1 / 3.6 of the distance.
        expect(cube.extent / 2).toBeGreaterThan(4 / 3.6 - 0.01);
        expect(cube.extent / 2).toBeLessThan(4.2 / 3.6);
    });

    it.each([
        {
            what: "no place is opaque in all pictures",
            views: SphereViews(6, 32).map((view) => ({ ...view, image: new Uint8Array(view.image.length) })),
            message: /the visual hull is empty/,
        },
        {
            what: "cameras look away from each other",
            views: [0, 1, 2, 3].map((k) => ({
                camera: LookAt([k < 2 ? 5 : -5, k, 0], [k < 2 ? 50 : -50, 2 * k, 0], 16, 20),
                image: new Uint8Array(4 * 16 * 16).fill(255),
            })),
            message: /cameras look toward/,
        },
        {
            what: "all cameras share one position",
            views: [0, 1].map((k) => ({
                camera: LookAt([1, 1, 1], [k, 3, 0], 16, 20),
                image: new Uint8Array(4 * 16 * 16).fill(255),
            })),
            message: /share one position/,
        },
    ])("throws with a reason when $what", ({ views, message }) => {
        expect(() => RunCoroutineSync(SceneBoundsCoroutine(views))).toThrow(message);
    });
});
