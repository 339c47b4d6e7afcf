import type { Scene } from "@babylonjs/core/scene";
import { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import type { Control } from "@babylonjs/gui/2D/controls/control";
import type { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import { beforeEach, describe, expect, it } from "vitest";
import type { Mask, MaskSet } from "../../src/compute/masks/maskSet";
import { RunLengthMask } from "../../src/compute/masks/runLengthMask";
import type { Capture, View } from "../../src/compute/views/capture";
import { MaskOverlay } from "../../src/plugin/masks/maskOverlay";
import { SelectMasks } from "../../src/plugin/masks/maskQuality";
import { ViewsPanel, type ViewsPanelOptions } from "../../src/ui/views/viewsPanel";
import { CreateBlackScene, DrawAsync, UseBrowserEngine } from "../support/browserScene";
import { CreateCamera } from "../support/cameras";
import { GuiPointer } from "../support/guiPointer";

const WIDTH = 640;
const HEIGHT = 480;
/** Side of a view, in pixels. */
const SIZE = 40;
const VIEWS = 30;
const engine = UseBrowserEngine(WIDTH, HEIGHT);
let scene: Scene;
let texture: AdvancedDynamicTexture;
let pointer: GuiPointer;

/** Creates a mask of a box. */
function box(left: number, top: number, side: number, predictedIou: number, stability: number): Mask {
    const bitmap = Uint8Array.from({ length: SIZE * SIZE }, (_, p) => {
        const [x, y] = [p % SIZE, Math.floor(p / SIZE)];
        return x >= left && x < left + side && y >= top && y < top + side ? 1 : 0;
    });
    return { region: RunLengthMask.FromBitmap(bitmap, SIZE, SIZE), predictedIou, stability };
}

const camera = CreateCamera(SIZE);
const view = (name: string): View => ({
    name,
    camera,
    image: new Uint8Array(4 * SIZE * SIZE).fill(255),
    depth: null,
});
const capture: Capture = {
    name: "boxes",
    views: Array.from({ length: VIEWS }, (_, i) => view(`./train/r_${i}`)),
    heldOutViews: [],
};
/** A mask, a mask inside it, one inside that, one that crosses it, and one elsewhere. */
const MASKS = [
    box(4, 4, 24, 0.95, 0.9),
    box(8, 8, 12, 0.9, 0.7),
    box(10, 10, 4, 0.6, 0.95),
    box(17, 17, 16, 0.8, 0.8),
    box(34, 0, 6, 0.7, 0.6),
];
const masks: MaskSet = { views: capture.views.map(() => ({ masks: MASKS })) };

beforeEach(() => {
    scene = CreateBlackScene(engine());
    scene.attachControl();
    texture = AdvancedDynamicTexture.CreateFullscreenUI("panels", true, scene);
    pointer = new GuiPointer(engine().getRenderingCanvas()!);
});

function createPanel(options: Partial<ViewsPanelOptions> = {}): ViewsPanel {
    return new ViewsPanel(capture, masks, texture, { width: 600, height: 460, top: 10, bottom: 10, ...options });
}

/** Returns the visible controls of a name. */
function all(panel: ViewsPanel, name: string): Control[] {
    const isShown = (control: Control): boolean =>
        control.isVisible && (!control.parent || isShown(control.parent as Control));
    return panel.control.getDescendants(false).filter((control) => control.name === name && isShown(control));
}

function find(panel: ViewsPanel, name: string): Control {
    const [control] = all(panel, name);
    expect(control, `there is no ${name}`).toBeDefined();
    return control;
}

const textOf = (control: Control): string => (control as TextBlock).text;

/** Returns the position of a point of a control on the canvas. Default: its middle. */
function positionOf(control: Control, x = 0.5, y = 0.5): [number, number] {
    const { left, top, width, height } = control._currentMeasure;
    return [Math.round(left + x * width), Math.round(top + y * height)];
}

/** Waits until a panel has finished its work in time slices, and draws. */
async function settleAsync(panel: ViewsPanel): Promise<(x: number, y: number) => [number, number, number]> {
    let changes = 0;
    const observer = panel.onRedrawObservable.add(() => changes++);
    for (let before = -1; changes !== before || panel.masks === null; ) {
        before = changes;
        await DrawAsync(scene);
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    observer.remove();
    return DrawAsync(scene);
}

/** Returns the position of pixel (x, y) of the open view on the canvas. */
function pixelPosition(panel: ViewsPanel, x: number, y: number): [number, number] {
    const { left, top, width, height } = find(panel, "viewPicture")._currentMeasure;
    const scale = Math.min(width, height) / SIZE;
    return [
        Math.round(left + (width - scale * SIZE) / 2 + scale * (x + 0.5)),
        Math.round(top + (height - scale * SIZE) / 2 + scale * (y + 0.5)),
    ];
}

const paleOf = (place: number, share: number): number[] =>
    MaskOverlay.ColorOf(place).map((c) => Math.round(share * c + (1 - share) * 255));

function expectNear(actual: readonly number[], expected: readonly number[], what: string, tolerance = 3): void {
    for (let c = 0; c < 3; c++) {
        // Two conversions to bytes, and resampling within one color.
        const difference = Math.abs(actual[c] - expected[c]);
        expect(difference, `${what}: [${actual}], not [${expected}]`).toBeLessThanOrEqual(tolerance);
    }
}

describe("ViewsPanel", () => {
    it("shows thumbnails of the visible views only, with their masks, and scrolls", async () => {
        const panel = createPanel();
        const pixel = await settleAsync(panel);
        expect(textOf(find(panel, "viewsSummary"))).toBe("150 masks in 30 views, 47 % covered");
        const cells = all(panel, "thumbnail");
        expect(cells.length).toBeLessThan(VIEWS);
        const names = all(panel, "thumbnailName").map(textOf);
        expect(names.slice(0, 2)).toEqual(["r_0", "r_1"]);
        const picture = all(panel, "thumbnailPicture")[0];
        expectNear(pixel(...positionOf(picture, 6 / SIZE, 25 / SIZE)), paleOf(0, 0.5), "the first thumbnail's whole");
        expectNear(pixel(...positionOf(picture, 0.1, 0.95)), [255, 255, 255], "its picture");

        pointer.move(positionOf(cells[0]));
        pointer.wheel(positionOf(cells[0]), 10_000);
        await settleAsync(panel);
        expect(all(panel, "thumbnailName").map(textOf)).toContain(`r_${VIEWS - 1}`);
        expect(all(panel, "thumbnailName").map(textOf)).not.toContain("r_0");
        // Dragging scrolls back without a click.
        const [x, y] = positionOf(panel.control);
        pointer.move([x, y - 100]);
        pointer.down([x, y - 100]);
        for (let step = 0; step <= 10; step++) {
            pointer.move([x, y - 100 + 20 * step], true);
        }
        pointer.up([x, y + 100]);
        await settleAsync(panel);
        expect(all(panel, "thumbnailName").map(textOf)).not.toContain(`r_${VIEWS - 1}`);
        expect(panel.openView).toBeNull();
    });

    it("opens a view by a click, steps to the next one, and goes back", async () => {
        const panel = createPanel();
        await settleAsync(panel);
        pointer.click(positionOf(all(panel, "thumbnail")[1]));
        await settleAsync(panel);
        expect(panel.openView).toBe(1);
        expect(textOf(find(panel, "viewsTitle"))).toBe("r_1");
        expect(textOf(find(panel, "viewsSummary"))).toBe("5 masks, 47 % covered");
        expect(all(panel, "thumbnail")).toEqual([]);
        pointer.click(positionOf(find(panel, "viewsNext")));
        expect(panel.openView).toBe(2);
        for (let i = 0; i < 3; i++) {
            pointer.click(positionOf(find(panel, "viewsPrevious")));
        }
        expect(panel.openView).toBe(VIEWS - 1);
        pointer.click(positionOf(find(panel, "viewsBack")));
        expect(panel.openView).toBeNull();
        expect(() => {
            panel.openView = VIEWS;
        }).toThrow(/no view 30; the capture has 30/);
    });

    it("shows the nested masks at the pointer, and fills and outlines one", async () => {
        const panel = createPanel();
        panel.openView = 0;
        let pixel = await settleAsync(panel);
        expectNear(pixel(...pixelPosition(panel, 6, 25)), paleOf(0, 0.5), "the whole");
        pointer.move(pixelPosition(panel, 12, 12));
        pixel = await settleAsync(panel);
        expect(panel.chain).toEqual([2, 1, 0]);
        expect(panel.highlighted).toBe(2);
        expectNear(pixel(...pixelPosition(panel, 11.5, 11.5)), paleOf(2, 0.6), "the smallest, filled");
        // Its color differs from white by at least 60; the line is one pixel wide, and resampled.
        expectNear(pixel(...pixelPosition(panel, 10, 11.5)), [255, 255, 255], "its outline", 20);
        expectNear(pixel(...pixelPosition(panel, 6, 25)), paleOf(0, 0.15), "the whole, faint");
        expect(all(panel, "maskTitle").map(textOf)).toEqual(["Mask 1", "Mask 2", "Mask 3"]);
        expect(textOf(all(panel, "maskSize")[2])).toBe("16 px, 1.0 %");
        expect(textOf(all(panel, "maskConfidence")[2])).toBe("IoU 0.60, stability 0.95");

        // The pointer can hover over masks in the list, too.
        pointer.move(positionOf(find(panel, "mask 1")));
        pixel = await settleAsync(panel);
        expect([panel.highlighted, panel.chain]).toEqual([1, [2, 1, 0]]);
        expectNear(pixel(...pixelPosition(panel, 12, 12)), paleOf(1, 0.6), "the part, filled");

        pointer.move(pixelPosition(panel, 18.5, 18.5));
        await settleAsync(panel);
        expect(panel.chain).toEqual([1, 0]);
        expect(textOf(find(panel, "maskListNote"))).toBe("Another mask overlaps these.");
        pointer.move(pixelPosition(panel, 2, 38));
        expect([panel.chain, panel.highlighted]).toEqual([[], -1]);
    });

    it("applies thresholds to the masks immediately, and passes the result on", async () => {
        const panel = createPanel({ applyLabel: "Segment again" });
        const changed: MaskSet[] = [];
        const applied: MaskSet[] = [];
        panel.onMasksChangedObservable.add((set) => changed.push(set));
        panel.onApplyObservable.add((set) => applied.push(set));
        await settleAsync(panel);
        expect(find(panel, "viewsApply").isEnabled).toBe(false);
        pointer.click(positionOf(find(panel, "viewsApply")));
        panel.openView = 3;
        let pixel = await settleAsync(panel);
        expectNear(pixel(...pixelPosition(panel, 11.5, 11.5)), paleOf(2, 0.5), "a mask of a low predicted IoU");
        // A drag along the slider, to its middle: from 0.6 to 0.95.
        const slider = find(panel, "minPredictedIou");
        pointer.move(positionOf(slider, 0.1));
        pointer.down(positionOf(slider, 0.1));
        pointer.move(positionOf(slider, 0.3), true);
        pointer.move(positionOf(slider, 0.5), true);
        pointer.up(positionOf(slider, 0.5));
        expect(panel.quality.minPredictedIou).toBeGreaterThan(0.7);
        expect(panel.quality.minPredictedIou).toBeLessThan(0.8);
        // The open view changes synchronously.
        expect(textOf(find(panel, "viewsSummary"))).toBe("3 of 5 masks, 44 % covered; left out: 2 low-scoring");
        pixel = await settleAsync(panel);
        expectNear(pixel(...pixelPosition(panel, 11.5, 11.5)), paleOf(1, 0.5), "what held it");
        expect(changed).toHaveLength(1);
        expect(panel.masks).toBe(changed[0]);
        const expected = capture.views.map((each) => SelectMasks(each, { masks: MASKS }, panel.quality).viewMasks);
        expect(changed[0].views).toEqual(expected);
        expect(changed[0].views[7].masks).toEqual([MASKS[0], MASKS[1], MASKS[3]]);
        pointer.click(positionOf(find(panel, "viewsApply")));
        expect(applied).toEqual([changed[0]]);
        expect(find(panel, "viewsApply").isEnabled).toBe(false);

        panel.quality = { ...panel.quality, minPredictedIou: 0, minStability: 0.99, minArea: 1 };
        await settleAsync(panel);
        expect(textOf(find(panel, "viewsSummary"))).toBe("0 of 5 masks, 0 % covered; left out: 5 low-scoring");
        expect(textOf(find(panel, "minStabilityLabel"))).toBe("Stability \u2265 0.99");
        expect(textOf(find(panel, "minAreaLabel"))).toBe("Size: all");
        expect(find(panel, "viewsApply").isEnabled).toBe(false); // without masks segmenting is not possible
        expect(changed).toHaveLength(2);
        panel.quality = { ...panel.quality, minStability: 0, minArea: 30 };
        panel.quality = { ...panel.quality, minArea: 40 };
        await settleAsync(panel);
        expect(changed).toHaveLength(3); // only the last of several changes
        expect(changed[2].views[0].masks).toEqual([MASKS[0], MASKS[1], MASKS[3]]);
    });

    it("is operated by keyboard", async () => {
        const panel = createPanel();
        await settleAsync(panel);
        const pointer = new GuiPointer(engine().getRenderingCanvas()!);
        panel.focus();
        for (const key of ["ArrowRight", "ArrowRight", "ArrowLeft", "ArrowDown", "Enter"]) {
            pointer.key(key);
        }
        const columns = panel.openView! - 1;
        expect(columns).toBeGreaterThan(1); // one to the right and one row down
        await settleAsync(panel);
        const seen = new Set<string>();
        for (let i = 0; i < 12; i++) {
            pointer.key("Tab");
            const name = texture.focusedControl?.name ?? "";
            if (name === "minStability" && !seen.has(name)) {
                pointer.key("ArrowRight");
                pointer.key("ArrowRight");
                expect(panel.quality.minStability).toBeGreaterThan(0.6);
            }
            seen.add(name);
        }
        expect([...seen]).toEqual(
            expect.arrayContaining([
                "viewsBack",
                "viewsPrevious",
                "viewsNext",
                "viewsClose",
                "minPredictedIou",
                "minArea",
            ]),
        );
        // Tab skips closed panels.
        panel.isOpen = false;
        for (let i = 0; i < 12; i++) {
            pointer.key("Tab");
            expect(texture.focusedControl).toBeNull();
        }
    });

    it("shows a note when the masks have no scores", async () => {
        const plain = { views: capture.views.map(() => ({ masks: [box(4, 4, 24, 1, 1), box(8, 8, 12, 1, 1)] })) };
        const panel = new ViewsPanel(capture, plain, texture, { width: 600, height: 460 });
        panel.openView = 0;
        await settleAsync(panel);
        expect(find(panel, "minPredictedIou").isEnabled).toBe(false);
        expect(textOf(find(panel, "minPredictedIouLabel"))).toBe("Predicted IoU: all equal");
        pointer.move(pixelPosition(panel, 12, 12));
        expect(textOf(all(panel, "maskConfidence")[0])).toBe("confidence unknown");
    });

    it("fits into narrow textures with all controls", async () => {
        texture.idealWidth = 2 * WIDTH; // controls have half the size
        const panel = createPanel({ width: 380, height: 600 });
        panel.openView = 0;
        await settleAsync(panel);
        pointer.move(pixelPosition(panel, 12, 12));
        await settleAsync(panel);
        const { left, top, width, height } = panel.control._currentMeasure;
        expect(width).toBeCloseTo(190, 0);
        for (const control of panel.control.getDescendants(false)) {
            const at = control._currentMeasure;
            if (at.width > 0 && control.isVisible && control.parent?.isVisible) {
                expect(at.left, control.name).toBeGreaterThanOrEqual(left - 1);
                expect(at.top, control.name).toBeGreaterThanOrEqual(top - 1);
                expect(at.left + at.width, control.name).toBeLessThanOrEqual(left + width + 1);
            }
        }
        const list = find(panel, "maskList")._currentMeasure;
        const slider = find(panel, "minPredictedIou")._currentMeasure;
        expect(list.top + list.height).toBeLessThanOrEqual(slider.top);
        expect(find(panel, "minArea")._currentMeasure.top).toBeLessThan(top + height);
        expect(panel.chain).toEqual([2, 1, 0]);
        texture.idealWidth = 900;
        await settleAsync(panel);
        expect(panel.control._currentMeasure.width).toBeCloseTo((380 * WIDTH) / 900, -0.5);
    });

    it("closes, and is disposed with its texture without remains", async () => {
        const panel = createPanel();
        let closed = 0;
        let drawn = 0;
        panel.onCloseObservable.add(() => closed++);
        await settleAsync(panel);
        panel.onRedrawObservable.add(() => drawn++);
        pointer.click(positionOf(find(panel, "viewsClose")));
        expect([panel.isOpen, closed]).toEqual([false, 1]);
        panel.isOpen = true;
        expect(drawn).toBeGreaterThan(1);
        const changed: MaskSet[] = [];
        panel.onMasksChangedObservable.add((set) => changed.push(set));
        panel.quality = { ...panel.quality, minArea: 50 };
        const observers = texture.onBeginLayoutObservable.observers.length;
        texture.dispose();
        panel.dispose();
        expect(texture.onBeginLayoutObservable.observers.length).toBeLessThan(observers);
        await new Promise((resolve) => setTimeout(resolve, 100));
        expect(changed).toEqual([]); // the running work has ended
        expect(() => new ViewsPanel(capture, { views: [] }, texture)).toThrow(/0 views/);
    });
});
