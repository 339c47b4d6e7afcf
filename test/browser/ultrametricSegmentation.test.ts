import { Color3 } from "@babylonjs/core/Maths/math.color";
import type { Scene } from "@babylonjs/core/scene";
import { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import { Slider } from "@babylonjs/gui/2D/controls/sliders/slider";
import { beforeEach, describe, expect, it } from "vitest";
import type { Part } from "../../src/plugin/parts/model/part";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import { GranularityPanel } from "../../src/ui/granularity/granularityPanel";
import { ProgressPanel } from "../../src/ui/progress/progressPanel";
import { CreateBlackScene, DrawAsync, ExpectColor, UseBrowserEngine } from "../support/browserScene";
import { CreateColoredBox } from "../support/coloredMeshes";
import { GuiPointer } from "../support/guiPointer";
import { CreateSquare, MIDDLE, PIXELS } from "../support/square";

const engine = UseBrowserEngine();
let scene: Scene;
let segmentation: UltrametricSegmentation;

beforeEach(async () => {
    scene = CreateBlackScene(engine());
    segmentation = new UltrametricSegmentation(scene, { pointRadius: 0.2, granularity: 0 });
});

const leaves = (part: Part | null): number[] | null => part && [...part.leaves].sort();

/** Draws a frame like an application. */
function RenderFrame(): void {
    engine().beginFrame();
    scene.render();
    engine().endFrame();
}

describe("UltrametricSegmentation", () => {
    it("segments meshes of the scene without masks or a model", async () => {
        const boxes = [-1, 1].map((x) => CreateColoredBox(x, x < 0 ? Color3.Red() : Color3.Green(), scene));
        const own = new UltrametricSegmentation(scene, { display: "meshes" });
        const capture = await own.captureSceneAsync(boxes, { views: 8, size: 64, samples: 3000 });
        const masks = await own.generateMasksAsync(capture);
        expect(masks.views).toHaveLength(8);
        expect(masks.views.every((view) => view.masks.length > 0)).toBe(true);
        await own.segmentAsync(capture, masks, { preview: true });
        expect(own.content!.capture).toBe(capture);
        own.partCount = 2;
        const offset = Math.round(MIDDLE / (3.5 * Math.tan(0.4)));
        const [left, right] = [-1, 1].map((side) => own.pick(MIDDLE + side * offset, MIDDLE)!);
        expect(left.equals(right)).toBe(false);
        const ofLeft = [...left.leaves].filter((leaf) => capture.elements[leaf] < 12).length;
        expect(ofLeft).toBe(left.size);
        expect([left.size, right.size].reduce((sum, size) => sum + size)).toBe(capture.elements.length);
        const aborted = own.generateMasksAsync(capture);
        own.dispose();
        await expect(aborted).rejects.toMatchObject({ kind: "aborted" });
    });

    it("is empty at first, and keeps the granularity for the first hierarchy", async () => {
        expect([segmentation.hierarchy, segmentation.criterion, segmentation.partCount, segmentation.criteria]).toEqual(
            [null, null, 0, []],
        );
        expect(segmentation.pick(MIDDLE, MIDDLE)).toBeNull();
        expect(() => {
            segmentation.partCount = 2;
        }).toThrow(/no hierarchy yet/);
        expect(() => {
            segmentation.criterion = "area";
        }).toThrow(/no hierarchy yet/);
        segmentation.granularity = 2;
        expect(segmentation.granularity).toBe(1);
        await segmentation.setHierarchyAsync(CreateSquare());
        expect(segmentation.partCount).toBe(4);
    });

    it("reaches all numbers of parts, on a logarithmic scale", async () => {
        await segmentation.setHierarchyAsync(CreateSquare());
        expect([segmentation.minPartCount, segmentation.maxPartCount, segmentation.partCount]).toEqual([1, 4, 1]);
        segmentation.granularity = 0.5;
        expect(segmentation.partCount).toBe(2);
        for (const count of [1, 2, 3, 4]) {
            segmentation.partCount = count;
            expect(segmentation.partCount).toBe(count);
        }
        segmentation.partCount = 99;
        expect([segmentation.partCount, segmentation.granularity]).toEqual([4, 1]);
        expect(() => {
            segmentation.granularity = Number.NaN;
        }).toThrow(/must be a number/);
    });

    it("returns the part under a pixel, its parent and its children", async () => {
        await segmentation.setHierarchyAsync(CreateSquare());
        await DrawAsync(scene);
        segmentation.partCount = 2;
        const lower = segmentation.pick(...PIXELS[1])!;
        expect(leaves(lower)).toEqual([0, 1]);
        expect(leaves(lower.parent)).toEqual([0, 1, 2, 3]);
        expect(lower.children.map(leaves)).toEqual([[0], [1]]);
        expect(segmentation.pick(MIDDLE, MIDDLE)).toBeNull();
        expect(segmentation.selectedPart).toBeNull();
        segmentation.partCount = 4;
        expect(leaves(segmentation.pick(...PIXELS[3]))).toEqual([3]);
    });

    it("hovers and picks with the pointer, and selects parents and children", async () => {
        await segmentation.setHierarchyAsync(CreateSquare());
        segmentation.partCount = 4;
        await DrawAsync(scene);
        const picked: (number[] | null)[] = [];
        const selected: (number[] | null)[] = [];
        segmentation.onPartPickedObservable.add((part) => picked.push(leaves(part)));
        segmentation.onSelectionChangedObservable.add((part) => selected.push(leaves(part)));
        scene.attachControl();
        const pointer = new GuiPointer(engine().getRenderingCanvas()!);
        pointer.move(PIXELS[2]);
        RenderFrame();
        expect(leaves(segmentation.hoveredPart)).toEqual([2]);
        pointer.click(PIXELS[2]);
        expect(picked).toEqual([[2]]);
        expect(selected).toEqual([[2]]);
        expect(segmentation.selectParent()).toBe(true);
        expect(leaves(segmentation.selectedPart)).toEqual([2, 3]);
        expect(segmentation.selectParent()).toBe(true);
        expect(segmentation.selectParent()).toBe(false);
        expect(leaves(segmentation.selectedPart)).toEqual([0, 1, 2, 3]);
        expect(segmentation.selectChild()).toBe(true);
        expect(leaves(segmentation.selectedPart)).toEqual([2, 3]);
        segmentation.pick(...PIXELS[0])!.parent!.select();
        expect(picked).toEqual([[2], [0, 1]]);
        pointer.click([MIDDLE, MIDDLE]);
        expect(segmentation.selectedPart).toBeNull();
        expect(segmentation.selectParent()).toBe(false);
        scene.detachControl();
    });

    it("cuts by another criterion, which deselects", async () => {
        await segmentation.setHierarchyAsync(CreateSquare(["distance", "area"]));
        await DrawAsync(scene);
        segmentation.partCount = 2;
        const part = segmentation.pick(...PIXELS[0])!;
        part.select();
        segmentation.criterion = "area";
        expect(segmentation.selectedPart).toBeNull();
        expect(leaves(segmentation.pick(...PIXELS[0]))).toEqual([0, 2]);
        const pixel = await DrawAsync(scene);
        const colorOf = (leaf: number): number[] =>
            segmentation.pointCloud!.colorOf(segmentation.pick(...PIXELS[leaf])!.start);
        ExpectColor(pixel(...PIXELS[2]), colorOf(0));
        ExpectColor(pixel(...PIXELS[3]), colorOf(1));
        expect(() => {
            segmentation.selectedPart = part;
        }).toThrow(/another hierarchy or criterion/);
        expect(() => {
            segmentation.criterion = "volume";
        }).toThrow(/no criterion "volume", only distance, area/);
    });

    it("loads a saved hierarchy, and keeps the current one when that fails", async () => {
        const bytes = await CreateSquare().serializeAsync();
        const shown: (string | undefined)[] = [];
        segmentation.onHierarchyChangedObservable.add((hierarchy) => shown.push(hierarchy?.name));
        const hierarchy = await segmentation.loadAsync(new Blob([bytes]));
        expect(segmentation.hierarchy).toBe(hierarchy);
        await expect(segmentation.loadAsync(bytes.slice(0, 60))).rejects.toMatchObject({ kind: "input" });
        await expect(segmentation.loadAsync("not-there.bumh")).rejects.toMatchObject({ kind: "input" });
        expect(segmentation.hierarchy).toBe(hierarchy);
        await segmentation.setHierarchyAsync(null);
        expect(shown).toEqual(["square", undefined]);
        expect(scene.meshes.length).toBe(0);
    });

    it("shows the last of several hierarchies that are set concurrently", async () => {
        const [first, second] = [CreateSquare(), CreateSquare(["area"])];
        await Promise.all([segmentation.setHierarchyAsync(first), segmentation.setHierarchyAsync(second)]);
        expect(segmentation.hierarchy).toBe(second);
        expect(segmentation.criterion).toBe("area");
        expect(scene.meshes.length).toBe(1);
    });

    it("is disposed with its scene, and leaves nothing in the scene when disposed before", async () => {
        const observers = (): number[] =>
            [
                scene.onPointerObservable,
                scene.onBeforeRenderObservable,
                scene.onBeforeRenderTargetsRenderObservable,
                scene.onDisposeObservable,
                engine().onContextRestoredObservable,
            ].map((observable) => observable.observers.length);
        const other = new UltrametricSegmentation(scene, { usePointer: true });
        const before = observers();
        other.dispose();
        const storages = engine()._storageBuffers.length;
        const without = observers();
        expect(without).not.toEqual(before);
        const another = new UltrametricSegmentation(scene);
        await another.setHierarchyAsync(CreateSquare());
        await DrawAsync(scene);
        another.dispose();
        another.dispose();
        expect(observers()).toEqual(without);
        expect(engine()._storageBuffers.length).toBe(storages);
        expect([scene.meshes.length, scene.transformNodes.length]).toEqual([0, 0]);

        await segmentation.setHierarchyAsync(CreateSquare());
        let disposals = 0;
        segmentation.onDisposeObservable.add(() => disposals++);
        scene.dispose();
        expect(segmentation.isDisposed).toBe(true);
        expect(disposals).toBe(1);
        expect(engine()._storageBuffers.length).toBe(storages);
        expect(() => {
            segmentation.granularity = 1;
        }).toThrow(/has been disposed/);
        await expect(segmentation.setHierarchyAsync(null)).rejects.toMatchObject({ kind: "disposed" });
        expect(() => new UltrametricSegmentation(scene)).toThrow(expect.objectContaining({ kind: "disposed" }));
    });
});

describe("GranularityPanel", () => {
    it("changes the colors of the next frame, and reads nothing back", async () => {
        await segmentation.setHierarchyAsync(CreateSquare());
        const texture = AdvancedDynamicTexture.CreateFullscreenUI("panels", true, scene);
        const panel = new GranularityPanel(segmentation, texture);
        panel.control.alpha = 0; // so that its colors do not count
        await DrawAsync(scene);
        const slider = panel.control.getDescendants(false).find((control) => control instanceof Slider)!;
        const count = panel.control.getDescendants(false).find((control) => control.name === "partCount")!;
        const mapAsync = GPUBuffer.prototype.mapAsync;
        let maps = 0;
        GPUBuffer.prototype.mapAsync = function (...args) {
            maps++;
            return mapAsync.apply(this, args);
        };
        slider.value = 1;
        RenderFrame();
        GPUBuffer.prototype.mapAsync = mapAsync;
        expect(maps).toBe(0);
        expect(segmentation.partCount).toBe(4);
        expect((count as unknown as { text: string }).text).toBe("4");
        const pixel = await DrawAsync(scene);
        PIXELS.forEach((place, leaf) => {
            ExpectColor(pixel(...place), segmentation.pointCloud!.colorOf(leaf), `leaf ${leaf}`);
        });
        segmentation.partCount = 2;
        expect(slider.value).toBeCloseTo(0.5);
        texture.dispose();
    });

    it("steps by its buttons, offers criteria, and is disposed with its texture or its segmentation", async () => {
        const texture = AdvancedDynamicTexture.CreateFullscreenUI("panels", true, scene);
        const observers = (): number[] =>
            [
                segmentation.onGranularityChangedObservable,
                segmentation.onHierarchyChangedObservable,
                segmentation.onCriterionChangedObservable,
                segmentation.onDisposeObservable,
            ].map((observable) => observable.observers.length);
        const panel = new GranularityPanel(segmentation, texture);
        expect(panel.control.isVisible).toBe(false);
        await segmentation.setHierarchyAsync(CreateSquare(["distance", "area"]));
        expect(panel.control.isVisible).toBe(true);
        const click = (name: string): void => {
            const button = panel.control.getDescendants(false).find((control) => control.name === name)!;
            button.onPointerClickObservable.notifyObservers({} as never);
        };
        click("finer");
        click("finer");
        expect(segmentation.partCount).toBe(3);
        click("coarser");
        expect(segmentation.partCount).toBe(2);
        click("criterion area");
        await expect.poll(() => segmentation.criterion).toBe("area");
        expect(observers()).toEqual([1, 1, 1, 1]);
        texture.dispose();
        expect(observers()).toEqual([0, 0, 0, 0]);

        const second = AdvancedDynamicTexture.CreateFullscreenUI("panels", true, scene);
        const other = new GranularityPanel(segmentation, second);
        segmentation.dispose();
        expect(second.getDescendants(false)).not.toContain(other.control);
        second.dispose();
    });
});

describe("ProgressPanel", () => {
    it("shows the progress of a run, and cancels it", () => {
        const texture = AdvancedDynamicTexture.CreateFullscreenUI("panels", true, scene);
        const panel = new ProgressPanel(texture, { width: 90 });
        const find = (name: string) => panel.control.getDescendants(false).find((control) => control.name === name)!;
        panel.onProgress({ stage: "Learning", fraction: 0.25 });
        expect((find("stage") as unknown as { text: string }).text).toBe("Learning");
        expect(panel.control.width).toBe("90px");
        expect(find("bar").width).toBe("13px"); // a quarter of 90 less the margins
        panel.onProgress({ stage: "Learning", detail: "view 2 of 3", fraction: 7 });
        expect((find("stage") as unknown as { text: string }).text).toBe("Learning, view 2 of 3");
        expect(find("bar").width).toBe("50px");
        expect(panel.signal.aborted).toBe(false);
        find("cancel").onPointerClickObservable.notifyObservers({} as never);
        expect(panel.signal.aborted).toBe(true);
        texture.dispose();
        panel.onProgress({ stage: "too late", fraction: 1 });
        panel.dispose();

        const narrow = AdvancedDynamicTexture.CreateFullscreenUI("panels", true, scene);
        const wide = new ProgressPanel(narrow, { width: 400 });
        expect(wide.control.width).toBe("104px"); // the canvas is narrower than the panel
        narrow.dispose();
    });
});
