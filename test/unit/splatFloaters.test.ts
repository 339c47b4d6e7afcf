import { describe, expect, it } from "vitest";
import { RunCoroutineSync } from "../../src/compute/base/coroutine";
import { CreateRandom } from "../../src/compute/base/random";
import type { SplatData } from "../../src/plugin/content/splatData";
import { FindSplatFloaters } from "../../src/plugin/content/splatFloaters";
import { CreateSplatTable } from "../support/splatScene";

function Splats(positions: readonly (readonly number[])[], opacities: readonly number[]): SplatData {
    const count = positions.length;
    return {
        count,
        positions: Float32Array.from(positions.flat()),
        scales: new Float32Array(3 * count).fill(0.01),
        rotations: Float32Array.from({ length: 4 * count }, (_, i) => (i % 4 === 0 ? 1 : 0)),
        colors: Uint8Array.from({ length: 4 * count }, (_, i) => (i % 4 === 3 ? opacities[i >> 2] : 128)),
    };
}

/** Creates a square sheet of `side` x `side` splats at (x, 0, 0). */
function Sheet(side: number, size: number, x: number): number[][] {
    return Array.from({ length: side * side }, (_, i) => [
        x + ((i % side) / side) * size,
        (Math.floor(i / side) / side) * size,
        0,
    ]);
}

const Find = (splats: SplatData, share: number): Uint8Array => RunCoroutineSync(FindSplatFloaters(splats, 0.1, share));

describe("FindSplatFloaters", () => {
    it("finds isolated splats, near and far, and none on the surface", () => {
        const random = CreateRandom(1);
        const sheet = Sheet(60, 1, 0);
        const floaters = Array.from({ length: 30 }, (_, i) => [random(), random(), i % 2 === 0 ? 0.4 + random() : -50]);
        const far = [
            [1e6, 0, 0],
            [0, -3e8, 0],
        ];
        const isFloater = Find(Splats([...floaters, ...sheet, ...far], new Array(3632).fill(255)), 0.001);
        expect([...isFloater.subarray(30, 3630)].every((value) => value === 0)).toBe(true);
        expect([...isFloater.subarray(3630)]).toEqual([1, 1]);
        expect(isFloater.subarray(0, 30).filter((value) => value === 1).length).toBeGreaterThan(20);
    });

    it("keeps clusters of enough splats, and ignores faint splats", () => {
        // 36 of 3636 are 1 %.
        const positions = [...Sheet(60, 1, 0), ...Sheet(6, 0.1, 3)];
        const opacities = new Array(3636).fill(255);
        expect(Find(Splats(positions, opacities), 0.009).includes(1)).toBe(false);
        const small = Find(Splats(positions, opacities), 0.011);
        expect([...small].map((value, i) => value === (i < 3600 ? 0 : 1)).every(Boolean)).toBe(true);
        expect(Find(Splats(positions, opacities.fill(20, 3600)), 0.011).includes(1)).toBe(false);
    });

    it("finds none for a few splats, or a share of 0", () => {
        expect(Find(Splats([], []), 0.001).length).toBe(0);
        expect([...Find(Splats([[1, 2, 3]], [255]), 0.5)]).toEqual([0]);
        const lone = Splats([...Sheet(60, 1, 0), [9, 9, 9]], new Array(3601).fill(255));
        expect(Find(lone, 0).includes(1)).toBe(false);
        expect(Find(lone, 0.001)[3600]).toBe(1);
    });

    it("keeps objects that stand on a table", () => {
        expect(Find(CreateSplatTable(5000, 1).splats, 0.001).includes(1)).toBe(false);
    });
});
