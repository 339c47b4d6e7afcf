import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { type Lens, ResizeLens, UndistortLens } from "../../src/compute/views/lens";
import { CreateDistortion, DistortPoint, type LensDistortion } from "../../src/compute/views/lensDistortion";
import { ShrinkImage } from "../../src/compute/views/shrinkImage";
import { UndistortImage } from "../../src/compute/views/undistortImage";

const WIDTH = 160;
const HEIGHT = 120;

function LensOf(k1: number, k2 = 0, k3 = 0, p1 = 0, p2 = 0): Lens {
    return {
        width: WIDTH,
        height: HEIGHT,
        focalX: 130,
        focalY: 128,
        centerX: 82,
        centerY: 57.5,
        distortion: CreateDistortion({ k1, k2, k3, p1, p2 }),
    };
}

/** Barrel and pincushion distortion, and a phone's lens with all coefficients. */
const LENSES: [string, Lens][] = [
    ["barrel", LensOf(-0.2, 0.05)],
    ["pincushion", LensOf(0.15, 0.02)],
    ["all coefficients", LensOf(0.08, -0.12, 0.03, 0.004, -0.003)],
];

/** Returns the pixel of a normalized pinhole image point, by the formula in OpenCV's manual. */
function OpenCvProject(lens: Lens, x: number, y: number): [number, number] {
    const { k1, k2, k3, p1, p2 } = lens.distortion!;
    const r = Math.sqrt(x ** 2 + y ** 2);
    const factor = 1 + k1 * r ** 2 + k2 * r ** 4 + k3 * r ** 6;
    const xx = x * factor + 2 * p1 * x * y + p2 * (r ** 2 + 2 * x ** 2);
    const yy = y * factor + p1 * (r ** 2 + 2 * y ** 2) + 2 * p2 * x * y;
    return [lens.focalX * xx + lens.centerX, lens.focalY * yy + lens.centerY];
}

/** Returns the point with a given distorted pixel, by Newton's method on the formula above. */
function OpenCvUndistort(lens: Lens, u: number, v: number): [number, number] {
    let x = (u - lens.centerX) / lens.focalX;
    let y = (v - lens.centerY) / lens.focalY;
    for (let i = 0; i < 30; i++) {
        const [pu, pv] = OpenCvProject(lens, x, y);
        x -= (pu - u) / lens.focalX;
        y -= (pv - v) / lens.focalY;
    }
    return [x, y];
}

/** Returns the brightness of a smooth checkerboard in a direction. */
function Checkerboard(x: number, y: number): number {
    return 127.5 + 120 * Math.sin(14 * x) * Math.sin(14 * y);
}

describe("DistortPoint", () => {
    it.each(LENSES)("matches OpenCV's formula and its derivatives: %s", (_, lens) => {
        const random = CreateRandom(1);
        const out = [0, 0, 0];
        for (let i = 0; i < 100; i++) {
            const x = 1.4 * random() - 0.7;
            const y = random() - 0.5;
            DistortPoint(lens.distortion!, x, y, out);
            const [u, v] = OpenCvProject(lens, x, y);
            expect(out[0] * lens.focalX + lens.centerX).toBeCloseTo(u, 9);
            expect(out[1] * lens.focalY + lens.centerY).toBeCloseTo(v, 9);
            const step = 1e-5;
            const ends = [
                [x + step, y],
                [x - step, y],
                [x, y + step],
                [x, y - step],
            ].map(([a, b]) => OpenCvProject(lens, a, b));
            const [xx, xy] = [0, 1].map((k) => (ends[0][k] - ends[1][k]) / 2 / step);
            const [yx, yy] = [0, 1].map((k) => (ends[2][k] - ends[3][k]) / 2 / step);
            // Central differences of a smooth function: the error is of the order of step^2.
            expect(out[2]).toBeCloseTo((xx * yy - xy * yx) / lens.focalX / lens.focalY, 7);
        }
    });
});

