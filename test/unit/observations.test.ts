import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { ForEachVisible, ObserveColors, ObserveMasks, UNSEEN } from "../../src/compute/hierarchy/build/observations";
import { CreateMaskArrangement } from "../../src/compute/masks/maskArrangement";
import { RunLengthMask } from "../../src/compute/masks/runLengthMask";
import type { View } from "../../src/compute/views/capture";
import { PinholeCamera } from "../../src/compute/views/pinholeCamera";
import { CreateCamera } from "../support/cameras";

/** Creates a view from (x, 0, 0) along -z: 4 x 2 pixels, each 1 wide at depth 2. `depth` and `image` are row by row. */
function smallView(x: number, depth: number[] | null, image: number[][] = []): View {
    return {
        name: `at ${x}`,
        camera: CreateCamera(4, { height: 2, focal: 2, position: [x, 0, 0] }),
        image: Uint8Array.from({ length: 32 }, (_, i) => image[i >> 2]?.[i & 3] ?? 255),
        depth: depth && Float32Array.from(depth),
    };
}

function seen(positions: number[], view: View, tolerance: number): [number, number][] {
    const found: [number, number][] = [];
    ForEachVisible(Float32Array.from(positions), view, tolerance, (point, pixel) => found.push([point, pixel]));
    return found;
}

const TWOS = [2, 2, 2, 2, 2, 2, 2, 2];

describe("ForEachVisible", () => {
    it("finds the pixel of each point: columns to the right, rows downwards", () => {
        const points = [-1.5, 0.5, -2, 1.5, 0.5, -2, -1.5, -0.5, -2, 0.5, -0.5, -2];
        expect(seen(points, smallView(0, TWOS), 0.1)).toEqual([
            [0, 0],
            [1, 3],
            [2, 4],
            [3, 6],
        ]);
        // The same points, one unit further left in a camera one unit further right.
        expect(seen(points, smallView(1, TWOS), 0.1)).toEqual([
            [1, 2],
            [3, 5],
        ]);
    });

    it("skips points outside the image, behind the camera, or in front of or behind the surface", () => {
        const view = smallView(0, TWOS);
        expect(seen([2.1, 0.5, -2, 0.5, 1.1, -2, -2.1, 0.5, -2, 0.5, -1.1, -2], view, 0.1)).toEqual([]);
        expect(seen([0.5, 0.5, 2, 0.5, 0.5, 0], view, 0.1)).toEqual([]);
        expect(seen([0.5, 0.5, -1.85, 0.5, 0.5, -1.95, 0.5, 0.5, -2.05, 0.5, 0.5, -2.15], view, 0.1)).toEqual([
            [1, 2],
            [2, 2],
        ]);
    });

    it("finds nothing when the view has no depth", () => {
        const points = [0.5, 0.5, -2, 0.01, 0.01, -0.04];
        expect(seen(points, smallView(0, null), 0.1)).toEqual([]);
        // The second point is nearer to the camera than the tolerance: depth 0 still means no surface.
        expect(seen(points, smallView(0, [0, 0, 0, 0, 0, 0, 0, 0]), 0.1)).toEqual([]);
    });

    it("finds the same pixel as the camera's projection", () => {
        const seed = 81;
        const random = CreateRandom(seed);
        const [sine, cosine] = [Math.sin(0.7), Math.cos(0.7)];
        const pose = Float64Array.of(cosine, 0, sine, 1, 0, 1, 0, 0.2, -sine, 0, cosine, 1.5, 0, 0, 0, 1);
        const camera = new PinholeCamera(40, 30, 35, 33, 21, 14, pose);
        const view = { ...smallView(0, null), camera, depth: new Float32Array(1200).fill(1.8) };
        const positions = Float32Array.from({ length: 3 * 3000 }, () => 2 * random() - 1);
        const out = new Float64Array(3);
        const expected: [number, number][] = [];
        for (let i = 0; i < 3000; i++) {
            camera.project(positions[3 * i], positions[3 * i + 1], positions[3 * i + 2], out);
            const [column, row] = [Math.floor(out[0]), Math.floor(out[1])];
            const inside = column >= 0 && column < 40 && row >= 0 && row < 30 && out[2] > 0;
            if (inside && Math.abs(Math.fround(1.8) - out[2]) < 0.5) {
                expected.push([i, 40 * row + column]);
            }
        }
        expect(expected.length).toBeGreaterThan(100);
        expect(seen([...positions], view, 0.5), `seed ${seed}`).toEqual(expected);
    });
});

describe("ObserveMasks", () => {
    // The left half is the mask.
    const arrangement = CreateMaskArrangement([{ region: RunLengthMask.FromCounts([0, 4, 4], 4, 2) }], 4, 2);
    const confidence = Float32Array.of(1);
    const positions = Float32Array.of(-1.5, 0.5, -2, 1.5, 0.5, -2, 0, 0, 5);

    it("returns the cell of each visible point", () => {
        const [observation] = ObserveMasks(positions, [{ view: smallView(0, TWOS), arrangement, confidence }], 0.1);
        expect([...observation.cells]).toEqual([1, 0, UNSEEN]);
        expect(observation.confidence).toBe(confidence);
    });

    it("uses the visibility of a view instead of its depth", () => {
        const visibility = { points: Uint32Array.of(2, 1), pixels: Uint32Array.of(1, 4) };
        const views = [{ view: { ...smallView(0, TWOS), visibility }, arrangement, confidence }];
        const cellsOf = (hasVisibility: Uint8Array | null) => [
            ...ObserveMasks(positions, views, 0.1, null, hasVisibility)[0].cells,
        ];
        const [left, right] = [arrangement.cellOfPixel[1], arrangement.cellOfPixel[4]];
        expect(cellsOf(Uint8Array.of(1, 1, 1))).toEqual([UNSEEN, right, left]);
        expect(cellsOf(Uint8Array.of(0, 1, 1))).toEqual([1, right, left]);
        expect(cellsOf(null)).toEqual([1, 0, UNSEEN]);
    });

    it("skips views without masks", () => {
        const none = CreateMaskArrangement([], 4, 2);
        const views = [none, arrangement].map((a) => ({ view: smallView(0, TWOS), arrangement: a, confidence }));
        expect(ObserveMasks(positions, views, 0.1).map((view) => view.arrangement)).toEqual([arrangement]);
        expect(ObserveMasks(new Float32Array(0), views, 0.1)[0].cells.length).toBe(0);
    });
});

describe("ObserveColors", () => {
    it("averages over the views that see a point on an opaque pixel", () => {
        const points = Float32Array.of(-0.5, 0.5, -2, 0.5, 0.5, -2, 0.5, 0.5, 3);
        // Pixels 1 and 2 of the first view see points 0 and 1; the second view, one unit to the right, sees them in
        // pixels 0 and 1.
        const views = [
            smallView(0, TWOS, [
                [0, 0, 0, 0],
                [255, 0, 51, 255],
                [0, 255, 0, 100],
            ]),
            smallView(1, TWOS, [
                [0, 51, 51, 255],
                [102, 0, 0, 254],
            ]),
        ];
        const colors = ObserveColors(points, views, 0.1);
        const expected = [0.5, 0.1, 0.2, 0.4, 0, 0, 0, 0, 0];
        colors.forEach((value, i) => {
            expect(value, `component ${i}`).toBeCloseTo(expected[i], 6);
        });
    });
});
