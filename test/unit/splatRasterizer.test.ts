import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { SURFACE_SHARE, SURFACE_SIZES, VISIBLE_SHARE } from "../../src/compute/splats/splatConstants";
import { DrawSplatsAsync, type SplatImage, type SplatSet } from "../../src/compute/splats/splatRasterizer";
import { PinholeCamera } from "../../src/compute/views/pinholeCamera";
import { DrawSplatPixels } from "../reference/drawSplats";

const PAUSE = (): Promise<void> => Promise.resolve();
const NOTHING = 0xffffffff;

/** Creates a camera that looks at the origin from a distance of 4, rotated about y by an angle. */
function Camera(width: number, height: number, angle = 0): PinholeCamera {
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const pose = Float64Array.of(cos, 0, sin, 4 * sin, 0, 1, 0, 0, -sin, 0, cos, 4 * cos, 0, 0, 0, 1);
    return new PinholeCamera(width, height, 1.4 * width, 1.3 * width, width / 2 + 1.25, height / 2 - 0.5, pose);
}

/** Creates splats of all shapes: discs, needles, balls and perfectly flat ones. */
function RandomSplats(count: number, seed: number): SplatSet {
    const random = CreateRandom(seed);
    const positions = Float32Array.from({ length: 3 * count }, () => 2 * random() - 1);
    const covariances = new Float32Array(6 * count);
    const colors = Float32Array.from({ length: 4 * count }, random);
    for (let i = 0; i < count; i++) {
        const axes = [0, 1, 2].map(() => [0, 1, 2].map(() => (random() - 0.5) * 0.4 * random()));
        const used = i % 4 === 0 ? axes.slice(0, 2) : axes;
        let at = 6 * i;
        for (let a = 0; a < 3; a++) {
            for (let b = a; b < 3; b++) {
                covariances[at++] = used.reduce((sum, axis) => sum + axis[a] * axis[b], 0);
            }
        }
    }
    return { positions, covariances, colors, elements: Uint32Array.from({ length: count }, (_, i) => 1000 + i) };
}

/** Creates flat round splats in a grid on the plane z = slope x. */
function PlaneSplats(slope: number, side: number, opacity: number): SplatSet {
    const count = side * side;
    const positions = new Float32Array(3 * count);
    const covariances = new Float32Array(6 * count);
    const length = Math.hypot(1, slope);
    const [nx, nz] = [-slope / length, 1 / length];
    const variance = (1.6 / side) ** 2;
    for (let i = 0; i < count; i++) {
        const x = -1 + (2 * (i % side)) / (side - 1);
        positions.set([x, -1 + (2 * Math.floor(i / side)) / (side - 1), slope * x], 3 * i);
        // variance (I - n n')
        covariances.set(
            [variance * (1 - nx * nx), 0, -variance * nx * nz, variance, 0, variance * (1 - nz * nz)],
            6 * i,
        );
    }
    const colors = Float32Array.from({ length: 4 * count }, (_, i) => [1, 0.5, 0, opacity][i % 4]);
    return { positions, covariances, colors, elements: Uint32Array.from({ length: count }, (_, i) => i) };
}

