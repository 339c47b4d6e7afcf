import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { UnitCube } from "../../src/compute/bounds/unitCube";
import type { ViewObservation } from "../../src/compute/hierarchy/build/observations";
import { ObserveMasks } from "../../src/compute/hierarchy/build/observations";
import { OuterSide } from "../../src/compute/hierarchy/build/outerSide";
import { MeasureEnclosure } from "../../src/compute/hierarchy/sight/enclosure";
import { FreeSpace } from "../../src/compute/hierarchy/sight/freeSpace";
import { SampleRegions } from "../../src/compute/hierarchy/sight/regionSamples";
import { RegionSight } from "../../src/compute/hierarchy/sight/regionSight";
import { MeasureSolidSight } from "../../src/compute/hierarchy/sight/solidSight";
import { CreateMaskArrangement } from "../../src/compute/masks/maskArrangement";
import { RunLengthMask } from "../../src/compute/masks/runLengthMask";
import type { View } from "../../src/compute/views/capture";
import { type ReferenceSightEnd, ReferenceSightLine, ReferenceSightPlace } from "../reference/solidSight";
import { ExpectCloseElements } from "../support/arrays";
import { type Box, BoxView, ViewsAround } from "../support/boxViews";

const BOX: Box = [
    [-1, -0.7, -0.5],
    [1, 0.7, 0.5],
];

/** Points on a grid over a box's six sides, with the sides' normals. */
function coverBox([low, high]: Box, perSide: number): { positions: Float32Array; normals: Float32Array } {
    const positions: number[] = [];
    const normals: number[] = [];
    for (let axis = 0; axis < 3; axis++) {
        for (const end of [low, high]) {
            for (let i = 0; i < perSide * perSide; i++) {
                const shares = [(i % perSide) + 0.5, Math.floor(i / perSide) + 0.5].map((x) => x / perSide);
                const point = [0, 0, 0];
                point[axis] = end[axis];
                [1, 2].forEach((step, k) => {
                    const other = (axis + step) % 3;
                    point[other] = low[other] + shares[k] * (high[other] - low[other]);
                });
                positions.push(...point);
                normals.push(...[0, 1, 2].map((other) => (other === axis ? 1 : 0)));
            }
        }
    }
    return { positions: Float32Array.from(positions), normals: Float32Array.from(normals) };
}

function carve(views: readonly View[], cube: UnitCube, side: number): FreeSpace {
    const space = new FreeSpace(side);
    for (const view of views) {
        space.carve(view, cube);
    }
    return space;
}

/** One mask over all of each view. */
function observe(positions: Float32Array, views: readonly View[]): ViewObservation[] {
    const masked = views.map((view) => {
        const { width, height } = view.camera;
        const whole = { region: RunLengthMask.FromBitmap(new Uint8Array(width * height).fill(1), width, height) };
        return {
            view,
            arrangement: CreateMaskArrangement([whole], width, height),
            confidence: Float32Array.of(1),
        };
    });
    return ObserveMasks(positions, masked, 0.08);
}

function enclose(boxes: readonly Box[], views: readonly View[], perSide = 8): Float32Array {
    const { positions, normals } = coverBox(boxes[0], perSide);
    const cube = UnitCube.FromPositions(positions);
    // A region for each side of the box.
    const region = Uint32Array.from({ length: positions.length / 3 }, (_, i) => Math.floor(i / (perSide * perSide)));
    const space = carve(views, cube, 38);
    const observations = observe(positions, views);
    const outerSideOf = (point: number): number => OuterSide(point, positions, normals, observations);
    return MeasureEnclosure(space, cube.toUnit(positions), normals, outerSideOf, region, 6);
}

/** Measures sight between positions in boxes within a cube from -1 to 1; without sides no normal counts. */
function see(
    boxes: readonly Box[],
    places: readonly number[],
    normals: readonly number[] = places.map(() => 0),
    sides: readonly number[] = [],
    views: readonly View[] = ViewsAround(boxes, [0, 0, 0], 5, 20, 48),
): (r: number, s: number) => number {
    const cube = new UnitCube([-1, -1, -1], 2);
    const space = carve(views, cube, 54);
    const positions = Float32Array.from(places);
    const ways = Float32Array.from(normals);
    const outerSideOf = (point: number): number => sides[point] ?? 0;
    const count = places.length / 3;
    const region = Uint32Array.from({ length: count }, (_, i) => i);
    const unit = cube.toUnit(positions);
    const { inside, total } = MeasureSolidSight(space, unit, ways, outerSideOf, region, count);
    return (r, s) => inside[count * r + s] / total[count * r + s];
}

