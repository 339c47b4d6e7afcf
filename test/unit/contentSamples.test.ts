import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { SampleContentAsync, type SampledPiece } from "../../src/plugin/content/contentSamples";

const PACER = { yieldIfDueAsync: (): Promise<void> => Promise.resolve() };

/** Triangles of very different size, with each corner's number as its color. */
function RandomFaces(count: number, firstElement: number, seed: number): SampledPiece {
    const random = CreateRandom(seed);
    const positions = new Float32Array(9 * count);
    for (let face = 0; face < count; face++) {
        const size = 10 ** (-2 * random());
        for (let i = 0; i < 9; i++) {
            positions[9 * face + i] = size * random();
        }
    }
    const normals = Float32Array.from({ length: 9 * count }, () => random() - 0.5);
    const colors = Float32Array.from({ length: 12 * count }, (_, i) => ((i >> 2) % 3 === i % 4 ? 1 : 0));
    return {
        kind: "faces",
        firstElement,
        elementCount: count,
        positions,
        normals,
        colors,
        baseUvs: null,
        emissiveUvs: null,
    };
}

function Area(positions: Float32Array, face: number): number {
    const [ax, ay, az, bx, by, bz, cx, cy, cz] = positions.subarray(9 * face, 9 * face + 9);
    const [ux, uy, uz, vx, vy, vz] = [bx - ax, by - ay, bz - az, cx - ax, cy - ay, cz - az];
    return Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx) / 2;
}

describe("SampleContentAsync", () => {
    it.each([1, 2, 3])("samples faces by area, seed %s", async (seed) => {
        const piece = RandomFaces(300, 0, seed);
        const count = 20_000;
        const { elements } = await SampleContentAsync([piece], { count, seed }, PACER);
        const areas = Array.from({ length: 300 }, (_, face) => Area(piece.positions, face));
        const total = areas.reduce((sum, area) => sum + area, 0);
        const drawn = new Float64Array(300);
        for (const element of elements) {
            drawn[element]++;
        }
        let square = 0;
        let largest = 0;
        areas.forEach((area, face) => {
            const expected = (count * area) / total;
            square += (drawn[face] - expected) ** 2 / expected;
            largest = Math.max(largest, Math.abs(drawn[face] - expected));
        });
        // Independent draws would give chi square = 299 +- 24; shares of equal area stray less.
        expect(square, `seed ${seed}`).toBeLessThan(299 + 3 * 24);
        // Each end of a face's stretch of the area shares one sample with its neighbor.
        expect(largest, `seed ${seed}`).toBeLessThan(2);
    });

    it("spreads samples evenly over a face", async () => {
        const seed = 7;
        const piece = RandomFaces(1, 0, seed);
        const { barycentrics } = await SampleContentAsync([piece], { count: 9000, seed }, PACER);
        // Parted into 9 triangles of equal area by thirds of the weights.
        const drawn = new Map<string, number>();
        for (let i = 0; i < barycentrics.length; i += 2) {
            const [u, v] = [barycentrics[i], barycentrics[i + 1]];
            expect(u >= 0 && v >= 0 && u + v <= 1).toBe(true);
            const key = [u, v, 1 - u - v].map((weight) => Math.floor(3 * weight)).join();
            drawn.set(key, (drawn.get(key) ?? 0) + 1);
        }
        expect(drawn.size).toBe(9);
        const square = [...drawn.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
        expect(square, `seed ${seed}`).toBeLessThan(20.1); // 8 degrees of freedom, 1 %
    });

    it("interpolates the corners' attributes, links samples to their faces, and continues across pieces", async () => {
        const seed = 11;
        const pieces = [RandomFaces(40, 0, 1), RandomFaces(60, 40, 2)];
        const samples = await SampleContentAsync(pieces, { count: 1000, seed }, PACER);
        expect(samples.elements.length).toBe(1000);
        expect(samples.runs.map(({ first, count }) => [first, first + count])).toEqual([
            [0, samples.runs[0].count],
            [samples.runs[0].count, 1000],
        ]);
        for (const { piece, first, count, colors } of samples.runs) {
            for (let i = first; i < first + count; i++) {
                const face = samples.elements[i] - piece.firstElement;
                const [u, v] = samples.barycentrics.subarray(2 * i, 2 * i + 2);
                const weights = [1 - u - v, u, v];
                for (let a = 0; a < 3; a++) {
                    const blend = (values: Float32Array): number =>
                        weights.reduce((sum, weight, c) => sum + weight * values[9 * face + 3 * c + a], 0);
                    expect(samples.positions[3 * i + a]).toBeCloseTo(blend(piece.positions), 5);
                    expect(colors![4 * (i - first) + a]).toBeCloseTo(weights[a], 5);
                    const length = Math.hypot(...samples.normals!.subarray(3 * i, 3 * i + 3));
                    expect(length).toBeCloseTo(1, 5);
                }
            }
        }
        const again = await SampleContentAsync(pieces, { count: 1000, seed }, PACER);
        expect(again.positions).toEqual(samples.positions);
        const other = await SampleContentAsync(pieces, { count: 1000, seed: seed + 1 }, PACER);
        expect(other.positions).not.toEqual(samples.positions);
    });

    it("keeps all points, beside samples of faces", async () => {
        const points: SampledPiece = {
            kind: "points",
            firstElement: 5,
            elementCount: 3,
            positions: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9),
            normals: null,
            colors: null,
            baseUvs: null,
            emissiveUvs: null,
        };
        const samples = await SampleContentAsync([RandomFaces(5, 0, 1), points], { count: 10, seed: 1 }, PACER);
        expect([...samples.elements.subarray(10)]).toEqual([5, 6, 7]);
        expect(samples.positions.subarray(30)).toEqual(points.positions);
        expect(samples.normals).toBeNull();
        expect((await SampleContentAsync([points], { count: 10, seed: 1 }, PACER)).elements.length).toBe(3);
    });

    it("throws on faces without area and on invalid numbers", async () => {
        const flat = { ...RandomFaces(2, 0, 1), positions: new Float32Array(18) };
        await expect(SampleContentAsync([flat], { count: 10, seed: 1 }, PACER)).rejects.toThrow(/no area/);
        await expect(SampleContentAsync([flat], { count: -1, seed: 1 }, PACER)).rejects.toThrow(/-1/);
    });
});
