import { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import { PartsPanel } from "../../src/ui/parts/partsPanel";
import { GuiPointer, MiddleOf } from "../../test/support/guiPointer";
import { CreateCloudHierarchy } from "./content";
import { MarkStage } from "./longTasks";
import { CreateSceneAsync, Draw, Median } from "./scene";

/** Measures the main thread's milliseconds per turn of the wheel over a list of all parts, without the upload. */
export async function PartsList(leaves: number): Promise<object> {
    const scene = await CreateSceneAsync();
    scene.getEngine().setSize(640, 560);
    const segmentation = new UltrametricSegmentation(scene, { minStepShare: 0 });
    await segmentation.setHierarchyAsync(CreateCloudHierarchy(leaves, 5));
    segmentation.pointCloud!.root!.setEnabled(false); // only the panel is measured
    const texture = AdvancedDynamicTexture.CreateFullscreenUI("panels", true, scene);
    new PartsPanel(segmentation, texture);
    scene.attachControl();
    const pointer = new GuiPointer(scene.getEngine().getRenderingCanvas()!);
    await scene.whenReadyAsync();
    Draw(scene);
    pointer.click(MiddleOf(texture, "partsOpenAll"));
    Draw(scene);
    MarkStage("Scrolling");
    const list = texture.getControlByName("partsList")!;
    const times: number[] = [];
    for (let i = 0; i < 100; i++) {
        let [begin, drawing] = [0, 0];
        texture.onBeginLayoutObservable.addOnce(() => {
            begin = performance.now();
        });
        texture.onEndRenderObservable.addOnce(() => {
            drawing = performance.now() - begin;
        });
        const start = performance.now();
        pointer.wheel([list.centerX, list.centerY], i % 10 === 9 ? 30_000 : 70);
        const handling = performance.now() - start;
        Draw(scene);
        times.push(handling + drawing);
    }
    const result = {
        parts: segmentation.condensedParts!.nodes.length,
        medianMilliseconds: Median(times),
        longestMilliseconds: Math.max(...times),
    };
    scene.getEngine().dispose();
    return result;
}
