import { describe, expect, it } from "vitest";
import { HierarchyBuilder } from "../../src/compute/hierarchy/build/hierarchyBuilder";
import type { HierarchyOptions } from "../../src/compute/hierarchy/build/hierarchyOptions";
import { HIERARCHY_STAGES } from "../../src/compute/hierarchy/build/hierarchyStages";
import type { MaskedView } from "../../src/compute/hierarchy/build/observations";
import { CutAtCount, LabelLeaves } from "../../src/compute/hierarchy/cut/partition";
import type { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { CreateMaskArrangement } from "../../src/compute/masks/maskArrangement";
import { RunLengthMask } from "../../src/compute/masks/runLengthMask";
import type { View } from "../../src/compute/views/capture";
import { type Box, BoxView, ViewsAround } from "../support/boxViews";

const SIZE = 40;
const FEW: HierarchyOptions = { voxelSize: 0.03, superpoints: { count: 60 }, depthTolerance: 0.02 };

/** Creates a mask for each side of a border in the world, and one over both. */
function maskSides(views: readonly View[], isBeyond: (x: number, y: number, z: number) => boolean): MaskedView[] {
    return views.map((view) => {
        const { camera, depth } = view;
        const at = [0, 0, 0];
        const sides = Array.from(depth!, (distance, pixel) => {
            camera.unproject((pixel % SIZE) + 0.5, Math.floor(pixel / SIZE) + 0.5, distance, at);
            return distance === 0 ? -1 : isBeyond(at[0], at[1], at[2]) ? 1 : 0;
        });
        const masks = [[0], [1], [0, 1]]
            .map((held) => Uint8Array.from(sides, (side) => (held.includes(side) ? 1 : 0)))
            .filter((bitmap) => bitmap.includes(1))
            .map((bitmap) => ({ region: RunLengthMask.FromBitmap(bitmap, SIZE, SIZE) }));
        return {
            view,
            arrangement: CreateMaskArrangement(masks, SIZE, SIZE),
            confidence: new Float32Array(masks.length).fill(1),
        };
    });
}

function build(views: readonly View[], masked: readonly MaskedView[], options = FEW): SegmentationHierarchy {
    return new HierarchyBuilder({ name: "boxes", views, maskedViews: masked }, options).build(["consensus"], null);
}

/** Returns the share of leaves that the cut into two parts puts on the right side of a border. */
function agreement(hierarchy: SegmentationHierarchy, isBeyond: (x: number, y: number, z: number) => boolean): number {
    const labels = LabelLeaves(CutAtCount(hierarchy.dendrogram("consensus"), 2));
    const { positions, leafCount } = hierarchy;
    let same = 0;
    for (let i = 0; i < leafCount; i++) {
        const side = isBeyond(positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]) ? 1 : 0;
        same += side === labels[i] ? 1 : 0;
    }
    return Math.max(same, leafCount - same) / leafCount;
}