describe("FreeSpace", () => {
    it.each([7, 16, 17])("frees what some view sees past, as one voxel after another does, side %i", (side) => {
        const views = ViewsAround([BOX], [0, 0, 0], 4, 5, 24);
        const cube = new UnitCube([-1, -1, -1], 2);
        const space = carve(views, cube, side);
        const expected = space.free.map((_, i) => {
            const units = [i % side, Math.floor(i / side) % side, Math.floor(i / side / side)].map(
                (voxel) => (voxel + 0.5 - space.toGrid(0)) * space.voxelSize,
            );
            const [x, y, z] = units.map((unit, axis) => cube.toWorldPosition(unit, axis));
            return views.some(({ camera, depth }) => {
                const at = [0, 0, 0];
                camera.project(x, y, z, at);
                const [column, row] = [Math.floor(at[0]), Math.floor(at[1])];
                const isWithin = column >= 0 && row >= 0 && column < camera.width && row < camera.height;
                const surface = isWithin ? depth![row * camera.width + column] : Number.NaN;
                return at[2] > 0 && (surface === 0 || surface > at[2] + 0.75 * cube.toWorldLength(space.voxelSize));
            })
                ? 1
                : 0;
        });
        expect(space.free).toEqual(expected);
        expect(expected.includes(1) && expected.includes(0)).toBe(true);
    });

    it("frees nothing without views or depth, and knows nothing beyond the grid", () => {
        const view = { ...BoxView([], [4, 0, 1], [0, 0, 0]), depth: null };
        const space = carve([view], new UnitCube([0, 0, 0], 1), 9);
        expect(space.free.includes(1)).toBe(false);
        expect(space.isFree(-1, 2, 2)).toBe(false);
        expect(space.contains(8.9, 0, 0)).toBe(true);
        expect(space.contains(9, 0, 0)).toBe(false);
    });
});

describe("SampleRegions", () => {
    it("takes points of the region, every one as often as another", () => {
        const region = Uint32Array.of(0, 1, 1, 1, 0, 2);
        const chosen = SampleRegions(region, 3, 3000, 5);
        expect(chosen.every((point, i) => region[point] === Math.floor(i / 3000))).toBe(true);
        for (const point of [1, 2, 3]) {
            expect(chosen.filter((other) => other === point).length / 3000).toBeCloseTo(1 / 3, 1);
        }
        expect(SampleRegions(region, 3, 3000, 5)).toEqual(chosen);
        expect(SampleRegions(new Uint32Array(0), 0, 2, 1).length).toBe(0);
    });
});

describe("MeasureSolidSight", () => {
    it.each([1, 2, 3, 17])("measures every line as its twin does, %i regions", (count) => {
        const random = CreateRandom(count);
        const space = new FreeSpace(20);
        space.free.forEach((_, i) => {
            space.free[i] = random() < 0.1 ? 1 : 0;
        });
        const positions = Float32Array.from({ length: 3 * count }, () => 0.01 + 0.98 * random());
        const region = Uint32Array.from({ length: count }, (_, i) => i);
        const sides = Array.from({ length: count }, (_, i) => (i % 3) - 1);
        const normals = Float32Array.from(
            sides.flatMap(() => {
                const direction = [random() - 0.5, random() - 0.5, random() - 0.5];
                return direction.map((x) => x / Math.hypot(...direction));
            }),
        );
        const outerSideOf = (point: number): number => sides[point];
        const { inside, total } = MeasureSolidSight(space, positions, normals, outerSideOf, region, count);
        const row = (all: Float32Array, r: number): number[] => [...all.subarray(3 * r, 3 * r + 3)];
        const at = (r: number): number[] => row(positions, r);
        const end = (r: number): ReferenceSightEnd => {
            return { position: at(r), outward: row(normals, r).map((x) => sides[r] * x) };
        };
        const visibility: number[] = [];
        const weights: number[] = [];
        for (let r = 0; r < count; r++) {
            for (let s = 0; s < count; s++) {
                const [a, b] = r < s ? [r, s] : [s, r];
                visibility.push(ReferenceSightLine(space, end(a), end(b), 0.05, 0.5));
                const [start, stop] = [a, b].map((i) => ReferenceSightPlace(space, end(i)));
                weights.push(1 / (0.08 + Math.hypot(...start.map((x, axis) => x - stop[axis])) * space.voxelSize));
            }
        }
        ExpectCloseElements(total, weights, { absolute: 1e-4 });
        ExpectCloseElements(
            inside.map((value, i) => value / total[i]),
            visibility,
            { absolute: 1e-4 },
        );
    });

    it.each([0, 0.02])("sees along a flat side, wherever the grid lies: %f higher", (z) => {
        const board: Box = [
            [-0.9, -0.8, -0.4],
            [0.9, 0.8, z],
        ];
        const up = [0, 0, 1];
        const places = [-0.7, 0.1, z, 0.6, -0.2, z, 0, 0.5, z];
        const views = ViewsAround([board], [0, 0, 0], 5, 8, 112);
        const sight = see([board], places, [up, up, up].flat(), [1, 1, 1], views);
        for (const [r, s] of [
            [0, 1],
            [0, 2],
            [1, 2],
        ]) {
            expect(sight(r, s)).toBeGreaterThan(0.95);
        }
    });

    it("sees through a bar and not from leg to leg", () => {
        // A table of two legs and a board.
        const boxes: Box[] = [
            [
                [-1, -0.3, -1],
                [-0.6, 0.3, 0.8],
            ],
            [
                [0.6, -0.3, -1],
                [1, 0.3, 0.8],
            ],
            [
                [-1, -0.3, 0.6],
                [1, 0.3, 1],
            ],
        ];
        const sight = see(boxes, [-0.8, -0.3, -0.8, -0.8, 0.3, 0.2, 0.8, 0.3, -0.5, -0.9, 0, 0.98, 0.9, 0, 0.7]);
        expect(sight(0, 1)).toBeGreaterThan(0.9);
        expect(sight(3, 4)).toBeGreaterThan(0.9);
        expect(sight(0, 2)).toBe(0);
    });
});

