import { describe, expect, it } from "vitest";
import { CreateNeighborGraph } from "../../src/compute/algorithms/neighborGraph";
import { EstimateNormals } from "../../src/compute/algorithms/normals";
import { CreateRandom } from "../../src/compute/base/random";

const SEED = 71;

type Vector = readonly number[];

const dot = (a: Vector, b: Vector): number => a.reduce((sum, x, i) => sum + x * b[i], 0);
const unit = (a: Vector): number[] => a.map((x) => x / Math.hypot(...a));

function normalsOf(points: Vector[], k = 16, count?: number): number[][] {
    const positions = Float32Array.from(points.flat());
    const normals = EstimateNormals(positions, CreateNeighborGraph(positions, k), count);
    return points.map((_, i) => [...normals.subarray(3 * i, 3 * i + 3)]);
}

describe(`EstimateNormals (seed ${SEED})`, () => {
    it.each([[[0, 0, 1]], [[1, 0, 0]], [[0, 1, 0]], [[1, 2, 3]], [[-1, 1, 1e-3]]])(
        "returns the normal of a plane, %j",
        (direction) => {
            const normal = unit(direction);
            const random = CreateRandom(SEED);
            // Random points, moved along the normal into the plane at a distance of 0.3.
            const points = Array.from({ length: 400 }, () => {
                const p = [random(), random(), random()];
                const off = dot(p, normal) - 0.3;
                return p.map((x, a) => x - off * normal[a]);
            });
            for (const found of normalsOf(points)) {
                // Rounding of the coordinates, 6e-8, against a neighborhood's width of about 0.1; 1 - cosine depends on
                // the square.
                expect(Math.abs(dot(found, normal))).toBeGreaterThan(1 - 1e-6);
                expect(Math.hypot(...found)).toBeCloseTo(1, 6);
            }
        },
    );

    it("returns normals along the radius of a sphere", () => {
        const random = CreateRandom(SEED + 1);
        const points = Array.from({ length: 6000 }, () => {
            const z = 2 * random() - 1;
            const angle = 2 * Math.PI * random();
            const r = Math.sqrt(1 - z * z);
            return [r * Math.cos(angle), r * Math.sin(angle), z];
        });
        const cosines = normalsOf(points).map((normal, i) => Math.abs(dot(normal, points[i])));
        // 16 of 6000 points lie within 0.1 radians: the curvature tilts their plane by a few hundredths.
        expect(Math.min(...cosines)).toBeGreaterThan(Math.cos(0.15));
        expect(cosines.reduce((a, b) => a + b, 0) / cosines.length).toBeGreaterThan(Math.cos(0.05));
    });

    it("uses the given number of neighbors", () => {
        // A floor, one row of points a step apart in x, that meets a wall: near the edge a few nearest neighbors all
        // lie on the floor.
        const floor = Array.from({ length: 100 }, (_, i) => [0.5 + Math.floor(i / 10), (i % 10) + 0.01 * (i % 3), 0]);
        const wall = Array.from({ length: 100 }, (_, i) => [0, (i % 10) + 0.01 * (i % 3), 0.5 + Math.floor(i / 10)]);
        const row = [...floor, ...wall];
        const isFlat = (normal: number[]): boolean => Math.abs(normal[2]) > 0.999;
        const few = normalsOf(row, 30, 4).slice(10, 100).filter(isFlat).length;
        const many = normalsOf(row, 30, 30).slice(10, 100).filter(isFlat).length;
        expect(few).toBeGreaterThan(many + 5);
    });

    it("returns a perpendicular of a line, and +z for coincident and single points", () => {
        const direction = unit([3, -1, 2]);
        const line = Array.from({ length: 50 }, (_, i) => direction.map((x) => 0.02 * i * x));
        for (const normal of normalsOf(line)) {
            expect(Math.hypot(...normal)).toBeCloseTo(1, 6);
            // The two smaller eigenvalues are rounding errors, so the normal is any perpendicular direction.
            expect(Math.abs(dot(normal, direction))).toBeLessThan(0.01);
        }
        expect(normalsOf(Array.from({ length: 5 }, () => [1, 2, 3]))).toEqual(
            Array.from({ length: 5 }, () => [0, 0, 1]),
        );
        expect(normalsOf([[1, 2, 3]])).toEqual([[0, 0, 1]]);
        expect(normalsOf([])).toEqual([]);
    });
});