/** Published formulas of other lenses: the image position of a direction (x, y, 1), in focal lengths. */
const MODELS: [string, Partial<LensDistortion>, (x: number, y: number) => [number, number]][] = [
    [
        "OpenCV's rational model",
        { k1: 0.2, k2: -0.1, k3: 0.02, d1: 0.3, d2: -0.05, d3: 0.01, p1: 0.002, p2: -0.001 },
        (x, y) => {
            const r2 = x * x + y * y;
            const factor =
                (1 + 0.2 * r2 - 0.1 * r2 ** 2 + 0.02 * r2 ** 3) / (1 + 0.3 * r2 - 0.05 * r2 ** 2 + 0.01 * r2 ** 3);
            return [
                x * factor + 2 * 0.002 * x * y - 0.001 * (r2 + 2 * x * x),
                y * factor + 0.002 * (r2 + 2 * y * y) - 2 * 0.001 * x * y,
            ];
        },
    ],
    [
        "OpenCV's fisheye",
        { projection: "fisheye", k1: -0.03, k2: 0.01, k3: -0.002, k4: 0.0003 },
        (x, y) => {
            const r = Math.hypot(x, y);
            const angle = Math.atan(r);
            const radius =
                angle * (1 - 0.03 * angle ** 2 + 0.01 * angle ** 4 - 0.002 * angle ** 6 + 0.0003 * angle ** 8);
            return [(x / r) * radius, (y / r) * radius];
        },
    ],
    [
        "a fisheye with thin prisms",
        { projection: "fisheye", k1: 0.05, p1: 0.003, s1: 0.01, s2: -0.02 },
        (x, y) => {
            const r = Math.hypot(x, y);
            const [u, v] = [(x / r) * Math.atan(r), (y / r) * Math.atan(r)];
            const r2 = u * u + v * v;
            return [
                u * (1 + 0.05 * r2) + 2 * 0.003 * u * v + 0.01 * r2,
                v * (1 + 0.05 * r2) + 0.003 * (r2 + 2 * v * v) - 0.02 * r2,
            ];
        },
    ],
    [
        "the field-of-view model",
        { projection: "fov", a: 0.9 },
        (x, y) => {
            const r = Math.hypot(x, y);
            const radius = Math.atan(2 * r * Math.tan(0.45)) / 0.9;
            return [(x / r) * radius, (y / r) * radius];
        },
    ],
    [
        "the division model",
        { projection: "division", a: -0.2 },
        (x, y) => {
            // The q with r = q / (1 - 0.2 q^2), by bisection.
            const r = Math.hypot(x, y);
            let [low, high] = [0, 2];
            for (let i = 0; i < 60; i++) {
                const q = (low + high) / 2;
                [low, high] = q / (1 - 0.2 * q * q) < r ? [q, high] : [low, q];
            }
            return [(x / r) * low, (y / r) * low];
        },
    ],
    [
        "the unified model",
        { projection: "unified", a: 0.6, b: 1.2 },
        (x, y) => {
            const divisor = 0.6 * Math.sqrt(1.2 * (x * x + y * y) + 1) + 0.4;
            return [x / divisor, y / divisor];
        },
    ],
];

describe("DistortPoint of other lenses", () => {
    it.each(MODELS)("matches the formula and its derivatives: %s", (_, fields, formula) => {
        const distortion = CreateDistortion(fields)!;
        const random = CreateRandom(2);
        const out = [0, 0, 0];
        for (let i = 0; i < 50; i++) {
            const [x, y] = [1.6 * random() - 0.8, 1.2 * random() - 0.6];
            DistortPoint(distortion, x, y, out);
            const expected = formula(x, y);
            expect(out[0]).toBeCloseTo(expected[0], 10);
            expect(out[1]).toBeCloseTo(expected[1], 10);
            const step = 1e-5;
            const [right, left] = [formula(x + step, y), formula(x - step, y)];
            const [down, up] = [formula(x, y + step), formula(x, y - step)];
            const slope = (k: number, a: number[], b: number[]): number => (a[k] - b[k]) / 2 / step;
            const determinant = slope(0, right, left) * slope(1, down, up) - slope(0, down, up) * slope(1, right, left);
            expect(out[2]).toBeCloseTo(determinant, 7);
        }
        DistortPoint(distortion, 0, 0, out);
        expect(out.every(Number.isFinite)).toBe(true);
    });
});

describe("UndistortLens", () => {
    it("keeps 60 degrees to each side of a fisheye that sees half of everything", () => {
        const size = 300;
        const lens: Lens = {
            width: size,
            height: size,
            focalX: size / Math.PI,
            focalY: size / Math.PI,
            centerX: size / 2,
            centerY: size / 2,
            distortion: CreateDistortion({ projection: "fisheye" }),
        };
        const { focalX } = UndistortLens(lens, "camera");
        expect(Math.atan(size / 2 / focalX)).toBeCloseTo(Math.PI / 3, 6);
    });

    it("refuses coefficients that would use a sliver of the image", () => {
        expect(() => UndistortLens(LensOf(-44.9), "cameras.txt, line 4: camera 1")).toThrow(
            /cameras.txt, line 4: camera 1 has an impossible lens: with k1 -44.9 and the principal point/,
        );
    });

    it.each(LENSES)("fills every pixel and loses as little as possible: %s", (_, lens) => {
        const pinhole = UndistortLens(lens, "camera");
        expect(pinhole.distortion).toBeNull();
        expect([pinhole.width, pinhole.height, pinhole.centerX, pinhole.centerY]).toEqual([WIDTH, HEIGHT, 82, 57.5]);
        expect(pinhole.focalX / pinhole.focalY).toBeCloseTo(lens.focalX / lens.focalY, 12);
        let nearestEdge = Infinity;
        for (let r = 0; r < HEIGHT; r++) {
            for (let c = 0; c < WIDTH; c++) {
                const [u, v] = OpenCvProject(
                    lens,
                    (c + 0.5 - pinhole.centerX) / pinhole.focalX,
                    (r + 0.5 - pinhole.centerY) / pinhole.focalY,
                );
                nearestEdge = Math.min(nearestEdge, u, v, WIDTH - u, HEIGHT - v);
            }
        }
        // The zoom is sampled at 33 points per side; between them the image's edge deviates by less than a hundredth of
        // a pixel.
        expect(nearestEdge).toBeGreaterThan(-0.01);
        expect(nearestEdge).toBeLessThan(0.01);
    });

    it("leaves a pinhole unchanged", () => {
        const lens = LensOf(0);
        expect(UndistortLens(lens, "camera")).toBe(lens);
    });

    it.each([
        ["coefficients that fold the image", LensOf(-400)],
        ["coefficients that are no numbers", LensOf(Number.NaN)],
        ["a principal point outside of the image", { ...LensOf(-0.1), centerX: -20 }],
    ])("throws on %s", (_, lens) => {
        expect(() => UndistortLens(lens, "a.json: frames[2]")).toThrow(/a.json: frames\[2\] has an impossible lens: /);
    });
});