describe("DrawSplatsAsync", () => {
    it.each([1, 2, 3, 4])("draws like the reference, seed %s", async (seed) => {
        const splats = RandomSplats(60, seed);
        const camera = Camera(31, 23, 0.3 * seed);
        const { image, depth, elements } = await DrawSplatsAsync(splats, camera, null, PAUSE);
        let seen = 0;
        DrawSplatPixels(splats, camera).forEach((twin, pixel) => {
            const note = `seed ${seed}, pixel ${pixel % 31} ${Math.floor(pixel / 31)}`;
            // Bytes are rounded, light sums up in 32-bit floats, and the last ten-thousandth is left out.
            expect(Math.abs(image[4 * pixel + 3] - 255 * twin.alpha), note).toBeLessThan(0.6);
            if (twin.alpha > 0.01) {
                for (let channel = 0; channel < 3; channel++) {
                    const expected = (255 * twin.color[channel]) / twin.alpha;
                    expect(Math.abs(image[4 * pixel + channel] - expected), note).toBeLessThan(0.6);
                }
            }
            expect(elements[pixel], note).toBe(twin.element);
            // The ridge of flat splats costs precision in both inversions.
            expect(Math.abs(depth[pixel] - twin.depth), note).toBeLessThan(1e-5 * Math.max(1, twin.depth));
            seen += twin.element === NOTHING ? 0 : 1;
        });
        expect(seen).toBeGreaterThan(50); // enough pixels to compare
    });

    it.each([1, 2, 3])(
        "gives splats as large as their distance a depth in front of the camera, seed %s",
        async (seed) => {
            const splats = RandomSplats(60, seed);
            splats.covariances.forEach((value, i, all) => {
                all[i] = 300 * value; // deviations of up to about 4, the distance of the camera
            });
            const camera = Camera(31, 23, 0.3 * seed);
            const { depth, elements } = await DrawSplatsAsync(splats, camera, null, PAUSE);
            const twins = DrawSplatPixels(splats, camera);
            expect(elements.filter((element) => element !== NOTHING).length).toBeGreaterThan(500);
            for (const [pixel, element] of elements.entries()) {
                expect(depth[pixel] > 0).toBe(element !== NOTHING);
                if (element === twins[pixel].element) {
                    expect(Math.abs(depth[pixel] - twins[pixel].depth)).toBeLessThan(1e-3 * Math.max(1, depth[pixel]));
                }
            }
        },
    );

    it.each([1, 2, 3])("returns the visible splats and their pixels like the reference, seed %s", async (seed) => {
        const splats = RandomSplats(200, seed);
        const camera = Camera(24, 18, 0.3 * seed);
        const { visibility } = await DrawSplatsAsync(splats, camera, null, PAUSE);
        const pixelOf = new Map([...visibility.elements].map((element, i) => [element, visibility.pixels[i]]));
        expect(pixelOf.size).toBe(visibility.elements.length);
        const shares = DrawSplatPixels(splats, camera).flatMap((twin, pixel) =>
            twin.shares.map((share) => ({ ...share, pixel, surface: twin.depth })),
        );
        let onSurface = 0;
        for (const element of splats.elements) {
            const shows = shares.filter((share) => share.element === element);
            const best = shows.reduce((a, b) => (b.share > a.share ? b : a), { ...shows[0], share: 0 });
            const away = Math.abs(best.surface - best.depth) / best.size;
            const isBorderline =
                [VISIBLE_SHARE, SURFACE_SHARE].some((limit) => Math.abs(best.share - limit) < 1e-3) ||
                Math.abs(away - SURFACE_SIZES) < 1e-3;
            if (isBorderline) {
                continue;
            }
            const isSeen = best.share > VISIBLE_SHARE || (best.share > SURFACE_SHARE && away < SURFACE_SIZES);
            onSurface += isSeen && best.share < VISIBLE_SHARE ? 1 : 0;
            expect(pixelOf.has(element), `seed ${seed}, splat ${element}`).toBe(isSeen);
            if (isSeen) {
                const there = shows.find(({ pixel }) => pixel === pixelOf.get(element))!;
                expect(there.share).toBeCloseTo(best.share, 4);
            }
        }
        expect(onSurface + pixelOf.size).toBeGreaterThan(40);
    });

    it("finds all of many wide splats on a plane visible, though most are nowhere in front", async () => {
        const splats = PlaneSplats(0.4, 30, 0.95);
        const { elements, visibility } = await DrawSplatsAsync(splats, Camera(28, 28), null, PAUSE);
        expect(new Set(elements).size).toBeLessThan(450);
        expect(visibility.elements.length).toBe(900);
    });

    it.each([0, 0.7, -1.5])("draws a plane of flat splats at its depth, slope %s", async (slope) => {
        const splats = PlaneSplats(slope, 40, 0.9);
        const camera = Camera(48, 48);
        const { depth, elements } = await DrawSplatsAsync(splats, camera, null, PAUSE);
        let seen = 0;
        for (let pixel = 0; pixel < depth.length; pixel++) {
            if (elements[pixel] === NOTHING) {
                continue;
            }
            seen++;
            // The camera is at z = 4: 4 - depth = slope * x, x = depth * (column - center) / focal.
            const across = ((pixel % 48) + 0.5 - camera.centerX) / camera.focalX;
            const expected = 4 / (1 + slope * across);
            expect(Math.abs(depth[pixel] - expected), `pixel ${pixel}`).toBeLessThan(2e-3 * expected);
        }
        expect(seen).toBeGreaterThan(200);
    });

    it("gives splats below half of the required opacity no depth", async () => {
        const { depth, elements, image } = await DrawSplatsAsync(PlaneSplats(0, 2, 0.4), Camera(16, 16), null, PAUSE);
        expect(depth.every((value) => value === 0)).toBe(true);
        expect(elements.every((value) => value === NOTHING)).toBe(true);
        expect(image.some((value) => value > 0)).toBe(true);
    });

    it("draws splats in front of and behind an opaque surface", async () => {
        const camera = Camera(16, 16);
        const size = 16 * 16;
        const behind: SplatImage = {
            image: Uint8Array.from({ length: 4 * size }, (_, i) => [0, 0, 255, 255][i % 4]),
            depth: Float32Array.from({ length: size }, (_, i) => (i % 16 < 8 ? 3 : 5)),
            elements: new Uint32Array(size).fill(7),
        };
        const { image, depth, elements } = await DrawSplatsAsync(PlaneSplats(0, 12, 0.95), camera, behind, PAUSE);
        const middle = 8 * 16;
        expect([elements[middle + 6], depth[middle + 6]]).toEqual([7, 3]);
        expect([...image.subarray(4 * (middle + 6), 4 * (middle + 6) + 4)]).toEqual([0, 0, 255, 255]);
        expect(elements[middle + 10]).not.toBe(7);
        expect(Math.abs(depth[middle + 10] - 4)).toBeLessThan(1e-3);
        expect(image[4 * (middle + 10)]).toBeGreaterThan(200);
        // Beside the splats the surface is visible.
        expect([elements[15], depth[15]]).toEqual([7, 5]);
    });

    it("draws nothing for no splats, splats behind the camera and splats around it", async () => {
        const camera = Camera(8, 8);
        const around = PlaneSplats(0, 2, 1);
        around.positions.forEach((_, i) => {
            around.positions[i] = i % 3 === 2 ? (i < 6 ? 9 : 3.9) : 0;
        });
        for (const splats of [RandomSplats(0, 1), around]) {
            const { image, depth } = await DrawSplatsAsync(splats, camera, null, PAUSE);
            expect(image.every((value) => value === 0)).toBe(true);
            expect(depth.every((value) => value === 0)).toBe(true);
        }
    });
});
