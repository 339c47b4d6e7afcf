import { describe, expect, it } from "vitest";
import { SortIndices, SortIndicesCoroutine } from "../../src/compute/algorithms/sortIndices";
import { CreateRandom } from "../../src/compute/base/random";
import { ExpectSameElements } from "../support/arrays";
import { CountRuns } from "../support/countRuns";

const SEED = 11;

describe(`SortIndices (seed ${SEED})`, () => {
    const random = CreateRandom(SEED);
    const kinds = {
        // Few values, so that equal keys are common, whose order the sort has to keep.
        u32: (n: number) => Uint32Array.from({ length: n }, () => Math.floor(random() * 50) * 80_000_000),
        f32: (n: number) => Float32Array.from({ length: n }, () => Math.floor(random() * 40 - 20) / 7),
        f64: (n: number) =>
            Float64Array.from(
                { length: n },
                () => (Math.floor(random() * 40 - 20) / 7) * 10 ** Math.floor(random() * 3),
            ),
    };
    for (const [kind, make] of Object.entries(kinds)) {
        it.each([0, 1, 2, 255, 256, 257, 20_003])(`sorts ${kind} keys stably, n = %i`, (n) => {
            const keys = make(n);
            const expected = Array.from({ length: n }, (_, i) => i).sort((a, b) => keys[a] - keys[b] || a - b);
            expect(Array.from(SortIndices(keys))).toEqual(expected);
        });
    }

    it("sorts in time slices", () => {
        const keys = Float32Array.from({ length: 300_000 }, random);
        const { runs, value } = CountRuns(SortIndicesCoroutine(keys));
        ExpectSameElements(value, SortIndices(keys));
        // Three digits, each counted and then moved, at most 131,072 keys per chunk.
        expect(runs).toBeGreaterThanOrEqual(2 * 3 * 3);
    });

    it("treats both zeros as equal and infinities as the ends", () => {
        const keys = [0, -0, Number.POSITIVE_INFINITY, -1e-300, Number.NEGATIVE_INFINITY, 0];
        expect(Array.from(SortIndices(Float64Array.from(keys)))).toEqual([4, 3, 0, 1, 5, 2]);
        expect(Array.from(SortIndices(Float32Array.of(0, -0, Number.NEGATIVE_INFINITY)))).toEqual([2, 0, 1]);
    });
});
