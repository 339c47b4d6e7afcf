import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { ForEachVisible } from "../../src/compute/hierarchy/build/observations";
import type { View } from "../../src/compute/views/capture";
import { CreateCamera } from "../support/cameras";

const SIZE = 24;

/** Creates a view straight down from z = 5 at the plane z = slope x, with exact depth at the pixels' centers. */
function CreateView(slope: number): View {
    const camera = CreateCamera(SIZE, { focal: 2 * SIZE, position: [0, 0, 5] });
    const depth = new Float32Array(SIZE * SIZE);
    for (let p = 0; p < depth.length; p++) {
        // x = u d, z = 5 - d = slope x
        const u = ((p % SIZE) + 0.5 - SIZE / 2) / (2 * SIZE);
        depth[p] = 5 / (1 + slope * u);
    }
    return { name: "above", camera, image: new Uint8Array(4 * SIZE * SIZE), depth };
}

describe("ForEachVisible with faces", () => {
    it.each([0, 0.5, 1])("finds exactly the points of a face of slope %s, and none slightly below", (slope) => {
        const seed = 9;
        const random = CreateRandom(seed);
        const count = 400;
        const positions = new Float32Array(6 * count);
        const normals = new Float32Array(6 * count);
        const length = Math.hypot(slope, 1);
        for (let i = 0; i < 2 * count; i++) {
            const [x, y] = [1.6 * random() - 0.8, 1.6 * random() - 0.8];
            positions.set([x, y, slope * x - (i < count ? 0 : 0.01)], 3 * i);
            const sign = random() < 0.5 ? 1 : -1; // normals may have either sign
            normals.set([(-sign * slope) / length, 0, sign / length], 3 * i);
        }
        const seen = new Set<number>();
        ForEachVisible(positions, CreateView(slope), 1e-4, (point) => seen.add(point), normals);
        expect(
            [...seen].filter((point) => point >= count),
            `seed ${seed}`,
        ).toEqual([]);
        expect(seen.size, `seed ${seed}`).toBe(count); // the whole square is in the image
        // A depth tolerance that accepts all points of a slope also accepts points below it.
        const loose = new Set<number>();
        ForEachVisible(positions, CreateView(slope), 1e-4, (point) => loose.add(point));
        expect(loose.size === count).toBe(slope === 0);
    });

    it("skips faces that are seen edge-on", () => {
        const positions = Float32Array.of(0, 0, 0);
        let seen = 0;
        ForEachVisible(positions, CreateView(0), 1, () => seen++, Float32Array.of(1, 0, 0));
        expect(seen).toBe(0);
    });
});
