import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { CheckCameraPose } from "../../src/compute/views/cameraPose";
import { FibonacciDirections } from "../../src/plugin/content/fibonacciDirections";
import { CreateSceneCameras } from "../../src/plugin/sceneCapture/sceneCameras";

const BOX = { low: [-1, 2, 10], high: [3, 3, 16], outline: null } as const;
const MIDDLE = [1, 2.5, 13];

describe.each(["y", "z"] as const)("CreateSceneCameras, %s up", (upAxis) => {
    const up = upAxis === "y" ? 1 : 2;

    it("shows the whole box from every side, as large as possible", () => {
        const cameras = CreateSceneCameras(BOX, upAxis, { views: 40, size: 100, margin: 1.25 });
        expect(cameras).toHaveLength(40);
        let widest = 0;
        const at = [0, 0, 0];
        for (const [i, camera] of cameras.entries()) {
            CheckCameraPose(camera.cameraToWorld, `camera ${i}`);
            camera.project(MIDDLE[0], MIDDLE[1], MIDDLE[2], at);
            expect(Math.abs(at[0] - 50) + Math.abs(at[1] - 50)).toBeLessThan(1e-9);
            for (let corner = 0; corner < 8; corner++) {
                const [x, y, z] = [0, 1, 2].map((a) => ((corner >> a) & 1 ? BOX.high[a] : BOX.low[a]));
                camera.project(x, y, z, at);
                expect(at[2]).toBeGreaterThan(0);
                widest = Math.max(widest, Math.abs(at[0] - 50), Math.abs(at[1] - 50));
            }
        }
        expect(widest).toBeCloseTo(50 / 1.25, 9);
        const distances = cameras.map(({ position }) => Math.hypot(...position.map((value, a) => value - MIDDLE[a])));
        expect(Math.max(...distances) - Math.min(...distances)).toBeLessThan(1e-9);
    });

    it("keeps cameras upright and at the elevations", () => {
        const elevations = [-0.2, 1.1] as const;
        for (const { cameraToWorld: m, position } of CreateSceneCameras(BOX, upAxis, { views: 50, elevations })) {
            expect(Math.abs(m[4 * up])).toBeLessThan(1e-12); // right is level
            expect(m[4 * up + 1]).toBeGreaterThan(0); // up points up
            const offset = position.map((value, a) => value - MIDDLE[a]);
            const elevation = Math.asin(offset[up] / Math.hypot(...offset));
            expect(elevation).toBeGreaterThan(elevations[0]);
            expect(elevation).toBeLessThan(elevations[1]);
        }
        const [above] = CreateSceneCameras(BOX, upAxis, { views: 1, elevations: [Math.PI / 2, Math.PI / 2] });
        CheckCameraPose(above.cameraToWorld, "straight above");
        expect(above.position[up]).toBeGreaterThan(BOX.high[up]);
    });

    it("moves closer when the outline is smaller than the box", () => {
        const outline = Float32Array.of(-1, 2.5, 13, 3, 2.5, 13, 1, 2.5, 10, 1, 2.5, 16);
        const distance = ({ position }: { position: readonly number[] }): number =>
            Math.hypot(...position.map((value, a) => value - MIDDLE[a]));
        const [loose] = CreateSceneCameras(BOX, upAxis);
        const [tight] = CreateSceneCameras({ ...BOX, outline }, upAxis);
        expect(distance(tight)).toBeLessThan(0.9 * distance(loose));
    });

    it("looks outward from inside, in all directions", () => {
        const cameras = CreateSceneCameras(BOX, upAxis, { views: 0, insideViews: 16, insideFieldOfView: 1.4 });
        expect(cameras).toHaveLength(16);
        const sum = [0, 0, 0];
        for (const { position, cameraToWorld: m, focalX, width } of cameras) {
            CheckCameraPose(m, "a camera inside");
            expect(2 * Math.atan(width / 2 / focalX)).toBeCloseTo(1.4, 12);
            for (let a = 0; a < 3; a++) {
                expect(position[a]).toBeGreaterThan(BOX.low[a]);
                expect(position[a]).toBeLessThan(BOX.high[a]);
                sum[a] += m[4 * a + 2];
            }
        }
        expect(Math.hypot(...sum) / 16).toBeLessThan(0.1);
    });
});

describe("CreateSceneCameras", () => {
    it("spreads directions evenly over the sphere", () => {
        const seed = 3;
        const random = CreateRandom(seed);
        const directions = FibonacciDirections(24, -1, 1, "z");
        // No place on the sphere is farther from a camera than 40 degrees: 24 caps of 24 degrees would cover it with no
        // overlap.
        for (let i = 0; i < 2000; i++) {
            const z = 2 * random() - 1;
            const angle = 2 * Math.PI * random();
            const r = Math.sqrt(1 - z * z);
            const place = [r * Math.cos(angle), r * Math.sin(angle), z];
            const nearest = Math.max(...directions.map((d) => d[0] * place[0] + d[1] * place[1] + d[2] * place[2]));
            expect((Math.acos(nearest) * 180) / Math.PI, `seed ${seed}`).toBeLessThan(40);
        }
    });

    it("accepts content without extent, and throws on invalid options", () => {
        const point = { low: [1, 1, 1], high: [1, 1, 1], outline: null } as const;
        expect(CreateSceneCameras(point, "y", { views: 2 })[0].position.every(Number.isFinite)).toBe(true);
        for (const [options, message] of [
            [{ views: 0 }, /0 views/],
            [{ views: 1.5 }, /views is 1.5/],
            [{ size: 0 }, /size is 0/],
            [{ fieldOfView: 4 }, /fieldOfView is 4/],
            [{ elevations: [1, 0] }, /elevations is \[1, 0\]/],
            [{ margin: 0.5 }, /clipped/],
        ] as const) {
            expect(() => CreateSceneCameras(BOX, "y", options)).toThrow(message);
        }
    });
});
