import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { FindBackdrop } from "../../src/compute/bounds/backdrop";
import { FindBackdropRegions } from "../../src/compute/hierarchy/build/backdropRegions";
import { WeighBackdropAsync } from "../../src/plugin/content/contentBackdrop";

type Vector = readonly [number, number, number];

/** Turned by an arbitrary rotation, so that no axis is special. */
function turned([x, y, z]: Vector): Vector {
    const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
    const [a, b] = [c * x - s * y, s * x + c * y];
    return [a, c * b - s * z, s * b + c * z];
}

function points(count: number, seed: number, create: (random: () => number) => Vector): Float32Array {
    const random = CreateRandom(seed);
    return Float32Array.from(Array.from({ length: count }, () => turned(create(random))).flat());
}

const box = (count: number, [cx, cy, cz]: Vector, size: Vector, seed = 1): Float32Array =>
    points(count, seed, (random) => {
        const face = Math.floor(6 * random());
        const at = [random() - 0.5, random() - 0.5, random() - 0.5];
        at[face >> 1] = (face & 1) - 0.5;
        return [cx + size[0] * at[0], cy + size[1] * at[1], cz + size[2] * at[2]];
    });
const plane = (count: number, size: number, z = 0): Float32Array =>
    points(count, 2, (random) => [size * (random() - 0.5), size * (random() - 0.5), z]);
const sphere = (count: number, radius: number, low = -1): Float32Array =>
    points(count, 3, (random) => {
        const z = low + (1 - low) * random();
        const angle = 2 * Math.PI * random();
        const r = Math.sqrt(1 - z * z);
        return [radius * r * Math.cos(angle), radius * r * Math.sin(angle), radius * z];
    });
const join = (...parts: Float32Array[]): Float32Array => Float32Array.from(parts.flatMap((part) => [...part]));

function isOn(positions: Float32Array): boolean[] {
    const backdrop = FindBackdrop(positions);
    return Array.from({ length: positions.length / 3 }, (_, i) => {
        return backdrop?.contains(positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]) ?? false;
    });
}

describe("FindBackdrop", () => {
    const objects = join(box(300, [0.5, 0, 0.5], [1, 1, 1]), box(200, [-1, 0.5, 0.3], [0.6, 0.6, 0.6], 4));

    it.each<[string, Float32Array]>([
        ["a ground", plane(1500, 8)],
        ["a sky", sphere(1500, 12)],
        ["a dome", sphere(1500, 12, 0)],
        ["a box far around", box(1500, [0, 0, 0], [20, 20, 20], 5)],
        ["a ground in a sky", join(plane(1500, 8), sphere(1500, 30))],
    ])("finds %s behind objects, and nothing of the objects", (_, backdrop) => {
        const found = isOn(join(objects, backdrop));
        // The bottom of objects on the ground lies on it.
        expect(found.slice(0, 500).filter((on) => on).length).toBeLessThan(120);
        expect(found.slice(500).every((on) => on)).toBe(true);
    });

    it.each<[string, Float32Array]>([
        ["nothing", new Float32Array(0)],
        ["one point", Float32Array.of(1, 2, 3)],
        ["a sheet", plane(2000, 3)],
        ["a closed box", box(2000, [0, 0, 0], [3, 2, 1])],
        ["a sphere", sphere(2000, 1)],
        ["a table", join(box(1500, [0, 0, 1], [2, 2, 0.08]), box(600, [0, 0, 0.5], [0.2, 0.2, 1], 6))],
        ["a box on a block as wide", join(box(1500, [0, 0, 0], [2, 2, 1]), box(900, [0, 0, 0.75], [1.8, 1.8, 0.5], 6))],
        ["a room with furniture", join(box(2500, [0, 0, 0], [4, 4, 3]), box(900, [1, 1, -1], [1.5, 1.5, 1], 6))],
        ["objects alone", objects],
        ["a plane through the objects", join(objects, plane(1500, 8, 0.4))],
    ])("finds none in %s", (_, positions) => {
        expect(FindBackdrop(positions)).toBeNull();
    });
});

describe("FindBackdropRegions", () => {
    it("has the regions that lie mostly on the backdrop", () => {
        const positions = join(box(400, [0, 0, 0.6], [1, 1, 1]), plane(1600, 8));
        const region = Uint32Array.from({ length: 2000 }, (_, i) => (i < 200 ? 0 : i < 405 ? 1 : i < 1000 ? 2 : 3));
        const found = FindBackdropRegions(positions, region, 4)!;
        expect([...found.regions]).toEqual([0, 0, 1, 1]);
        expect(found.share).toBeCloseTo(1595 / 2000, 6);
        expect(FindBackdropRegions(positions, new Uint32Array(2000), 1)).toBeNull();
    });
});

describe("WeighBackdropAsync", () => {
    const PACER = { yieldIfDueAsync: (): Promise<void> => Promise.resolve() };
    const areaOf = (): number => 0.5;
    /** A square of two faces between two corners in a plane z. */
    const square = (low: number, high: number, z: number): number[] =>
        [low, low, z, high, low, z, high, high, z, low, low, z, high, high, z, low, high, z] as number[];
    const crate = Array.from({ length: 10 }, (_, i) => square(-0.3, 0.3, 0.1 * (i + 1))).flat();

    it("leaves a third of the samples to the ground", async () => {
        const positions = Float32Array.from([...crate, ...square(-5, 5, 0)]);
        const piece = { kind: "faces" as const, elementCount: positions.length / 9, positions };
        const areas = (p: Float32Array, face: number): number => (p[9 * face + 3] - p[9 * face]) ** 2 / 2 || 0.5;
        const own = (p: Float32Array, face: number): number =>
            Math.max(areas(p, face), Math.abs(p[9 * face + 6] - p[9 * face]) ** 2 / 2);
        const weigh = await WeighBackdropAsync([piece], own, PACER);
        const sum = (from: number, to: number): number => {
            let area = 0;
            for (let face = from; face < to; face++) {
                area += weigh(positions, face);
            }
            return area;
        };
        expect(sum(20, 22) / sum(0, 22)).toBeCloseTo(1 / 3, 6);
        expect(weigh(positions, 0)).toBe(own(positions, 0));
    });

    it("changes nothing without a backdrop", async () => {
        const positions = Float32Array.from(crate);
        const piece = { kind: "faces" as const, elementCount: positions.length / 9, positions };
        expect(await WeighBackdropAsync([piece], areaOf, PACER)).toBe(areaOf);
        expect(await WeighBackdropAsync([], areaOf, PACER)).toBe(areaOf);
    });
});
