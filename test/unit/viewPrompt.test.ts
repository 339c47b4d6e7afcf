import { FreeCamera } from "@babylonjs/core/Cameras/freeCamera";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import { Observable } from "@babylonjs/core/Misc/observable";
import type { Scene } from "@babylonjs/core/scene";
import { describe, expect, it, vi } from "vitest";
import { Pacer } from "../../src/compute/base/pacer";
import { UltrametricError } from "../../src/compute/base/ultrametricError";
import type { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import type { Mask } from "../../src/compute/masks/maskSet";
import { RunLengthMask } from "../../src/compute/masks/runLengthMask";
import type { View } from "../../src/compute/views/capture";
import { type LeafInterval, LeavesOfIntervals, NormalizeIntervals } from "../../src/plugin/parts/model/leafInterval";
import { PartTree } from "../../src/plugin/parts/model/partTree";
import { AnswerInViewsAsync } from "../../src/plugin/parts/prompt/answerInViews";
import { CaptureViews } from "../../src/plugin/parts/prompt/captureViews";
import { CompleteSeenSet } from "../../src/plugin/parts/prompt/completedSet";
import type { PromptAnswer, PromptInput } from "../../src/plugin/parts/prompt/promptAnswer";
import { PixelsOfLeaves, PositionInView, type PromptView } from "../../src/plugin/parts/prompt/promptView";
import { PinholeOfScene, TurnCamera } from "../../src/plugin/parts/prompt/promptViews";
import { PictureMasker, type ViewMasker } from "../../src/plugin/parts/prompt/viewMasker";
import { type ViewedSegmentation, ViewPromptSource } from "../../src/plugin/parts/prompt/viewPromptSource";
import { CreateCamera } from "../support/cameras";
import { GroupedHierarchy } from "../support/groupedHierarchy";
import { UseNullScene } from "../support/nullScene";

/** Points per side of a wall, which has as many behind it. */
const SIDE = 16;
const SIZE = 64;
const TOLERANCE = 0.1;

/** Creates a wall at z = 0 with a second layer behind it. @param groupOf the part of a point at column 0..15 */
function wall(groupOf: (column: number, isBehind: boolean) => number): SegmentationHierarchy {
    const positions: number[] = [];
    const groups: number[] = [];
    for (const z of [0, -1]) {
        for (let row = 0; row < SIDE; row++) {
            for (let column = 0; column < SIDE; column++) {
                positions.push((2 * column + 1) / SIDE - 1, (2 * row + 1) / SIDE - 1, z);
                groups.push(groupOf(column, z < 0));
            }
        }
    }
    const colors = new Uint8Array(positions.length).fill(128);
    return GroupedHierarchy("wall", Float32Array.from(positions), colors, groups);
}

/** Creates a view of the wall from the front, or from behind. */
function viewOf(isBehind = false): View {
    const front = CreateCamera(SIZE, { position: [0, 0, 4] });
    const camera = isBehind ? TurnCamera(front, [0, 0, -0.5], Math.PI) : front;
    const depth = new Float32Array(SIZE * SIZE).fill(4);
    return { name: "front", camera, image: new Uint8Array(4 * SIZE * SIZE).fill(200), depth };
}

function promptViewOf(hierarchy: SegmentationHierarchy, isBehind = false): PromptView {
    const view = viewOf(isBehind);
    const pixelOfLeaf = PixelsOfLeaves(hierarchy.positions, view, TOLERANCE);
    return { key: String(isBehind), view, pixelOfLeaf, masks: null };
}

/** Creates a mask of the pixels of a view whose column is in a range. */
function columns(from: number, to: number, predictedIou = 0.9): Mask {
    const bitmap = Uint8Array.from({ length: SIZE * SIZE }, (_, p) => Number(p % SIZE >= from && p % SIZE < to));
    return { region: RunLengthMask.FromBitmap(bitmap, SIZE, SIZE), predictedIou, stability: 1 };
}

function maskerOf(masksOf: (view: PromptView) => Mask[]): ViewMasker {
    return {
        name: "a stand-in",
        isPrepared: () => true,
        prepareAsync: async () => {},
        predictAsync: async (view) => masksOf(view),
        dispose: () => {},
    };
}

function fromTree(intervals: LeafInterval[]): PromptAnswer {
    const size = intervals.reduce((sum, { start, end }) => sum + end - start, 0);
    return { intervals, size, confidence: 0.5, smaller: null, larger: null, source: "from the tree" };
}

function clicks(...points: (readonly [leaf: number, isPositive: boolean])[]): PromptInput {
    return { points: points.map(([leaf, isPositive]) => ({ leaf, isPositive })), strokes: [], box: null };
}

function columnsOf(parts: PartTree, intervals: readonly LeafInterval[]): { front: number[]; behind: number[] } {
    const leaves = [...LeavesOfIntervals(parts.dendrogram.order, intervals)];
    const distinct = (chosen: number[]): number[] =>
        [...new Set(chosen.map((leaf) => leaf % SIDE))].sort((a, b) => a - b);
    const layer = SIDE * SIDE;
    return {
        front: distinct(leaves.filter((leaf) => leaf < layer)),
        behind: distinct(leaves.filter((leaf) => leaf >= layer)),
    };
}

const LEFT = [0, 1, 2, 3, 4, 5, 6, 7];

describe("CompleteSeenSet", () => {
    const parts = new PartTree(...treeOf(wall((column) => Number(column >= 8))));
    const votes = (voteOf: (leaf: number) => number): Float32Array => Float32Array.from(parts.dendrogram.order, voteOf);

    it("takes the other side of a part that is mostly inside, and its border in place of that of the views", () => {
        // One column too many of the front, seen by views.
        const seen = votes((leaf) =>
            leaf >= SIDE * SIDE ? 0 : leaf % SIDE < 8 || (leaf % SIDE === 8 && leaf < 64) ? 1 : -1,
        );
        const found = CompleteSeenSet(parts.merges, { votes: seen, fromTree: null, clicks: [] });
        expect(columnsOf(parts, found)).toEqual({ front: LEFT, behind: LEFT });
    });

    it("lets clicks count more than votes", () => {
        const orderIndex = parts.orderIndexOf(0);
        const found = CompleteSeenSet(parts.merges, {
            votes: votes((leaf) => (leaf % SIDE < 8 ? 1 : -1)),
            fromTree: null,
            clicks: [{ orderIndex, isPositive: false }],
        });
        expect(found.some(({ start, end }) => start <= orderIndex && orderIndex < end)).toBe(false);
        expect(found.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(SIDE * SIDE - 1);
    });

    it("finds nothing without votes", () => {
        expect(CompleteSeenSet(parts.merges, { votes: votes(() => 0), fromTree: null, clicks: [] })).toEqual([]);
    });
});

function treeOf(
    hierarchy: SegmentationHierarchy,
): [SegmentationHierarchy, ReturnType<SegmentationHierarchy["dendrogram"]>] {
    return [hierarchy, hierarchy.dendrogram("consensus")];
}

describe("AnswerInViewsAsync", () => {
    const pacer = new Pacer("Testing");
    const settings = { depthTolerance: TOLERANCE, othersAsync: async () => [] };

    it("finds a border that the tree lacks", async () => {
        const hierarchy = wall(() => 0);
        const parts = new PartTree(...treeOf(hierarchy));
        const current = promptViewOf(hierarchy);
        const all = [{ start: 0, end: hierarchy.leafCount }];
        const masker = maskerOf(() => [columns(0, SIZE / 2)]);
        const answer = await AnswerInViewsAsync(
            clicks([0, true], [SIDE - 1, false]),
            fromTree(all),
            { ...settings, parts, masker, current },
            pacer,
        );
        expect(columnsOf(parts, answer!.intervals).front).toEqual(LEFT);
        expect(answer!.source).toBe("from a stand-in, 1 view");
        expect(answer!.larger!.intervals).toEqual(all);
    });

    it("asks a view of the other side, which corrects the tree there", async () => {
        const hierarchy = wall((column, isBehind) => 2 * column + Number(isBehind));
        const parts = new PartTree(...treeOf(hierarchy));
        const leftLeaves = Array.from({ length: hierarchy.leafCount }, (_, leaf) => leaf).filter((l) => l % SIDE < 8);
        const left = leftLeaves.map((leaf) => parts.orderIndexOf(leaf)).map((start) => ({ start, end: start + 1 }));
        const behind = promptViewOf(hierarchy, true);
        // From behind, the left is at the right, and two columns less belong to the part.
        const masker = maskerOf((view) => [view === behind ? columns(36, SIZE) : columns(0, SIZE / 2)]);
        const answer = await AnswerInViewsAsync(
            clicks([0, true]),
            fromTree(NormalizeIntervals(left)),
            { ...settings, parts, masker, current: promptViewOf(hierarchy), othersAsync: async () => [behind] },
            pacer,
        );
        expect(answer!.source).toBe("from a stand-in, 2 views");
        expect(columnsOf(parts, answer!.intervals)).toEqual({ front: LEFT, behind: LEFT.slice(0, 6) });
    });

    it("has the other masks as alternatives, and prefers one that the tree agrees with", async () => {
        const hierarchy = wall((column) => Math.floor(column / 4));
        const parts = new PartTree(...treeOf(hierarchy));
        const quarter = parts.partOfLeaf(0, hierarchy.leafCount - 4);
        const masks = [columns(0, 64, 0.8), columns(0, 24, 0.8), columns(0, 32, 0.8)];
        const current = promptViewOf(hierarchy);
        const views = { ...settings, parts, masker: maskerOf(() => masks), current };
        const answer = await AnswerInViewsAsync(clicks([0, true]), fromTree([quarter]), views, pacer);
        expect(columnsOf(parts, answer!.intervals).front).toEqual([0, 1, 2, 3]);
        expect(columnsOf(parts, answer!.larger!.intervals).front).toEqual(LEFT);
    });

    it("leaves clicks to the tree that the view does not show, or that have no mask", async () => {
        const hierarchy = wall(() => 0);
        const parts = new PartTree(...treeOf(hierarchy));
        const tree = fromTree([{ start: 0, end: 1 }]);
        const current = promptViewOf(hierarchy);
        const views = { ...settings, parts, current, masker: maskerOf(() => []) };
        expect(await AnswerInViewsAsync(clicks([0, true]), tree, views, pacer)).toBeNull();
        const seeing = { ...views, masker: maskerOf(() => [columns(0, 32)]) };
        expect(await AnswerInViewsAsync(clicks([SIDE * SIDE, true]), tree, seeing, pacer)).toBeNull(); // behind
    });
});

describe("PromptView", () => {
    it("places a clicked leaf that the view was not found to show on the surface near it", () => {
        const { positions } = wall(() => 0);
        const view = promptViewOf(wall(() => 0));
        expect(PositionInView(view, positions, 0, 0.5)).toEqual({ x: 17.5, y: 47.5 });
        expect(PositionInView(view, positions, SIDE * SIDE, 0.5)).toBeNull();
        expect(PositionInView(view, positions, SIDE * SIDE, 2)).not.toBeNull();
    });
});

describe("PictureMasker", () => {
    it("returns the smallest masks that hold the points inside and none outside", async () => {
        const masker = new PictureMasker();
        const masks = { masks: [columns(0, 60), columns(0, 40), columns(0, 20), columns(30, 64)] };
        const view = { ...promptViewOf(wall(() => 0)), masks };
        await masker.prepareAsync(view, {});
        const found = await masker.predictAsync(view, {
            points: [
                { x: 25.5, y: 10.5, inside: true },
                { x: 50.5, y: 10.5, inside: false },
            ],
        });
        expect(found).toEqual([masks.masks[1]]);
        const boxed = await masker.predictAsync(view, { box: [0, 0, 19, SIZE] });
        expect(boxed[0]).toBe(masks.masks[2]);
    });
});

const sceneOfTest = UseNullScene();

function segmentationOf(scene: Scene, hierarchy: SegmentationHierarchy): ViewedSegmentation {
    return {
        scene,
        content: null,
        pointCloud: { worldMatrix: Matrix.Identity(), pointRadius: TOLERANCE / 2 },
        parts: new PartTree(...treeOf(hierarchy)),
        selectionTools: null,
        editor: null,
        onHierarchyChangedObservable: new Observable(),
        onCriterionChangedObservable: new Observable(),
        onDisposeObservable: new Observable<unknown>(),
    };
}

describe("PinholeOfScene", () => {
    it("projects as the scene's camera does, in scenes of either handedness", () => {
        const scene = sceneOfTest();
        for (const isRightHanded of [false, true]) {
            scene.useRightHandedSystem = isRightHanded;
            const camera = new FreeCamera("camera", new Vector3(1, 2, -5), scene);
            camera.setTarget(new Vector3(0.3, 0.1, 0));
            scene.activeCamera = camera;
            const world = isRightHanded ? Matrix.Identity() : Matrix.Scaling(1, 1, -1);
            const pinhole = PinholeOfScene(scene, world)!;
            const { width, height } = pinhole;
            const point = new Vector3(0.4, -0.2, 0.7);
            const inScene = Vector3.TransformCoordinates(point, world);
            const clip = Vector3.TransformCoordinates(inScene, camera.getTransformationMatrix());
            const projected = [0, 0, 0];
            pinhole.project(point.x, point.y, point.z, projected);
            expect(projected[0]).toBeCloseTo(((1 + clip.x) / 2) * width, 1);
            expect(projected[1]).toBeCloseTo(((1 - clip.y) / 2) * height, 1);
            camera.dispose();
        }
    });
});

describe("ViewPromptSource", () => {
    const input = clicks([0, true], [SIDE - 1, false]);

    it("answers in the views of a capture with their own masks, without a model", async () => {
        const hierarchy = wall(() => 0);
        const capture = { name: "wall", views: [viewOf()], heldOutViews: [] };
        const masks = { views: [{ masks: [columns(0, 32)] }] };
        const segmentation = segmentationOf(sceneOfTest(), hierarchy);
        const source = new ViewPromptSource(segmentation, { captureAsync: async () => ({ capture, masks }) });
        const tree = fromTree([{ start: 0, end: 1 }]);
        const answer = await source.answerAsync(input, tree, new AbortController().signal);
        expect(answer!.source).toBe("from the picture's masks, 1 view");
        expect(columnsOf(segmentation.parts!, answer!.intervals).front).toEqual(LEFT);
        expect(source.status.step).toBe("ready");
        const canceled = source.answerAsync(input, tree, AbortSignal.abort());
        await expect(canceled).rejects.toMatchObject({ kind: "aborted" });
        source.dispose();
        await expect(source.loadModelAsync()).rejects.toMatchObject({ kind: "disposed" });
    });

    it("reads the views once for all who look meanwhile, and is idle when the last one stops", async () => {
        const capture = { name: "wall", views: [viewOf()], heldOutViews: [] };
        let reads = 0;
        let finish = (): void => {};
        const isRead = new Promise<void>((resolve) => {
            finish = resolve;
        });
        const segmentation = segmentationOf(
            sceneOfTest(),
            wall(() => 0),
        );
        const source = new ViewPromptSource(segmentation, {
            captureAsync: async () => {
                reads++;
                await isRead;
                return { capture, masks: { views: [{ masks: [columns(0, 32)] }] } };
            },
        });
        const tree = fromTree([{ start: 0, end: 1 }]);
        const first = source.answerAsync(input, tree, new AbortController().signal);
        const stop = new AbortController();
        const second = source.answerAsync(input, tree, stop.signal);
        stop.abort();
        finish();
        await expect(first).rejects.toMatchObject({ kind: "aborted" });
        await expect(second).rejects.toMatchObject({ kind: "aborted" });
        expect(source.status.step).toBe("idle");
        expect(await source.answerAsync(input, tree, new AbortController().signal)).not.toBeNull();
        expect(reads).toBe(1);
        source.dispose();
    });

    it("leaves everything to the tree without content and capture", async () => {
        const source = new ViewPromptSource(
            segmentationOf(
                sceneOfTest(),
                wall(() => 0),
            ),
        );
        const tree = fromTree([{ start: 0, end: 1 }]);
        expect(await source.answerAsync(input, tree, new AbortController().signal)).toBeNull();
        expect(source.status.step).toBe("idle");
        await expect(source.loadModelAsync()).rejects.toMatchObject({ kind: "input" });
        source.dispose();
    });

    it("tells that a model cannot be had, and forgets views that failed", async () => {
        vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
        const file = { name: "encoder.onnx", source: "https://example.com/encoder.onnx", sha256: null };
        let reads = 0;
        const source = new ViewPromptSource(
            segmentationOf(
                sceneOfTest(),
                wall(() => 0),
            ),
            {
                model: { model: { encoder: file, decoder: file } as never },
                captureAsync: async () => {
                    reads++;
                    throw new UltrametricError("deviceLost", "The GPU was lost.");
                },
            },
        );
        await expect(source.loadModelAsync()).rejects.toMatchObject({ kind: "input" });
        expect(source.status).toMatchObject({ step: "failed", error: { kind: "input" } });
        expect(source.hasModel).toBe(false);
        for (const count of [1, 2]) {
            const answer = source.answerAsync(input, fromTree([]), new AbortController().signal);
            await expect(answer).rejects.toMatchObject({ kind: "deviceLost" });
            expect(reads).toBe(count);
        }
        expect(source.status).toMatchObject({ step: "failed", error: { kind: "deviceLost" } });
        source.cancel();
        expect(source.status.step).toBe("idle");
        source.dispose();
    });
});

describe("CaptureViews", () => {
    it("takes the view on the side of the camera that sees the clicks, and others from other sides", async () => {
        const hierarchy = wall(() => 0);
        const capture = { name: "wall", views: [viewOf(true), viewOf()], heldOutViews: [] };
        const look = (): View["camera"] => CreateCamera(SIZE, { position: [0, 0, 9] });
        const views = new CaptureViews({ capture, masks: null }, hierarchy.positions, look, TOLERANCE);
        const pacer = new Pacer("Testing");
        const front = await views.currentAsync([], pacer);
        expect(front!.key).toBe("1");
        expect((await views.currentAsync([SIDE * SIDE], pacer))!.key).toBe("0"); // only seen from behind
        const all = Uint32Array.from({ length: hierarchy.leafCount }, (_, leaf) => leaf);
        expect((await views.othersAsync(front!, all, 2, pacer)).map(({ key }) => key)).toEqual(["0"]);
    });
});