describe("HierarchyBuilder with sight through the solid", () => {
    const box: Box = [
        [-1, -0.7, -0.5],
        [1, 0.7, 0.5],
    ];
    const room: Box = [
        [-1, -1, -1],
        [1, 1, 1],
    ];
    const sheet: Box = [
        [-1, -1, -1e-4],
        [1, 1, 1e-4],
    ];
    const isRight = (x: number): boolean => x > 0.1;
    const fromInside = Array.from({ length: 16 }, (_, v) => {
        return BoxView([room], [0.05, 0, 0.02], [Math.cos(v), Math.sin(v), Math.sin(5 * v)], SIZE);
    });
    const scenes: [string, View[]][] = [
        ["a closed box from outside", ViewsAround([box], [0, 0, 0], 3.5, 16, SIZE)],
        ["a sheet from both sides", ViewsAround([sheet], [0, 0, 0], 3.5, 16, SIZE)],
        ["a sheet from one side", ViewsAround([sheet], [0, 0, 0], 3.5, 16, SIZE).slice(9)],
        ["a room from inside", fromInside],
    ];
    it.each(scenes)("splits %s where masks do", (_, views) => {
        expect(agreement(build(views, maskSides(views, isRight)), isRight)).toBeGreaterThan(0.93);
    });

    /** Creates a mask for each way in which a side of a box faces, above and below a height, and one over all. */
    function maskFacings(views: readonly View[], boxes: readonly Box[]): MaskedView[] {
        return views.map((view) => {
            const { camera, depth } = view;
            const at = [0, 0, 0];
            const facings = Array.from(depth!, (distance, pixel) => {
                camera.unproject((pixel % SIZE) + 0.5, Math.floor(pixel / SIZE) + 0.5, distance, at);
                const gaps = boxes.flatMap(([low, high]) =>
                    [low, high].flatMap((corner) => corner.map((x, axis) => Math.abs(x - at[axis]))),
                );
                return distance === 0 ? -1 : gaps.indexOf(Math.min(...gaps));
            });
            const masks = [...new Set(facings)]
                .filter((facing) => facing >= 0)
                .map((facing) => Uint8Array.from(facings, (other) => (other === facing ? 1 : 0)))
                .map((bitmap) => ({ region: RunLengthMask.FromBitmap(bitmap, SIZE, SIZE) }));
            return {
                view,
                arrangement: CreateMaskArrangement(masks, SIZE, SIZE),
                confidence: new Float32Array(masks.length).fill(1),
            };
        });
    }

    const solids: [string, Box[], (x: number, y: number, z: number) => boolean][] = [
        [
            "a neck off a block",
            [
                [
                    [-1, -1, -1],
                    [1, 1, 0.4],
                ],
                [
                    [-0.4, -0.4, 0.4],
                    [0.4, 0.4, 1.3],
                ],
            ],
            (_x, _y, z) => z > 0.44,
        ],
        [
            "the halves of a dumbbell",
            [
                [
                    [-1.4, -0.6, -0.6],
                    [-0.3, 0.6, 0.6],
                ],
                [
                    [0.3, -0.5, -0.5],
                    [1.4, 0.5, 0.5],
                ],
                [
                    [-0.3, -0.15, -0.15],
                    [0.3, 0.15, 0.15],
                ],
            ],
            (x) => x > 0,
        ],
    ];
    it.each(solids)("splits %s where masks hold each side alone", (_, boxes, isBeyond) => {
        const views = ViewsAround(boxes, [0, 0, 0.1], 4.5, 20, SIZE);
        const found = build(views, maskFacings(views, boxes), { ...FEW, superpoints: { count: 150 } });
        expect(agreement(found, isBeyond)).toBeGreaterThan(0.9);
    });

    it("equals the result without sight for one view, which carves nothing", () => {
        const views = [BoxView([room, box], [0.4, 0.5, 0.9], [0, 0, 0], SIZE)];
        const masked = maskSides(views, isRight);
        const without = build(views, masked, { ...FEW, consensus: { sightWeight: 0 } });
        const found = build(views, masked);
        expect(found.dendrogram("consensus").order).toEqual(without.dendrogram("consensus").order);
    });

    it("handles one superpoint, and is deterministic", () => {
        const views = ViewsAround([box], [0, 0, 0], 3.5, 6, SIZE);
        const masked = maskSides(views, isRight);
        const one = build(views, masked, { ...FEW, superpoints: { count: 1 } });
        expect(one.dendrogram("consensus").componentCount).toBe(1);
        const [first, second] = [build(views, masked), build(views, masked)];
        expect(first.dendrogram("consensus").order).toEqual(second.dendrogram("consensus").order);
    });

    it("can be canceled while it measures sight", () => {
        const views = ViewsAround([box], [0, 0, 0], 3.5, 4, SIZE);
        let looks = 0;
        const stop = (stage: string): void => {
            looks += stage === HIERARCHY_STAGES.sight ? 1 : 0;
            if (looks === 3) {
                throw new Error("stopped");
            }
        };
        const builder = new HierarchyBuilder({ name: "box", views, maskedViews: maskSides(views, isRight) }, FEW, stop);
        expect(() => builder.build(["consensus"], null)).toThrow("stopped");
    });
});
