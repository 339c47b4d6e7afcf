import "@babylonjs/core/Materials/standardMaterial"; // for meshes with a texture of panels
import type { FreeCamera } from "@babylonjs/core/Cameras/freeCamera";
import type { PickingInfo } from "@babylonjs/core/Collisions/pickingInfo";
import { Ray } from "@babylonjs/core/Culling/ray";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { CreatePlane } from "@babylonjs/core/Meshes/Builders/planeBuilder";
import type { Scene } from "@babylonjs/core/scene";
import { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import type { InputText } from "@babylonjs/gui/2D/controls/inputText";
import { beforeEach, describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import { DEFAULT_PANEL_THEME } from "../../src/ui/controls/panelTheme";
import { GranularityPanel } from "../../src/ui/granularity/granularityPanel";
import { PartsPanel } from "../../src/ui/parts/partsPanel";
import { ToolsPanel } from "../../src/ui/tools/toolsPanel";
import { CreateBlackScene, DrawAsync, UseBrowserEngine } from "../support/browserScene";
import { DendrogramOfGroups } from "../support/groupedLeaves";
import { GuiPointer, MiddleOf, PositionIn, RowOf, RowsIn } from "../support/guiPointer";
import { RandomMerges } from "../support/randomMerges";
import { CreateSquare } from "../support/square";

const WIDTH = 640;
const HEIGHT = 560;

const engine = UseBrowserEngine(WIDTH, HEIGHT);
let scene: Scene;
let segmentation: UltrametricSegmentation;
let texture: AdvancedDynamicTexture;
let pointer: GuiPointer;

beforeEach(async () => {
    scene = CreateBlackScene(engine());
    segmentation = new UltrametricSegmentation(scene, { pointRadius: 0.2 });
    texture = AdvancedDynamicTexture.CreateFullscreenUI("panels", true, scene);
    scene.attachControl();
    pointer = new GuiPointer(engine().getRenderingCanvas()!);
});

/** Returns the bytes of a pixel of the panels. */
function PixelOf([x, y]: readonly [number, number]): number[] {
    return [...(texture.getContext() as CanvasRenderingContext2D).getImageData(x, y, 1, 1).data];
}

/** Returns the position of a point of the square on the canvas, for a canvas that is not square. */
function PositionOfLeaf(leaf: number): readonly [number, number] {
    const offset = HEIGHT / (8 * Math.tan(0.4));
    return [WIDTH / 2 + (leaf % 2 === 0 ? -offset : offset), HEIGHT / 2 + (leaf < 2 ? offset : -offset)];
}

/** Returns the selected leaves in ascending order. */
function Selected(): number[] {
    return [...segmentation.selection.leaves(segmentation.parts!.dendrogram.order)].sort((a, b) => a - b);
}

/** Presses Tab until a control has the focus. */
function TabTo(name: string): void {
    for (let i = 0; i < 50 && texture.focusedControl?.name !== name; i++) {
        pointer.key("Tab");
    }
    expect(texture.focusedControl?.name).toBe(name);
}

/** Creates a hierarchy with random merges. */
function CreateRandomHierarchy(leafCount: number, seed: number): SegmentationHierarchy {
    const random = CreateRandom(seed);
    const positions = Float32Array.from({ length: 3 * leafCount }, () => 2 * random() - 1);
    const dendrogram = CreateDendrogram(RandomMerges(leafCount, 1, random));
    return new SegmentationHierarchy(
        "random",
        positions,
        new Uint8Array(3 * leafCount).fill(200),
        new Map([["distance", dendrogram]]),
    );
}

describe("GranularityPanel", () => {
    it("accepts typed counts, steps to splits without small fragments, and changes the criterion", async () => {
        await segmentation.setHierarchyAsync(CreateSquare(["distance", "area"]));
        segmentation.partCount = 2;
        new GranularityPanel(segmentation, texture);
        await DrawAsync(scene);
        const field = texture.getControlByName("partCount") as InputText;
        pointer.click(MiddleOf(texture, "partCount"));
        pointer.type("x3");
        pointer.key("Enter");
        expect([segmentation.partCount, field.text]).toEqual([3, "3"]);
        pointer.click(MiddleOf(texture, "partCount"));
        pointer.type("1");
        pointer.key("Escape");
        expect([segmentation.partCount, field.text, texture.focusedControl]).toEqual([3, "3", null]);
        pointer.click(MiddleOf(texture, "finer"));
        expect(segmentation.partCount).toBe(4);
        expect(texture.getControlByName("finer")!.isEnabled).toBe(false);
        for (const expected of [3, 2, 1]) {
            pointer.click(MiddleOf(texture, "coarser"));
            expect(segmentation.partCount).toBe(expected);
        }
        pointer.click(MiddleOf(texture, "criterion area"));
        await expect.poll(() => segmentation.criterion).toBe("area");
    });

    it("is operated by keyboard", async () => {
        await segmentation.setHierarchyAsync(CreateSquare());
        segmentation.partCount = 2;
        new GranularityPanel(segmentation, texture);
        await DrawAsync(scene);
        const seen: string[] = [];
        for (let i = 0; i < 4; i++) {
            pointer.key("Tab");
            seen.push(texture.focusedControl!.name!);
            if (texture.focusedControl!.name === "granularity") {
                pointer.key("ArrowRight");
                expect(segmentation.partCount).toBe(3);
                pointer.key("End");
                expect(segmentation.granularity).toBe(1);
            } else if (texture.focusedControl!.name === "coarser") {
                pointer.key("Enter");
                expect(segmentation.partCount).toBe(1);
                segmentation.partCount = 2;
            }
        }
        expect(seen.sort()).toEqual(["coarser", "finer", "granularity", "partCount"]);
    });

    it("shows bars where parts split, in the accent color up to the current count", async () => {
        // Two halves of 32 leaves, which split into single leaves.
        const groups = Array.from({ length: 64 }, (_, leaf) => (leaf < 32 ? 0 : 1));
        const dendrogram = DendrogramOfGroups(groups, [[0, 1]]);
        await segmentation.setHierarchyAsync(
            new SegmentationHierarchy(
                "halves",
                new Float32Array(192),
                new Uint8Array(192),
                new Map([["area", dendrogram]]),
            ),
        );
        segmentation.partCount = 8;
        new GranularityPanel(segmentation, texture);
        await DrawAsync(scene);
        const bars = segmentation.splitHistogram(60);
        expect(bars.indexOf(1)).toBe(10); // log 2 / log 64 of the scale
        expect([segmentation.nextPartCount(1), segmentation.nextPartCount(-1)]).toEqual([9, 7]);
        const histogram = texture.getControlByName("splitHistogram")!;
        const left = histogram.centerX - histogram.widthInPixels / 2 + histogram.paddingLeftInPixels + 10;
        const step = (histogram.widthInPixels - 2 * histogram.paddingLeftInPixels - 20) / 60;
        const middleOfBar = (bar: number): readonly [number, number] => [left + (bar + 0.4) * step, histogram.centerY];
        const [, , accent] = [1, 3, 5].map((at) => Number.parseInt(DEFAULT_PANEL_THEME.accent.slice(at, at + 2), 16));
        expect(PixelOf(middleOfBar(10))[2]).toBeGreaterThan(0.75 * accent);
        expect(PixelOf(middleOfBar(4))[2]).toBeLessThan(60);
        pointer.click(middleOfBar(45));
        expect(segmentation.granularity).toBeCloseTo(45.4 / 60, 1);
    });
});

describe("PartsPanel", () => {
    it("selects in sync with the scene, renames, hides, locks, merges by dragging, and undoes", async () => {
        await segmentation.setHierarchyAsync(CreateSquare());
        segmentation.partCount = 4;
        new PartsPanel(segmentation, texture, { width: 280 });
        await DrawAsync(scene);
        const texts = (): (string | undefined)[] => RowsIn(texture).map(({ content }) => content?.text);
        expect(texts()).toEqual([1, 1, 1, 4, 2, 2, 3].map((number) => `part ${number}`));

        pointer.click(PositionIn(RowsIn(texture)[1]));
        expect(Selected()).toEqual([0, 1]);
        expect(RowsIn(texture).map(({ content }) => content?.isSelected || content?.isInside)).toEqual([
            false,
            true,
            true,
            true,
            false,
            false,
            false,
        ]);
        pointer.click(PositionIn(RowsIn(texture)[5]), { shiftKey: true });
        expect(Selected()).toEqual([0, 1, 2]);
        // A selection in the scene opens the closed rows around the part.
        pointer.click(MiddleOf(texture, "partsCloseAll"));
        expect(texts()).toEqual(["part 1"]);
        pointer.click(PositionOfLeaf(2));
        await DrawAsync(scene);
        expect(RowsIn(texture)[3].content!.isSelected).toBe(true);

        pointer.click(PositionIn(RowsIn(texture)[3]));
        pointer.key("F2");
        pointer.type("wheel");
        pointer.key("Enter");
        const wheel = segmentation.selectedPart!;
        expect(segmentation.editor!.nameOf(wheel)).toBe("wheel");
        expect(texture.focusedControl?.name).toBe("partsList");
        pointer.key(" ");
        expect(segmentation.editor!.isHidden(wheel)).toBe(true);
        expect(segmentation.selectedPart).toBeNull(); // hidden parts leave the selection
        expect(RowOf(texture, "wheel").content!.icons.at(-1)).toEqual({ icon: "eyeOff", isStrong: false });
        pointer.click(PositionIn(RowOf(texture, "wheel"), 0));
        expect(segmentation.editor!.isHidden(wheel)).toBe(false);
        pointer.click(PositionIn(RowOf(texture, "wheel"), 1));
        expect(segmentation.editor!.isLocked(wheel)).toBe(true);
        pointer.click(PositionIn(RowOf(texture, "wheel")));
        expect(segmentation.selectedPart?.equals(wheel)).toBe(true);
        pointer.key("Delete");
        // It is locked, and the panel shows a note
        expect(segmentation.editor!.isHidden(wheel)).toBe(false);
        pointer.key("z", { ctrlKey: true });
        expect(segmentation.editor!.isLocked(wheel)).toBe(false);

        segmentation.selection.replace([...segmentation.condensedParts!.nodes.slice(0, 1)]);
        pointer.click(MiddleOf(texture, "partsOpenAll"));
        await DrawAsync(scene);
        const [from, to] = [PositionIn(RowOf(texture, "wheel")), PositionIn(RowsIn(texture)[2])];
        pointer.drag([from, [from[0], from[1] - 12], to]);
        expect(segmentation.editor!.groups.map(({ name }) => name)).toEqual(["part 1 + wheel"]);
        expect(Selected()).toEqual([0, 2]);
        expect(texts()[0]).toBe("part 1 + wheel");
        pointer.key("z", { ctrlKey: true });
        expect(segmentation.editor!.groups).toEqual([]);
        // A part is not merged with a part that contains it.
        const [inner, outer] = [PositionIn(RowOf(texture, "wheel")), PositionIn(RowsIn(texture)[4])];
        pointer.drag([inner, [inner[0], inner[1] - 12], outer]);
        expect(segmentation.editor!.groups).toEqual([]);
    });

    it("finds, opens and selects by keyboard", async () => {
        await segmentation.setHierarchyAsync(CreateSquare());
        segmentation.partCount = 2;
        new PartsPanel(segmentation, texture, { width: 280 });
        await DrawAsync(scene);
        const texts = (): (string | undefined)[] => RowsIn(texture).map(({ content }) => content?.text);
        expect(texts()).toEqual(["part 1", "part 1", "part 2"]);
        TabTo("partsList");
        pointer.key("ArrowDown");
        expect(segmentation.hoveredPart!.size).toBe(2);
        pointer.key("ArrowRight");
        pointer.key("ArrowRight");
        pointer.key("ArrowDown");
        pointer.key("Enter");
        expect(Selected()).toEqual([1]);
        pointer.key("ArrowLeft");
        pointer.key("ArrowLeft");
        expect(texts()).toEqual(["part 1", "part 1", "part 2"]);
        TabTo("partsSearch");
        pointer.type("T 3");
        expect(texts()).toEqual(["part 1", "part 2", "part 3"]);
        pointer.key("Escape");
        expect(texts()).toEqual(["part 1", "part 1", "part 2"]);
    });

    it("shows 10,000 parts with one control per visible row, and reuses them when it scrolls", async () => {
        segmentation.dispose();
        segmentation = new UltrametricSegmentation(scene, { minStepShare: 0 });
        await segmentation.setHierarchyAsync(CreateRandomHierarchy(5000, 5));
        new PartsPanel(segmentation, texture);
        await DrawAsync(scene);
        pointer.click(MiddleOf(texture, "partsOpenAll"));
        await DrawAsync(scene);
        const controls = (): number => texture.getDescendants().length;
        const [list] = texture.getDescendants(false, ({ name }) => name === "partsList");
        const visibleRows = Math.ceil(list.heightInPixels / 30);
        const before = controls();
        expect(segmentation.condensedParts!.nodes.length).toBeGreaterThan(9900);
        expect(RowsIn(texture).length).toBeLessThanOrEqual(visibleRows + 1);

        const made = new Set(texture.getDescendants().map(({ uniqueId }) => uniqueId));
        for (let i = 0; i < 30; i++) {
            pointer.wheel([list.centerX, list.centerY], i % 10 === 9 ? 30_000 : 70);
            scene.render();
        }
        expect(controls()).toBe(before);
        expect(texture.getDescendants().every(({ uniqueId }) => made.has(uniqueId))).toBe(true);
        expect(RowsIn(texture)[0].index).toBeGreaterThan(3000);
    });

    it("scrolls by touch, and drags a row after a long press", async () => {
        await segmentation.setHierarchyAsync(CreateRandomHierarchy(60, 2));
        new PartsPanel(segmentation, texture, { height: 320 });
        await DrawAsync(scene);
        pointer.click(MiddleOf(texture, "partsOpenAll"));
        await DrawAsync(scene);
        const finger = new GuiPointer(engine().getRenderingCanvas()!, "touch");
        const first = RowsIn(texture)[0];
        const [x, y] = PositionIn(first);
        finger.drag([
            [x, y + 120],
            [x, y + 90],
            [x, y + 30],
        ]);
        await DrawAsync(scene);
        expect(RowsIn(texture)[0].index).toBe(3);
        expect(segmentation.selection.isEmpty).toBe(true);
        const leaves = RowsIn(texture).filter(({ content }) => content?.fold === null);
        const [one, other] = [PositionIn(leaves[0]), PositionIn(leaves[1])];
        finger.down(one);
        await new Promise((resolve) => setTimeout(resolve, 500));
        finger.move([one[0], one[1] + 3], true);
        finger.move(other, true);
        finger.up(other);
        expect(segmentation.editor!.groups.length).toBe(1);
    });

    it("is operated by the ray of a controller, from any direction", async () => {
        await segmentation.setHierarchyAsync(CreateSquare());
        segmentation.partCount = 2;
        texture.dispose();
        const board = CreatePlane("board", { width: 2, height: 2 }, scene);
        board.position = new Vector3(0, 0, -1);
        texture = AdvancedDynamicTexture.CreateForMesh(board, 600, 600);
        new PartsPanel(segmentation, texture, { width: 280, bottom: 160 });
        new ToolsPanel(segmentation, texture, { bottom: 160 });
        new GranularityPanel(segmentation, texture);
        await DrawAsync(scene);
        // Like a controller's pointer, which picks by its ray and passes on the hit. The camera is elsewhere.
        const hand = new Vector3(1.2, -0.6, -2.5);
        const hit = (place: readonly [number, number]): PickingInfo => {
            const target = new Vector3(place[0] / 300 - 1, 1 - place[1] / 300, -1);
            const ray = Ray.CreateNewFromTo(hand, target);
            ray.length = 10;
            const picked = scene.pickWithRay(ray)!;
            expect(picked.pickedMesh).toBe(board);
            return picked;
        };
        const event = { pointerId: 200, pointerType: "xr", button: 0, buttons: 1 };
        const point = (place: readonly [number, number]): unknown => scene.simulatePointerMove(hit(place), event);
        const press = (place: readonly [number, number]): void => {
            point(place);
            scene.simulatePointerDown(hit(place), event);
        };
        const release = (place: readonly [number, number]): unknown => scene.simulatePointerUp(hit(place), event);
        const click = (place: readonly [number, number]): void => {
            press(place);
            release(place);
        };
        click(MiddleOf(texture, "finer"));
        expect(segmentation.partCount).toBe(3);
        click(MiddleOf(texture, "partsOpenAll"));
        await DrawAsync(scene);
        click(PositionIn(RowsIn(texture)[1]));
        expect(Selected()).toEqual([0, 1]);
        click(MiddleOf(texture, "tool hide"));
        expect(segmentation.editor!.history.names).toEqual(["Hide part 1"]);
        // Beside the mesh of the panels it picks parts.
        const ray = Ray.CreateNewFromTo(hand, new Vector3(1, 1, 0));
        ray.length = 10;
        const beside = scene.pickWithRay(ray, (mesh) => mesh !== board)!;
        scene.simulatePointerMove(beside, event);
        scene.simulatePointerDown(beside, event);
        scene.simulatePointerUp(beside, event);
        expect(Selected()).toEqual([3]);
        // The slider follows while the trigger is pressed.
        const [x, y] = MiddleOf(texture, "granularity");
        press([x, y]);
        point([590, y]);
        release([590, y]);
        expect(segmentation.granularity).toBe(1);
    });

    it("works on a mesh in the scene, as in XR, at any canvas size", async () => {
        await segmentation.setHierarchyAsync(CreateSquare());
        segmentation.partCount = 4;
        texture.dispose();
        const plane = CreatePlane("board", { width: 2, height: 2 }, scene);
        plane.position = new Vector3(0, 0, -1);
        texture = AdvancedDynamicTexture.CreateForMesh(plane, 400, 400);
        const panel = new PartsPanel(segmentation, texture);
        await DrawAsync(scene);
        expect([panel.control.widthInPixels, panel.control.heightInPixels]).toEqual([320, 360]);
        // The mesh is 3 away and 2 wide, which gives the number of canvas pixels per pixel of the texture.
        const scale = HEIGHT / (2 * Math.tan(0.4) * 3 * 200);
        const [x, y] = PositionIn(RowsIn(texture)[1]);
        pointer.click([WIDTH / 2 + scale * (x - 200), HEIGHT / 2 + scale * (y - 200)]);
        expect(Selected()).toEqual([0, 1]);
        pointer.key("ArrowDown");
        pointer.key("Enter");
        expect(Selected()).toEqual([0]);
    });
});

describe("ToolsPanel", () => {
    it("selects by box, lasso and the other tools while the camera stays", async () => {
        await segmentation.setHierarchyAsync(CreateSquare());
        segmentation.partCount = 4;
        const panel = new ToolsPanel(segmentation, texture, { width: 200 });
        await DrawAsync(scene);
        const camera = scene.activeCamera as FreeCamera;
        camera.attachControl();
        const selectedByTap = (): number[] => {
            pointer.click(PositionOfLeaf(3));
            return Selected();
        };
        expect(selectedByTap()).toEqual([3]);
        pointer.click(MiddleOf(texture, "tool box"));
        expect(panel.tool).toBe("box");
        const corner: readonly [number, number] = [WIDTH / 2 - 20, HEIGHT - 10];
        pointer.drag([corner, [WIDTH - 60, 60], [WIDTH - 10, 10]]);
        expect(Selected()).toEqual([1, 3]);
        pointer.drag(
            [
                [WIDTH - 10, HEIGHT - 10],
                [WIDTH - 60, HEIGHT - 60],
                [WIDTH / 2 + 20, HEIGHT / 2],
            ],
            { altKey: true },
        );
        expect(Selected()).toEqual([3]);
        expect(selectedByTap()).toEqual([3]);
        pointer.key("l");
        const around = PositionOfLeaf(1);
        pointer.drag(
            [
                [around[0] - 60, around[1] - 60],
                [around[0] + 60, around[1] - 60],
                [around[0] + 60, around[1] + 60],
                [around[0] - 60, around[1] + 60],
            ],
            { shiftKey: true },
        );
        expect(Selected()).toEqual([1, 3]);
        await DrawAsync(scene);
        expect(camera.rotation.length()).toBe(0);
        pointer.key("v");
        pointer.drag([PositionOfLeaf(1), [WIDTH - 40, HEIGHT - 40], [WIDTH - 80, HEIGHT - 10]]);
        await DrawAsync(scene);
        expect(camera.rotation.length()).toBeGreaterThan(0); // without a tool the drag rotates the camera
        camera.rotation.setAll(0);
        camera.cameraRotation.setAll(0);
        await DrawAsync(scene);
        pointer.click(MiddleOf(texture, "tool grow"));
        expect(Selected()).toEqual([0, 1, 2, 3]);
    });

    it("edits, and goes to any step of the history by a click", async () => {
        await segmentation.setHierarchyAsync(CreateSquare());
        segmentation.partCount = 4;
        new ToolsPanel(segmentation, texture, { width: 200, height: 540 });
        await DrawAsync(scene);
        const editor = segmentation.editor!;
        const isUsable = (name: string): boolean => texture.getControlByName(`tool ${name}`)!.isEnabled;
        expect([isUsable("hide"), isUsable("move"), isUsable("showAll")]).toEqual([false, false, true]);
        expect(texture.getControlByName("tool compound")!.isVisible).toBe(false); // no splats
        pointer.click(PositionOfLeaf(3));
        pointer.click(MiddleOf(texture, "tool hide"));
        expect([editor.isHidden({ start: 3, end: 4 }), segmentation.selection.isEmpty]).toEqual([true, true]);
        pointer.click(PositionOfLeaf(1));
        pointer.key("e");
        expect(editor.active?.name).toBe("part 4");
        pointer.key("d");
        expect(editor.extracted.map(({ name }) => name)).toEqual(["part 4", "part 4 (copy)"]);
        await expect.poll(() => texture.getControlByName("tool move_button") !== null).toBe(true);
        pointer.key("Delete");
        expect([editor.active, editor.extracted.length]).toEqual([null, 1]);
        await DrawAsync(scene);
        const texts = (): (string | undefined)[] => RowsIn(texture).map(({ content }) => content?.text);
        const steps = ["Hide part 3", "Extract part 4", "Duplicate part 4", "Delete part 4 (copy)"];
        pointer.wheel(PositionIn(RowsIn(texture)[1]), -100);
        await DrawAsync(scene);
        expect(texts()).toEqual(["Start", ...steps].slice(0, texts().length));
        pointer.click(PositionIn(RowOf(texture, "Hide part 3")));
        expect([editor.history.names, editor.extracted.length]).toEqual([steps.slice(0, 1), 0]);
        expect(RowOf(texture, "Extract part 4").content!.isQuiet).toBe(true);
        pointer.wheel(PositionIn(RowsIn(texture)[1]), -100); // the list followed the steps that were undone
        await DrawAsync(scene);
        pointer.click(PositionIn(RowOf(texture, "Start")));
        expect(editor.isHidden({ start: 3, end: 4 })).toBe(false);
        texture.focusedControl = null;
        pointer.key("z", { ctrlKey: true, shiftKey: true });
        expect(editor.history.names).toEqual(steps.slice(0, 1));
    });

    it("ignores keys while text is typed, and handles keys that a list does not", async () => {
        await segmentation.setHierarchyAsync(CreateSquare());
        segmentation.partCount = 4;
        const panel = new ToolsPanel(segmentation, texture, { width: 200 });
        new PartsPanel(segmentation, texture, { width: 280 });
        await DrawAsync(scene);
        pointer.click(PositionIn(RowsIn(texture)[2]));
        pointer.key("h");
        expect(segmentation.editor!.history.names).toEqual(["Hide part 1"]);
        pointer.key("z", { ctrlKey: true }); // once, though both the list and the tools handle it
        expect(segmentation.editor!.history.undoneNames).toEqual(["Hide part 1"]);
        pointer.click(PositionIn(RowsIn(texture)[3]));
        pointer.key("l");
        expect([panel.tool, segmentation.editor!.isLocked({ start: 1, end: 2 })]).toEqual(["select", true]);
        pointer.key("z", { ctrlKey: true });
        pointer.click(MiddleOf(texture, "partsSearch"));
        pointer.type("hb");
        expect([panel.tool, segmentation.editor!.history.names]).toEqual(["select", []]);
        pointer.key("Escape");
    });

    it("extracts the selection, and moves it by handles", async () => {
        await segmentation.setHierarchyAsync(CreateSquare());
        segmentation.partCount = 4;
        const panel = new ToolsPanel(segmentation, texture, { width: 200 });
        await DrawAsync(scene);
        pointer.click(PositionOfLeaf(3));
        const layers = scene.customRenderTargets.length;
        const handlesAreThere = new Promise((resolve) => panel.onRedrawObservable.addOnce(resolve));
        pointer.click(MiddleOf(texture, "tool move"));
        expect([panel.gizmoMode, segmentation.editor!.active?.name]).toEqual(["position", "part 3"]);
        await handlesAreThere;
        for (const mode of ["rotation", "scale", null]) {
            pointer.click(MiddleOf(texture, "tool move"));
            expect(panel.gizmoMode).toBe(mode);
        }
        expect(scene.customRenderTargets.length).toBe(layers);
        panel.dispose();
        expect(texture.getControlByName("toolsPanel")).toBeNull();
    });
});
