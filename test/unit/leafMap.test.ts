import { describe, expect, it } from "vitest";
import { FindFaceNeighbors, NO_NEIGHBOR } from "../../src/compute/algorithms/faceNeighbors";
import { Pacer } from "../../src/compute/base/pacer";
import { CreateRandom } from "../../src/compute/base/random";
import { LeafMap } from "../../src/plugin/display/leafMap";

const IDENTITY = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
const ALONE = Uint32Array.of(NO_NEIGHBOR, NO_NEIGHBOR, NO_NEIGHBOR);

describe("FindFaceNeighbors", () => {
    it("returns all other faces for each face of a tetrahedron", () => {
        const corners = [
            [0, 0, 0],
            [1, 0, 0],
            [0, 1, 0],
            [0, -0, 1],
        ];
        const faces = [
            [0, 2, 1],
            [0, 1, 3],
            [0, 3, 2],
            [1, 2, 3],
        ];
        const neighbors = FindFaceNeighbors(Float32Array.from(faces.flat().flatMap((corner) => corners[corner])));
        faces.forEach((corners, face) => {
            const others = [0, 1, 2].map((edge) => {
                const code = neighbors[3 * face + edge];
                const [other, opposite, turned] = [code >>> 3, (code >>> 1) & 3, code & 1];
                expect(turned, `face ${face}, edge ${edge}`).toBe(0);
                // The edge has the two corners that both faces share, opposite to each face's other corner.
                expect(corners).not.toContain(faces[other][opposite]);
                expect(faces[other]).not.toContain(corners[edge]);
                return other;
            });
            expect(others.sort()).toEqual([0, 1, 2, 3].filter((other) => other !== face));
        });
    });

    it("marks open edges, and faces with the same direction along an edge", () => {
        const triangles = [
            [0, 0, 0, 1, 0, 0, 0, 1, 0],
            [1, 0, 0, 0, 1, 0, 1, 1, 0], // 1 -> 2 like the first face
        ];
        const neighbors = FindFaceNeighbors(Float32Array.from(triangles.flat()));
        expect([...neighbors]).toEqual([
            8 * 1 + 2 * 2 + 1,
            NO_NEIGHBOR,
            NO_NEIGHBOR,
            NO_NEIGHBOR,
            NO_NEIGHBOR,
            8 * 0 + 2 * 0 + 1,
        ]);
    });
});

describe("LeafMap", () => {
    it("gives faces with at most one sample one leaf, separately for each instance", async () => {
        const corners = Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 1, 0, 1, 1);
        const map = await LeafMap.CreateAsync(
            {
                corners,
                frames: Float32Array.of(...IDENTITY, ...IDENTITY),
                neighbors: Uint32Array.of(...ALONE, ...ALONE),
                leafOfFace: Uint32Array.of(7, 7, 9, 8),
                faceOfSample: Uint32Array.of(0, 2, 3),
                weights: new Float32Array(6),
                firstLeaf: 7,
                spacing: 1,
            },
            new Pacer("Mapping leaves"),
        );
        expect([0, 1, 2, 3].map((face) => map.leafAt(face, 0.3, 0.3))).toEqual([7, 7, 9, 8]);
    });

    it.each([
        ["square", [1, 0, 0], [0, 1, 0], 400],
        ["acute", [1, 0, 0], [0.7, 0.7, 0.2], 400],
        ["long", [6, 0, 0], [0.2, 0.3, 0], 300],
        ["one of few", [1, 0, 0], [0, 1, 0], 3],
    ] as const)("gives points on a face the leaf of the nearest sample (%s)", async (_, a, b, count) => {
        const seed = 31;
        const random = CreateRandom(seed);
        const weights = new Float32Array(2 * count);
        for (let s = 0; s < count; s++) {
            // The R2 sequence, like the samples of content.
            const [u, v] = [(0.5 + s * 0.7548776662466927) % 1, (0.5 + s * 0.5698402909980532) % 1];
            weights.set(u + v > 1 ? [1 - u, 1 - v] : [u, v], 2 * s);
        }
        const cross = Math.hypot(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]);
        const spacing = Math.sqrt(cross / 2 / count);
        const map = await LeafMap.CreateAsync(
            {
                corners: Float32Array.of(5, 5, 5, 5 + a[0], 5 + a[1], 5 + a[2], 5 + b[0], 5 + b[1], 5 + b[2]),
                frames: IDENTITY,
                neighbors: ALONE,
                leafOfFace: Uint32Array.of(10),
                faceOfSample: new Uint32Array(count),
                weights,
                firstLeaf: 10,
                spacing,
            },
            new Pacer("Mapping leaves"),
        );
        const far = (u: number, v: number, s: number): number => {
            const [du, dv] = [u - weights[2 * s], v - weights[2 * s + 1]];
            return Math.hypot(du * a[0] + dv * b[0], du * a[1] + dv * b[1], du * a[2] + dv * b[2]);
        };
        let wrong = 0;
        let worst = 0;
        const queryCount = 4000;
        for (let i = 0; i < queryCount; i++) {
            let [u, v] = [random(), random()];
            if (u + v > 1) {
                [u, v] = [1 - u, 1 - v];
            }
            const found = map.leafAt(0, u, v) - 10;
            const nearest = Math.min(...Array.from({ length: count }, (__, s) => far(u, v, s)));
            const excess = far(u, v, found) - nearest;
            worst = Math.max(worst, excess);
            wrong += excess > 1e-4 * spacing ? 1 : 0;
        }
        const note = `seed ${seed}: ${wrong} of ${queryCount} not the nearest, by up to ${worst / spacing} spacings`;
        // Two samples in one cell, and samples that pass each other, cost a few points along borders.
        expect(wrong, note).toBeLessThan(queryCount / 50);
        expect(worst, note).toBeLessThan(spacing);
    });

    it("gives every sample the point where it lies", async () => {
        const count = 1000;
        const weights = new Float32Array(2 * count);
        for (let s = 0; s < count; s++) {
            const [u, v] = [(0.2 + s * 0.7548776662466927) % 1, (0.9 + s * 0.5698402909980532) % 1];
            weights.set(u + v > 1 ? [1 - u, 1 - v] : [u, v], 2 * s);
        }
        const map = await LeafMap.CreateAsync(
            {
                corners: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0),
                frames: IDENTITY,
                neighbors: ALONE,
                leafOfFace: Uint32Array.of(0),
                faceOfSample: new Uint32Array(count),
                weights,
                firstLeaf: 0,
                spacing: Math.sqrt(0.5 / count),
            },
            new Pacer("Mapping leaves"),
        );
        let lost = 0;
        for (let s = 0; s < count; s++) {
            lost += map.leafAt(0, weights[2 * s], weights[2 * s + 1]) === s ? 0 : 1;
        }
        expect(lost).toBeLessThan(count / 100);
    });
});
