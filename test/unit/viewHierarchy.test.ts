import { describe, expect, it } from "vitest";
import { CreateImageGraph } from "../../src/compute/hierarchy/imageGraph";
import { CutAtCount, CutAtHeight } from "../../src/compute/hierarchy/partition";
import { CreateViewHierarchy, LabelViewPixels } from "../../src/compute/hierarchy/viewHierarchy";
import { CreateRandom } from "../../src/compute/random";
import type { View } from "../../src/compute/views/capture";
import { PinholeCamera } from "../../src/compute/views/pinholeCamera";
import { EstimateViewNormals } from "../../src/compute/views/viewNormals";

const POSE = Float64Array.from([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);

function PlainView(width: number, height: number, depth: Float32Array | null): View {
    const camera = new PinholeCamera(width, height, 50, 60, width / 2 + 1, height / 2 - 1, POSE);
    return { name: "plain", camera, image: new Uint8Array(4 * width * height).fill(255), depth };
}

describe("CreateImageGraph", () => {
    it("joins the neighbors inside, each pair once", () => {
        // 1 1
        // 0 1
        // 1 1
        const four = CreateImageGraph(2, 3, [1, 1, 0, 1, 1, 1], 4);
        expect([...four.pixels]).toEqual([0, 1, 3, 4, 5]);
        expect([...four.vertexOfPixel]).toEqual([0, 1, -1, 2, 3, 4]);
        expect([...four.from].map((a, e) => [a, four.to[e]])).toEqual([
            [0, 1],
            [1, 2],
            [2, 4],
            [3, 4],
        ]);
        const eight = CreateImageGraph(2, 3, [1, 1, 0, 1, 1, 1], 8);
        expect([...eight.from].map((a, e) => [a, eight.to[e]])).toEqual([
            [0, 1],
            [0, 2],
            [1, 2],
            [2, 3],
            [2, 4],
            [3, 4],
        ]);
    });

    it.each([4, 8] as const)("agrees with the definition for %d neighbors", (neighbors) => {
        for (let seed = 1; seed <= 5; seed++) {
            const random = CreateRandom(seed);
            const width = 1 + Math.floor(12 * random());
            const height = 1 + Math.floor(12 * random());
            const inside = Uint8Array.from({ length: width * height }, () => (random() < 0.7 ? 1 : 0));
            const graph = CreateImageGraph(width, height, seed === 1 ? null : inside, neighbors);
            const wanted: string[] = [];
            graph.pixels.forEach((p, a) => {
                graph.pixels.forEach((q, b) => {
                    const dx = Math.abs((p % width) - (q % width));
                    const dy = Math.abs(Math.floor(p / width) - Math.floor(q / width));
                    if (a < b && Math.max(dx, dy) === 1 && (neighbors === 8 || dx + dy === 1)) {
                        wanted.push(`${a}-${b}`);
                    }
                });
            });
            expect(
                [...graph.from].map((a, e) => `${a}-${graph.to[e]}`),
                `seed ${seed}`,
            ).toEqual(wanted);
        }
    });

    it("may be empty", () => {
        const graph = CreateImageGraph(3, 2, new Uint8Array(6), 8);
        expect([graph.vertexCount, graph.from.length]).toEqual([0, 0]);
    });
});

describe("CreateViewHierarchy", () => {
    // Columns 0-2 and 3-5 of unlike features; within the right half rows 0-1 and 2-3 differ a little. Pixel (0, 0) shows nothing.
    const width = 6;
    const height = 4;
    const angle = (p: number): number => (p % width < 3 ? 0 : Math.floor(p / width) < 2 ? 1 : 1.2);
    const features = Float32Array.from({ length: 2 * width * height }, (_, i) =>
        i % 2 === 0 ? Math.cos(angle(i >> 1)) : Math.sin(angle(i >> 1)),
    );
    const depth = new Float32Array(width * height).fill(2);
    depth[0] = 0;
    const view = PlainView(width, height, depth);

    it("finds the parts of a view at every scale", () => {
        const made = CreateViewHierarchy(view, features, 2);
        const dendrogram = made.hierarchy.dendrogram("distance");
        expect(made.hierarchy.leafCount).toBe(23);
        const image = (count: number): number[] => [...LabelViewPixels(made, CutAtCount(dendrogram, count))];
        expect(new Set(image(1))).toEqual(new Set([-1, 0]));
        for (const [count, part] of [
            [2, (p: number) => (angle(p) > 0 ? 1 : 0)],
            [3, (p: number) => angle(p)],
        ] as const) {
            const labels = image(count);
            expect(labels[0]).toBe(-1);
            for (let p = 1; p < labels.length; p++) {
                for (let q = 1; q < p; q++) {
                    expect(labels[p] === labels[q], `pixels ${p} and ${q} of ${count} parts`).toBe(part(p) === part(q));
                }
            }
        }
        // The step from one half to the other is a chord of 1 radian; float32 features.
        expect(CutAtHeight(dendrogram, 2 * Math.sin(0.5) - 1e-5).partCount).toBe(2);
        expect(CutAtHeight(dendrogram, 2 * Math.sin(0.5) + 1e-5).partCount).toBe(1);
    });

    it("places its leaves in the world, or in the image where there is no depth", () => {
        const made = CreateViewHierarchy(view, features, 2, { criteria: ["area", "volume"] });
        expect(made.hierarchy.criteria).toEqual(["area", "volume"]);
        const wanted: number[] = [];
        view.camera.unproject(1.5, 0.5, 2, wanted);
        wanted.forEach((value, k) => {
            expect(made.hierarchy.positions[k]).toBeCloseTo(value, 5);
        });
        const flat = CreateViewHierarchy(PlainView(width, height, null), features, 2);
        expect([...flat.hierarchy.positions.subarray(3, 6)]).toEqual([1.5, -0.5, 0]);
        expect(flat.hierarchy.leafCount).toBe(24);
    });

    it("keeps pieces apart that do not touch, and takes a view that shows nothing", () => {
        const gap = depth.slice();
        for (let y = 0; y < height; y++) {
            gap[y * width + 3] = 0;
        }
        const apart = CreateViewHierarchy(PlainView(width, height, gap), features, 2).hierarchy.dendrogram("distance");
        expect(apart.componentCount).toBe(2);
        const empty = CreateViewHierarchy(PlainView(width, height, new Float32Array(24)), features, 2);
        expect(empty.hierarchy.leafCount).toBe(0);
    });

    it("names what does not fit", () => {
        expect(() => CreateViewHierarchy(view, features, 3)).toThrow("View plain: 48 feature values were given");
        const broken = features.slice();
        broken[2 * 8 + 1] = Number.NaN;
        expect(() => CreateViewHierarchy(view, broken, 2)).toThrow("column 2, row 1 is not finite");
        broken[2 * 8 + 1] = 0;
        broken[0] = Number.NaN;
        // A pixel that shows nothing may hold anything.
        expect(CreateViewHierarchy(view, broken, 2).hierarchy.leafCount).toBe(23);
    });
});

describe("EstimateViewNormals", () => {
    it.each([1, 2])("finds the normals of two planes up to their crease (step %d)", (step) => {
        const width = 24;
        const height = 18;
        const planes = [
            [0.3, 0.2, 0.93],
            [-0.5, 0.1, 0.86],
        ].map((n) => n.map((value) => value / Math.hypot(...n)));
        const view = PlainView(width, height, new Float32Array(width * height));
        const { focalX, focalY, centerX, centerY } = view.camera;
        const depth = new Float32Array(width * height);
        for (let p = 0; p < depth.length; p++) {
            const x = ((p % width) + 0.5 - centerX) / focalX;
            const y = (centerY - Math.floor(p / width) - 0.5) / focalY;
            const [a, b, c] = planes[p % width < 10 ? 0 : 1];
            // normal . (x, y, -1) z = -3
            depth[p] = -3 / (a * x + b * y - c);
        }
        depth[0] = 0;
        const normals = EstimateViewNormals({ ...view, depth }, step);
        expect([...normals.subarray(0, 3)]).toEqual([0, 0, 0]);
        for (let p = 0; p < depth.length; p++) {
            if (p !== 0) {
                const plane = planes[p % width < 10 ? 0 : 1];
                const cosine = plane.reduce((sum, value, k) => sum + value * normals[3 * p + k], 0);
                // float32 depths of about 3 at pixels of 0.06 give slopes to about 1e-5.
                expect(cosine, `pixel ${p}`).toBeGreaterThan(1 - 1e-6);
            }
        }
    });

    it("gives nothing without depth", () => {
        expect(EstimateViewNormals(PlainView(2, 2, null)).every((value) => value === 0)).toBe(true);
    });
});