describe("UndistortImage", () => {
    it.each(LENSES)("straightens a checkerboard: %s", (_, lens) => {
        const image = new Uint8Array(4 * WIDTH * HEIGHT);
        for (let r = 0; r < HEIGHT; r++) {
            for (let c = 0; c < WIDTH; c++) {
                const value = Math.round(Checkerboard(...OpenCvUndistort(lens, c + 0.5, r + 0.5)));
                image.set([value, 255 - value, 7, 255], 4 * (r * WIDTH + c));
            }
        }
        const pinhole = UndistortLens(lens, "camera");
        const straight = UndistortImage(image, lens, pinhole);
        let worst = 0;
        for (let r = 0; r < HEIGHT; r++) {
            for (let c = 0; c < WIDTH; c++) {
                const x = (c + 0.5 - pinhole.centerX) / pinhole.focalX;
                const y = (r + 0.5 - pinhole.centerY) / pinhole.focalY;
                const p = 4 * (r * WIDTH + c);
                expect([straight[p + 2], straight[p + 3]]).toEqual([7, 255]);
                worst = Math.max(worst, Math.abs(straight[p] - Checkerboard(x, y)));
                worst = Math.max(worst, Math.abs(255 - straight[p + 1] - Checkerboard(x, y)));
            }
        }
        // Bilinear: at most an eighth of the second derivatives, 120 * (14 / 130)^2, in both directions, and two
        // roundings; at the rim half a pixel of slope, 120 * 14 / 130 / 2, since no pixel lies beyond.
        expect(worst).toBeLessThan(8);
        const inside = 4 * ((HEIGHT / 2) * WIDTH + WIDTH / 2);
        const [x, y] = [0.5 + WIDTH / 2 - pinhole.centerX, 0.5 + HEIGHT / 2 - pinhole.centerY];
        expect(Math.abs(straight[inside] - Checkerboard(x / pinhole.focalX, y / pinhole.focalY))).toBeLessThan(1.5);
    });

    it("weights colors by their alpha, and accepts one row or column", () => {
        const lens: Lens = { ...LensOf(0.01), width: 2, height: 1, centerX: 1, centerY: 0.5 };
        const image = Uint8Array.from([200, 100, 50, 254, 9, 9, 9, 0]);
        const pinhole: Lens = { ...lens, focalX: 1e6, distortion: null };
        // Both pixels sample the middle between the two.
        expect([...UndistortImage(image, lens, pinhole)]).toEqual([200, 100, 50, 127, 200, 100, 50, 127]);
    });
});

describe("ResizeLens and ShrinkImage", () => {
    it("scales all lengths", () => {
        expect(ResizeLens(LensOf(-0.2), 80, 30)).toEqual({
            width: 80,
            height: 30,
            focalX: 65,
            focalY: 32,
            centerX: 41,
            centerY: 57.5 / 4,
            distortion: LensOf(-0.2).distortion,
        });
    });

    it("averages areas, weighted by alpha", () => {
        const gray = (values: number[]): Uint8Array => Uint8Array.from(values.flatMap((v) => [v, v, v, 255]));
        expect([...ShrinkImage(gray([0, 30, 90]), 3, 1, 2, 1)].filter((_, i) => i % 4 === 0)).toEqual([10, 70]);
        expect([...ShrinkImage(gray([1, 2, 3, 6]), 2, 2, 1, 1)]).toEqual([3, 3, 3, 255]);
        const image = Uint8Array.from([200, 0, 0, 255, 9, 9, 9, 0]);
        expect([...ShrinkImage(image, 2, 1, 1, 1)]).toEqual([200, 0, 0, 128]);
        const same = gray([5, 250, 17, 99, 0, 255]);
        expect(ShrinkImage(same, 3, 2, 3, 2)).toEqual(same);
    });
});
