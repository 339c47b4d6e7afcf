import type { FreeCamera } from "@babylonjs/core/Cameras/freeCamera";
import { Color3 } from "@babylonjs/core/Maths/math.color";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { Scene } from "@babylonjs/core/scene";
import { beforeEach, describe, expect, it } from "vitest";
import type { RadianceImage } from "../../src/compute/fields/radiance/radianceImage";
import { CutRankForCount } from "../../src/compute/hierarchy/cut/partition";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import type { Part } from "../../src/plugin/parts/model/part";
import { PartPainter } from "../../src/plugin/radiance/partPainter";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import { CreateBlackScene, DrawAsync, UseBrowserEngine } from "../support/browserScene";
import { LookAt } from "../support/cameras";
import { DendrogramOfGroups } from "../support/groupedLeaves";

const engine = UseBrowserEngine();
const SIZE = 16;
let scene: Scene;
let segmentation: UltrametricSegmentation;

/** Creates a gray wall of leaves at y = 0, from -1 to 1 in x and z, in two parts left and right of x = 0. */
function CreateWall(side = 20): SegmentationHierarchy {
    const count = side * side;
    const positions = new Float32Array(3 * count);
    for (let i = 0; i < count; i++) {
        positions.set([(2 * ((i % side) + 0.5)) / side - 1, 0, (2 * (Math.floor(i / side) + 0.5)) / side - 1], 3 * i);
    }
    const groups = Array.from({ length: count }, (_, i) => (i % side < side / 2 ? 0 : 1));
    const dendrogram = DendrogramOfGroups(groups, [[0, 1]]);
    const colors = new Uint8Array(3 * count).fill(128);
    return new SegmentationHierarchy("wall", positions, colors, new Map([["distance", dendrogram]]));
}

const CAMERA = LookAt([0, -2, 0], [0, 0, 0], SIZE, SIZE);

/**
 * Creates a gray image of the wall from 2 in front of it: half transparent in its first row, far behind the wall in the
 * last but one, and empty in its last.
 */
function CreatePicture(): RadianceImage {
    const opacity = new Float32Array(SIZE * SIZE)
        .fill(1)
        .fill(0.5, 0, SIZE)
        .fill(0, SIZE * (SIZE - 1));
    const depth = new Float32Array(SIZE * SIZE)
        .fill(2)
        .fill(9, SIZE * (SIZE - 2))
        .fill(0, SIZE * (SIZE - 1));
    const color = new Float32Array(3 * SIZE * SIZE);
    opacity.forEach((value, i) => {
        color.fill(0.5 * value, 3 * i, 3 * i + 3);
    });
    return { width: SIZE, height: SIZE, color, opacity, depth };
}

/** Returns the left and the right part. */
function halves(): Part[] {
    const tree = segmentation.parts!;
    return [0, 19].map((leaf) => tree.partOfLeaf(leaf, CutRankForCount(tree.dendrogram, 2)));
}

/** Returns the color of a pixel, times its opacity, and its opacity. */
function At({ color, opacity }: RadianceImage, x: number, y: number): number[] {
    const pixel = y * SIZE + x;
    return [...color.subarray(3 * pixel, 3 * pixel + 3), opacity[pixel]];
}

function Close(values: readonly number[]): unknown[] {
    return values.map((value) => expect.closeTo(value, 2));
}

beforeEach(async () => {
    scene = CreateBlackScene(engine());
    (scene.activeCamera as FreeCamera).setTarget(Vector3.Zero());
    segmentation = new UltrametricSegmentation(scene);
    await segmentation.setHierarchyAsync(CreateWall());
    segmentation.partCount = 2;
});

describe("PartPainter", () => {
    it("paints each pixel in the color of the part of its nearest leaves", async () => {
        const pointCloud = segmentation.pointCloud!;
        const { paintAsync } = new PartPainter(pointCloud);
        const [left, right] = halves().map(({ start }) => pointCloud.colorOf(start));
        expect(left).not.toEqual(right);
        const picture = CreatePicture();
        let painted = await paintAsync(picture, CAMERA);
        expect(At(painted, 2, 8)).toEqual(Close([...left, 1]));
        expect(At(painted, 7, 12)).toEqual(Close([...left, 1]));
        expect(At(painted, 8, 12)).toEqual(Close([...right, 1]));
        expect(At(painted, 13, 0)).toEqual(Close([...right.map((value) => value / 2), 0.5]));
        expect(At(painted, 3, SIZE - 2)).toEqual([0.5, 0.5, 0.5, 1]); // no leaf is nearby
        expect(At(painted, 3, SIZE - 1)).toEqual([0, 0, 0, 0]);
        expect(At(picture, 2, 8)).toEqual([0.5, 0.5, 0.5, 1]); // the input does not change

        segmentation.colorMode = "original";
        painted = await paintAsync(picture, CAMERA);
        expect(At(painted, 2, 8)).toEqual(Close([0.5, 0.5, 0.5, 1]));
        segmentation.colorMode = "parts";

        // A coarser cut, a selection and edits show, and each notifies before a frame.
        let toldOf = 0;
        pointCloud.onColoredObservable.add(() => toldOf++);
        segmentation.partCount = 1;
        await DrawAsync(scene);
        expect(toldOf).toBe(1);
        painted = await paintAsync(picture, CAMERA);
        expect(At(painted, 13, 8)).toEqual(Close([...left, 1]));
        segmentation.partCount = 2;
        const [first, second] = halves();
        segmentation.editor!.recolor(first, new Color3(0, 1, 0));
        segmentation.editor!.hide(second);
        painted = await paintAsync(picture, CAMERA);
        expect(At(painted, 2, 8)).toEqual(Close([0, 1, 0, 1]));
        expect(At(painted, 13, 8)).toEqual([0, 0, 0, 0]);
        await DrawAsync(scene);
        expect(toldOf).toBe(2);
    });

    it("can be canceled", async () => {
        const { paintAsync } = new PartPainter(segmentation.pointCloud!);
        await expect(paintAsync(CreatePicture(), CAMERA, AbortSignal.abort())).rejects.toMatchObject({
            kind: "aborted",
        });
    });
});