describe("RegionSight", () => {
    it("adds lines up as regions merge", () => {
        const random = CreateRandom(3);
        const region = Uint32Array.of(0, 0, 0, 1, 2, 2, 3);
        const count = 4;
        const value = Array.from({ length: count }, () => Array.from({ length: count }, random));
        const table = (of: (r: number, s: number) => number): Float32Array =>
            Float32Array.from({ length: count * count }, (_, i) => {
                const [r, s] = [Math.floor(i / count), i % count].sort();
                return of(r, s);
            });
        const total = table((r, s) => 1 + value[r][s]);
        const inside = table((r, s) => value[r][s]);
        const enclosed = Float32Array.of(1, 0, 0.5, 1);
        const sight = new RegionSight(region, count, { inside: inside.slice(), total: total.slice() }, enclosed);
        expect(sight.evidence(0, 2, 50)).toBeCloseTo((0.5 * (2 * 4)) / 7, 6);
        sight.merge(0, 1);
        sight.merge(0, 2);
        const sum = (all: Float32Array): number => [0, 1, 2].reduce((result, r) => result + all[3 * count + r], 0);
        expect(sight.sight(0, 3)).toBeCloseTo(sum(inside) / sum(total), 6);
        expect(sight.sight(3, 0)).toBe(sight.sight(0, 3));
        const within = (all: Float32Array): number =>
            [0, 1, 2].reduce((result, r) => result + [0, 1, 2].reduce((row, s) => row + all[count * r + s], 0), 0);
        expect(sight.sight(0, 0)).toBeCloseTo(within(inside) / within(total), 6);
        expect(sight.enclosed(0, 3)).toBeCloseTo(4 / 6, 6);
        expect(sight.evidence(0, 3, 50)).toBeCloseTo((4 / 6) * (4 / 7), 6);
        expect(sight.evidence(0, 3, 0.1)).toBeCloseTo((4 / 6) * 0.1, 6);
    });
});

describe("MeasureEnclosure", () => {
    it("is whole for a closed box that is seen from outside", () => {
        for (const share of enclose([BOX], ViewsAround([BOX], [0, 0, 0], 4, 40))) {
            expect(share).toBeGreaterThan(0.7);
        }
    });

    it("is nothing for a sheet that is seen from both sides", () => {
        const sheet: Box = [
            [-1, -1, -1e-6],
            [1, 1, 1e-6],
        ];
        const views = ViewsAround([sheet], [0, 0, 0], 4, 40);
        // The two large sides are the last regions.
        expect([...enclose([sheet], views).slice(4)]).toEqual([0, 0]);
    });

    it("is nothing for a room that is seen from inside", () => {
        const views = Array.from({ length: 12 }, (_, v) => {
            const to = [Math.cos(v), Math.sin(v), 0.6 * Math.sin(5 * v)];
            return BoxView([BOX], [0.1, 0, 0.05], to);
        });
        expect([...enclose([BOX], views)]).toEqual([0, 0, 0, 0, 0, 0]);
    });

    it("is nothing where no view sees through", () => {
        const views = [BoxView([BOX], [0.3, 0, 3], [0, 0, 0]), BoxView([BOX], [-0.3, 3, 0.1], [0, 0, 0])];
        const blind = views.map((view) => ({ ...view, depth: view.depth!.map(() => 0.01) }));
        expect([...enclose([BOX], blind)]).toEqual([0, 0, 0, 0, 0, 0]);
    });

    it("excludes the line from the top of a block to a neck on it, however short", () => {
        const boxes: Box[] = [
            [
                [-1, -1, -1],
                [1, 1, 0],
            ],
            [
                [-0.3, -0.3, 0],
                [0.3, 0.3, 1],
            ],
        ];
        const places = [0.33, 0, 0, 0.3, 0, 0.03, 0.6, 0.1, -1];
        const normals = [0, 0, 1, 1, 0, 0, 0, 0, 1];
        const sight = see(boxes, places, normals, [1, 1, -1]);
        expect(sight(0, 1)).toBe(0);
        expect(sight(0, 2)).toBeGreaterThan(0.9);
        const unknown = see(boxes, places);
        expect(unknown(0, 1)).toBeGreaterThan(0.2);
    });
});
