import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { HierarchyBuilder } from "../../src/compute/hierarchy/build/hierarchyBuilder";
import type { MaskedView } from "../../src/compute/hierarchy/build/observations";
import { CutAtCount, LabelLeaves } from "../../src/compute/hierarchy/cut/partition";
import { CreateMaskArrangement } from "../../src/compute/masks/maskArrangement";
import { RunLengthMask } from "../../src/compute/masks/runLengthMask";
import type { CaptureGeometry, View } from "../../src/compute/views/capture";
import { HierarchyJob } from "../../src/plugin/pipeline/hierarchyJob";
import { CreateCamera } from "../support/cameras";

const SIZE = 32;

const FULL_MASK = {
    region: RunLengthMask.FromCounts([0, SIZE * SIZE], SIZE, SIZE),
    predictedIou: 1,
    stability: 1,
};

/** Creates a view straight down from z = 4 at the square -1..1 at z = 0. */
function CreateView(): View {
    return {
        name: "above",
        camera: CreateCamera(SIZE, { focal: 2 * SIZE }),
        image: new Uint8Array(4 * SIZE * SIZE).fill(255),
        depth: new Float32Array(SIZE * SIZE).fill(4),
    };
}

function CreateGeometry(seed: number): CaptureGeometry & { positions: Float32Array } {
    const random = CreateRandom(seed);
    const count = 300;
    const positions = new Float32Array(3 * count);
    const normals = new Float32Array(3 * count);
    const colors = new Uint8Array(3 * count);
    for (let i = 0; i < count; i++) {
        const x = 1.6 * random() - 0.8;
        positions.set([x, 1.6 * random() - 0.8, 0], 3 * i);
        // The positions are smooth; only the given normals and colors separate left from right.
        normals.set(x < 0 ? [0, 0, 1] : [1, 0, 0], 3 * i);
        colors.set(x < 0 ? [200, 0, 0] : [0, 0, 200], 3 * i);
    }
    return { positions, normals, colors };
}

describe("given leaves", () => {
    const seed = 4;
    const view = CreateView();
    const masked: MaskedView = {
        view,
        arrangement: CreateMaskArrangement([FULL_MASK], SIZE, SIZE),
        confidence: Float32Array.of(1),
    };

    it("are each in one part, also where a hidden leaf has no finite normal", () => {
        const geometry = CreateGeometry(seed);
        const hidden = [7, 150, 299];
        for (const leaf of hidden) {
            geometry.positions[3 * leaf + 2] = -1; // behind the surface, which no view sees
            geometry.normals!.fill(Number.NaN, 3 * leaf, 3 * leaf + 3);
        }
        const builder = new HierarchyBuilder({ name: "given", views: [view], maskedViews: [masked], geometry });
        const { order } = builder.build(["consensus"], null).dendrogram("consensus");
        expect([...order].sort((a, b) => a - b)).toEqual([...geometry.positions.keys()].slice(0, 300));
    });

    it("keep their order, colors and normals", () => {
        const geometry = CreateGeometry(seed);
        const builder = new HierarchyBuilder({ name: "given", views: [view], maskedViews: [masked], geometry });
        expect(builder.cloud.positions).toEqual(geometry.positions);
        expect(builder.colors[0]).toBeCloseTo(geometry.colors![0] / 255, 6);
        const observed = new HierarchyBuilder({
            name: "given",
            views: [view],
            maskedViews: [masked],
            geometry: { ...geometry, colors: null },
        });
        expect([...observed.colors.subarray(0, 3)]).toEqual([1, 1, 1]);
    });

    it("separate at their normals when they pass through the job", () => {
        const input = {
            capture: { name: "given", views: [view], heldOutViews: [], geometry: CreateGeometry(seed) },
            masks: { views: [{ masks: [FULL_MASK] }] },
            options: { superpoints: { count: 2 } },
        };
        const job = new HierarchyJob(structuredClone(input) as never, () => {});
        const hierarchy = job.build(["consensus"], null);
        const { positions } = input.capture.geometry;
        expect(hierarchy.positions).toEqual(positions);
        expect(hierarchy.colors).toEqual(input.capture.geometry.colors);
        const labels = LabelLeaves(CutAtCount(hierarchy.dendrogram("consensus"), 2));
        for (let leaf = 0; leaf < labels.length; leaf++) {
            expect(labels[leaf] === labels[0], `seed ${seed}`).toBe(positions[3 * leaf] < 0 === positions[0] < 0);
        }
    });

    it("merge with a similar visible leaf nearby when no view sees them", () => {
        const geometry = CreateGeometry(seed);
        const count = geometry.positions.length / 3;
        // Below each leaf is another, nearer than any other leaf, but of the other color where x is near 0.
        const twice = <T extends Float32Array | Uint8Array>(values: T, create: (size: number) => T): T => {
            const all = create(2 * values.length);
            all.set(values);
            all.set(values, values.length);
            return all;
        };
        const positions = twice(geometry.positions, (size) => new Float32Array(size));
        for (let i = count; i < 2 * count; i++) {
            positions[3 * i + 2] = -0.5;
        }
        const colors = twice(geometry.colors!, (size) => new Uint8Array(size));
        const normals = twice(geometry.normals!, (size) => new Float32Array(size));
        const input = {
            capture: { name: "given", views: [view], heldOutViews: [], geometry: { positions, colors, normals } },
            masks: { views: [{ masks: [FULL_MASK] }] },
            options: { superpoints: { count: 2 } },
        };
        const job = new HierarchyJob(input, () => {});
        expect(job.positions).toEqual(geometry.positions);
        const hierarchy = job.build(["consensus", "area"], null);
        for (const criterion of ["consensus", "area"] as const) {
            const dendrogram = hierarchy.dendrogram(criterion);
            expect(hierarchy.leafCount).toBe(2 * count);
            // With as many parts as visible leaves, each hidden leaf is in the part of a visible one.
            const labels = LabelLeaves(CutAtCount(dendrogram, count));
            const hosts = new Map([...labels.subarray(0, count)].map((label, leaf) => [label, leaf]));
            expect(hosts.size).toBe(count);
            for (let i = count; i < 2 * count; i++) {
                const host = hosts.get(labels[i])!;
                expect(positions[3 * host] < 0, `seed ${seed}, leaf ${i}`).toBe(positions[3 * i] < 0);
            }
        }
        const elsewhere = positions.map((value) => value + 100);
        const lost = { ...input, capture: { ...input.capture, geometry: { positions: elsewhere, colors, normals } } };
        expect(() => new HierarchyJob(lost, () => {}).positions).toThrow(/sees any of the 600 points/);
    });
});
