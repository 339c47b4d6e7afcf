import { describe, expect, it } from "vitest";
import { HierarchyBuilder } from "../../src/compute/hierarchy/build/hierarchyBuilder";
import type { HierarchyOptions } from "../../src/compute/hierarchy/build/hierarchyOptions";
import { CutAtCount, LabelLeaves } from "../../src/compute/hierarchy/cut/partition";
import { BACKDROP_HEIGHT, SuggestPartCounts } from "../../src/compute/hierarchy/cut/suggestedPartCounts";
import { CreateMaskArrangement } from "../../src/compute/masks/maskArrangement";
import { RunLengthMask } from "../../src/compute/masks/runLengthMask";
import { type Box, BoxView } from "../support/boxViews";

const SIZE = 48;
const GROUND: Box = [
    [-4, -4, -0.001],
    [4, 4, 0],
];
const OBJECTS: Box[] = [
    [
        [-1.4, -0.5, 0],
        [-0.4, 0.5, 1],
    ],
    [
        [0.4, -0.5, 0],
        [1.4, 0.5, 1.4],
    ],
];

/** Views from above, with one mask over each box. */
function build(boxes: readonly Box[], options: HierarchyOptions = {}) {
    const views = Array.from({ length: 9 }, (_, v) => {
        const from = [7 * Math.cos(2.4 * v), 7 * Math.sin(2.4 * v), 4 + (v % 3)];
        return BoxView(boxes, from, [0, 0, 0.4], SIZE);
    });
    const maskedViews = views.map((view) => {
        const at = [0, 0, 0];
        const owners = Array.from(view.depth!, (depth, pixel) => {
            view.camera.unproject((pixel % SIZE) + 0.5, Math.floor(pixel / SIZE) + 0.5, depth, at);
            return depth === 0 ? -1 : at[2] < 0.01 ? 0 : at[0] < 0 ? 1 : 2;
        });
        const masks = [0, 1, 2]
            .map((owner) => Uint8Array.from(owners, (own) => (own === owner ? 1 : 0)))
            .filter((bitmap) => bitmap.includes(1))
            .map((bitmap) => ({ region: RunLengthMask.FromBitmap(bitmap, SIZE, SIZE) }));
        const confidence = new Float32Array(masks.length).fill(1);
        return { view, arrangement: CreateMaskArrangement(masks, SIZE, SIZE), confidence };
    });
    const few = { voxelSize: 0.025, superpoints: { count: 120 }, depthTolerance: 0.02, ...options };
    const hierarchy = new HierarchyBuilder({ name: "boxes", views, maskedViews }, few).build(["consensus"], null);
    return { hierarchy, dendrogram: hierarchy.dendrogram("consensus") };
}

describe("HierarchyBuilder with a backdrop", () => {
    const { hierarchy, dendrogram } = build([GROUND, ...OBJECTS]);
    /** The share of the leaves of the ground, and of both objects, in the part that holds most of the ground. */
    const sharesAt = (count: number): [number, number] => {
        const labels = LabelLeaves(CutAtCount(dendrogram, count));
        const isGround = Array.from(labels, (_, i) => hierarchy.positions[3 * i + 2] < 0.02);
        const sizes = new Uint32Array(count);
        labels.forEach((label, i) => {
            sizes[label] += isGround[i] ? 1 : 0;
        });
        const part = sizes.indexOf(Math.max(...sizes));
        const shareOf = (wanted: boolean): number => {
            const own = labels.filter((_, i) => isGround[i] === wanted);
            return own.filter((label) => label === part).length / own.length;
        };
        return [shareOf(true), shareOf(false)];
    };

    it.each([2, 3, 6, 10])("gives the ground one part of %i", (count) => {
        const [ground, objects] = sharesAt(count);
        expect(ground).toBeGreaterThan(0.97);
        expect(objects).toBeLessThan(0.03);
    });

    it("merges it last, and suggests the objects alone", () => {
        const heights = dendrogram.height.filter((height) => Number.isFinite(height));
        expect(Math.max(...heights)).toBeGreaterThanOrEqual(BACKDROP_HEIGHT);
        expect(heights.filter((height) => height >= BACKDROP_HEIGHT).length).toBe(1);
        const { natural } = SuggestPartCounts(dendrogram);
        expect(natural).toMatchObject({ count: 3, parts: 2 });
    });

    it("changes nothing without a backdrop", () => {
        const [on, off] = [{}, { backdrop: false }].map(
            (options) => build(OBJECTS, { voxelSize: 0.06, ...options }).dendrogram,
        );
        expect(on.order).toEqual(off.order);
        expect(on.height).toEqual(off.height);
    });

    it("is off on demand", () => {
        const { height } = build([GROUND, ...OBJECTS], { backdrop: false }).dendrogram;
        expect(Math.max(...height.filter((value) => Number.isFinite(value)))).toBeLessThan(BACKDROP_HEIGHT);
    });
});
