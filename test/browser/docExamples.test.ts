import { HemisphericLight } from "@babylonjs/core/Lights/hemisphericLight";
import { Color3 } from "@babylonjs/core/Maths/math.color";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import type { Scene } from "@babylonjs/core/scene";
import "@babylonjs/core/Culling/ray";
import "@babylonjs/core/Loading/loadingScreen";
import { WebIO } from "@gltf-transform/core";
import { beforeEach, describe, expect, it } from "vitest";
import type { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { WriteSplatPly } from "../../src/plugin/export/splatPly";
import type { SceneCapture } from "../../src/plugin/sceneCapture/sceneCapture";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import type { GranularityPanel } from "../../src/ui/granularity/granularityPanel";
import type { PartsPanel } from "../../src/ui/parts/partsPanel";
import { CreateBlackScene, DrawAsync, UseBrowserEngine } from "../support/browserScene";
import { CreateColoredBox } from "../support/coloredMeshes";
import { CreateSplatMeshAsync, CreateSplatTable } from "../support/splatScene";
import { MIDDLE } from "../support/square";

// The examples as docs/ has them; what they find there already is put there by the tests.
interface Example {
    run(scope: Record<string, unknown>): Promise<Record<string, unknown>>;
}

/** Not as an import that Vite finds beforehand: it looks for such in files. */
async function ExampleAsync(name: string): Promise<Example> {
    const address = `/@id/virtual:docs/${name}`;
    return (await import(/* @vite-ignore */ address)) as Example;
}

const engine = UseBrowserEngine();
let scene: Scene;
let meshes: AbstractMesh[];

beforeEach(() => {
    scene = CreateBlackScene(engine());
    new HemisphericLight("light", new Vector3(0, 1, -1), scene);
    meshes = [-0.6, 0.6].map((x) => CreateColoredBox(x, x < 0 ? Color3.Red() : Color3.Green(), scene));
});

/** Segments the boxes, for examples that start with a segmentation. */
async function SegmentAsync(): Promise<{
    segmentation: UltrametricSegmentation;
    capture: SceneCapture;
    hierarchy: SegmentationHierarchy;
}> {
    const segmentation = new UltrametricSegmentation(scene, { display: "meshes", upAxis: "y" });
    const capture = await segmentation.captureSceneAsync(meshes, { views: 6, size: 48, samples: 2000 });
    const masks = await segmentation.generateMasksAsync(capture);
    const hierarchy = await segmentation.segmentAsync(capture, masks, { preview: true });
    return { segmentation, capture, hierarchy };
}

describe("the examples of docs/", () => {
    it("export.md: saves a segmentation and opens it again", async () => {
        const { run } = await ExampleAsync("export/0");
        const first = await SegmentAsync();
        first.segmentation.partCount = 2;
        first.segmentation.editor!.hide(first.segmentation.pick(MIDDLE - 20, MIDDLE)!);
        const { data, file, again } = await run({ scene, segmentation: first.segmentation });
        expect(JSON.parse(JSON.stringify(data))).toEqual(data);
        expect(new TextDecoder().decode((file as Uint8Array).subarray(0, 4))).toBe("BUMH");
        const reopened = again as UltrametricSegmentation;
        expect(reopened.content!.items.map(({ mesh }) => mesh)).toEqual(meshes);
        expect([reopened.granularity, reopened.editor!.isHidden([{ start: 0, end: 1 }])]).toEqual([
            0.4,
            first.segmentation.editor!.isHidden([{ start: 0, end: 1 }]),
        ]);
    });

    it("export.md: writes a GLB and labels", async () => {
        const { run } = await ExampleAsync("export/1");
        const { glb, labels, table } = await run({ scene, ...(await SegmentAsync()) });
        const nodes = (await new WebIO().readBinary(glb as Uint8Array)).getRoot().listNodes();
        expect(nodes.filter((node) => "interval" in node.getExtras()).length).toBeGreaterThan(8);
        const header = new TextDecoder("latin1").decode((labels as Uint8Array).subarray(0, 128));
        expect(header).toContain("'shape': (24,)");
        expect((table as string).split("\n").slice(0, 2)).toEqual([
            "mesh,instance,kind,element,part",
            expect.stringMatching(/^box -0.6,,face,0,\d+$/),
        ]);
        expect((table as string).trim().split("\n")).toHaveLength(1 + 24);
    });

    it("editing.md: segments, picks, extracts, undoes and redoes", async () => {
        const { run } = await ExampleAsync("editing/0");
        const [undoButton, redoButton] = [0, 1].map(() => document.createElement("button"));
        const { segmentation: made } = await run({ scene, meshes, undoButton, redoButton });
        const segmentation = made as UltrametricSegmentation;
        segmentation.partCount = 2;
        await DrawAsync(scene);
        segmentation.selectAt({ x: MIDDLE - 20, y: MIDDLE });
        expect(segmentation.editor!.extracted).toHaveLength(1);
        undoButton.click();
        expect(segmentation.editor!.extracted).toHaveLength(0);
        redoButton.click();
        expect(segmentation.editor!.extracted).toHaveLength(1);
    });

    it("editing.md: selects by a controller's ray", async () => {
        const { run } = await ExampleAsync("editing/1");
        const { segmentation } = await SegmentAsync();
        const { Ray } = await import("@babylonjs/core/Culling/ray.core");
        const ray = new Ray(Vector3.Zero(), Vector3.Up());
        const controller = {
            getWorldPointerRayToRef: (to: { origin: Vector3; direction: Vector3 }) => {
                to.origin.set(-0.6, 0, -4);
                to.direction.set(0, 0, 1);
            },
        };
        await run({ segmentation, controller, ray });
        expect(segmentation.selectedPart!.size).toBeGreaterThan(0);
    });

    it("materials.md: shows parts on meshes", async () => {
        const { run } = await ExampleAsync("materials/0");
        const { segmentation: made } = await run({ scene, meshes });
        const segmentation = made as UltrametricSegmentation;
        expect([segmentation.granularity, segmentation.colorMode]).toEqual([0.4, "tint"]);
        expect(segmentation.meshBinding).not.toBeNull();
        await DrawAsync(scene);
        segmentation.selectAt({ x: MIDDLE - 20, y: MIDDLE });
        expect(segmentation.selectedPart).not.toBeNull();
    });

    it("splats.md: segments splats, and writes and extracts those of a part", async () => {
        const { run } = await ExampleAsync("splats/0");
        const source = await CreateSplatMeshAsync("source", CreateSplatTable(3000, 7).splats, scene);
        const url = URL.createObjectURL(new Blob([WriteSplatPly(source)]));
        source.dispose();
        // The example's file.
        const open = XMLHttpRequest.prototype.open;
        XMLHttpRequest.prototype.open = function (this: XMLHttpRequest, method: string, address: string | URL) {
            open.call(this, method, String(address).endsWith("garden.ply") ? url : address, true);
        } as typeof open;
        try {
            const { segmentation: made, item } = await run({ scene });
            const segmentation = made as UltrametricSegmentation;
            expect(segmentation.splatMeshes).toHaveLength(1);
            const before = scene.meshes.length;
            segmentation.parts!.roots[0].children[0].select();
            // Babylon makes a mesh for each camera beside it.
            const alone = (): GaussianSplattingMesh[] =>
                scene.meshes.slice(before).filter(({ name }) => name.endsWith("(part)")) as GaussianSplattingMesh[];
            await expect.poll(() => alone().length).toBe(1); // after the file is written
            expect(alone()[0].splatsData!.byteLength).toBeGreaterThan(0);
            expect((item as { kind: string }).kind).toBe("splats");
        } finally {
            XMLHttpRequest.prototype.open = open;
            URL.revokeObjectURL(url);
        }
    });

    it("panels.md: creates panels, also themed and on a mesh, and steps to the next split", async () => {
        const { segmentation } = await SegmentAsync();
        await DrawAsync(scene);
        const [first, counts, themes, board] = await Promise.all(
            [0, 1, 2, 3].map((number) => ExampleAsync(`panels/${number}`)),
        );
        const { texture, parts } = await first.run({ scene, segmentation });
        expect((parts as PartsPanel).control.host).toBe(texture);
        segmentation.partCount = 2;
        const { bars } = await counts.run({ segmentation });
        expect(segmentation.partCount).toBeGreaterThan(2);
        expect(Math.max(...(bars as Float32Array))).toBe(1);
        const { own } = await themes.run({ segmentation, texture });
        await DrawAsync(scene);
        expect((own as GranularityPanel).control.isVisible).toBe(true);
        const { panel } = await board.run({ scene, segmentation });
        await DrawAsync(scene);
        expect((panel as PartsPanel).control.widthInPixels).toBe(440);
    });
});
