import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader";
import "@babylonjs/loaders/SPLAT/splatFileLoader";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import { WriteSplatBytes } from "../../test/support/splatBytes";
import { CreateSplatTable } from "../../test/support/splatScene";
import { LongTaskWatch, YieldAsync } from "./longTasks";
import { CreateSceneAsync, Draw } from "./scene";

/** Opens a scene of splats, segments it with image masks, and cuts and picks parts on the splats. */
export async function Splats(count: number): Promise<object> {
    const scene = await CreateSceneAsync();
    const bytes = WriteSplatBytes(CreateSplatTable(count, 1).splats);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const watch = new LongTaskWatch();
    const onProgress = ({ stage }: { stage: string }): void => watch.enter(stage);
    const start = performance.now();
    watch.enter("Loading the splats");
    const url = URL.createObjectURL(new Blob([bytes]));
    const pluginOptions = { splat: { keepInRam: true } };
    const { meshes } = await ImportMeshAsync(url, scene, { pluginExtension: ".splat", pluginOptions });
    URL.revokeObjectURL(url);
    watch.enter("Starting");
    const segmentation = new UltrametricSegmentation(scene, { upAxis: "y" });
    const capture = await segmentation.captureSceneAsync(meshes, { onProgress });
    const masks = await segmentation.generateMasksAsync(capture, { onProgress });
    await segmentation.segmentAsync(capture, masks, {
        preview: true,
        onProgress,
        onCounts: () => watch.enter("Showing parts on the splats"),
    });
    watch.enter("Cutting");
    const cutting = performance.now();
    for (let parts = 2; parts <= 200; parts++) {
        segmentation.partCount = parts;
    }
    const cut = (performance.now() - cutting) / 199;
    segmentation.partCount = 8;
    watch.enter("Drawing");
    await scene.whenReadyAsync();
    await YieldAsync();
    Draw(scene);
    await YieldAsync();
    watch.enter("Picking");
    const engine = scene.getEngine();
    const picking = performance.now();
    const part = segmentation.pick(engine.getRenderWidth() / 2, engine.getRenderHeight() / 2);
    const picked = performance.now() - picking;
    const seconds = (performance.now() - start) / 1000;
    const pauses = await watch.endAsync();
    const result = {
        splats: count,
        megabytes: bytes.length / 1e6,
        leaves: segmentation.hierarchy!.leafCount,
        seconds,
        stages: watch.stages.map(([at, stage]) => `${(at - start / 1000).toFixed(1)} ${stage}`),
        pauses: pauses.map(({ length, stage }) => `${length.toFixed(0)} ms: ${stage}`),
        millisecondsACut: cut,
        millisecondsToPick: picked,
        picked: part?.size ?? 0,
    };
    engine.dispose();
    return result;
}
