// The functions on window that bench/inPage.ts calls in a page.
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader";
import "@babylonjs/loaders/glTF/2.0/glTFLoader";
import "@babylonjs/loaders/glTF/glTFFileLoader";
import "@babylonjs/loaders/SPLAT/splatFileLoader";
import { CutAtCount, LabelLeaves } from "../../src/compute/hierarchy/cut/partition";
import { ExportGlbAsync } from "../../src/plugin/export/exportGlb";
import { WritePointCloudPly } from "../../src/plugin/export/pointCloudPly";
import type { Part } from "../../src/plugin/parts/model/part";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import { CreateCloudHierarchy, CreateModelAsync } from "./content";
import { Learn } from "./learn";
import { LongTaskWatch, MarkStage, YieldAsync } from "./longTasks";
import { PartsList } from "./partsList";
import { Picking } from "./picking";
import { CreateSceneAsync, Draw } from "./scene";
import { SegmentAnything } from "./segmentAnything";
import { Slider } from "./slider";
import { Splats } from "./splats";
import { Train } from "./train";

const secondsSince = (since: number): number => (performance.now() - since) / 1000;

/** Writes labeled points as PLY, reads them by Babylon and by their bytes, and saves and opens the segmentation. */
async function cloud(count: number): Promise<object> {
    const scene = await CreateSceneAsync();
    const hierarchy = CreateCloudHierarchy(count, 1);
    const partition = CutAtCount(hierarchy.dendrogram("consensus"), 1000);
    let start = performance.now();
    const file = WritePointCloudPly(hierarchy, partition) as Uint8Array<ArrayBuffer>;
    const writing = secondsSince(start);
    start = performance.now();
    const url = URL.createObjectURL(new Blob([file]));
    const { meshes } = await ImportMeshAsync(url, scene, { pluginExtension: ".ply" });
    const reading = secondsSince(start);
    URL.revokeObjectURL(url);
    const header = new TextDecoder().decode(file.subarray(0, 1024));
    const rows = new DataView(file.buffer, header.indexOf("end_header\n") + 11);
    const labels = LabelLeaves(partition);
    start = performance.now();
    let wrong = 0;
    for (let leaf = 0; leaf < count; leaf++) {
        wrong += rows.getUint32(19 * leaf + 15, true) === labels[leaf] ? 0 : 1;
    }
    const labelsRead = secondsSince(start);

    const segmentation = new UltrametricSegmentation(scene);
    await YieldAsync();
    MarkStage("Showing leaves");
    await segmentation.setHierarchyAsync(hierarchy);
    await YieldAsync();
    MarkStage("Switching the criterion");
    await segmentation.setCriterionAsync("volume");
    await YieldAsync();
    MarkStage("Climbing to the root");
    start = performance.now();
    for (let part: Part | null = segmentation.parts!.partOfLeaf(77, 0); part; part = part.parent) {}
    const climbing = secondsSince(start);
    MarkStage("Hiding a part");
    segmentation.partCount = 100;
    segmentation.parts!.roots[0].children[0].hide();
    await YieldAsync();
    MarkStage("Saving");
    start = performance.now();
    const saved = await segmentation.saveAsync();
    const saving = secondsSince(start);
    segmentation.dispose();
    MarkStage("Opening");
    start = performance.now();
    const opened = await UltrametricSegmentation.ParseAsync(saved, scene);
    const opening = secondsSince(start);
    const result = {
        plyMegabytes: file.length / 1e6,
        writing,
        reading,
        vertices: meshes.reduce((sum, mesh) => sum + mesh.getTotalVertices(), 0),
        labelsRead,
        wrong,
        climbing,
        savedMegabytes: saved.length / 1e6,
        saving,
        opening,
        partCount: opened.partCount,
    };
    scene.getEngine().dispose();
    return result;
}

/**
 * Opens a GLB of 100,000 triangles, segments it with image masks, picks a part on the meshes, and exports the parts.
 */
async function endToEnd(draws: boolean): Promise<object> {
    const scene = await CreateSceneAsync();
    const { glb, triangles } = await CreateModelAsync(scene);
    Draw(scene);
    if (draws) {
        scene.getEngine().runRenderLoop(() => scene.render());
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const watch = new LongTaskWatch();
    const onProgress = ({ stage }: { stage: string }): void => watch.enter(stage);
    const start = performance.now();
    watch.enter("Loading the GLB");
    const url = URL.createObjectURL(new Blob([glb]));
    const { meshes } = await ImportMeshAsync(url, scene, { pluginExtension: ".glb" });
    URL.revokeObjectURL(url);
    watch.enter("Starting");
    const segmentation = new UltrametricSegmentation(scene, { display: "meshes", upAxis: "y" });
    const capture = await segmentation.captureSceneAsync(meshes, { onProgress });
    const masks = await segmentation.generateMasksAsync(capture, { onProgress });
    const done = segmentation.onHierarchyChangedObservable.add(() => watch.enter("Drawing"));
    await segmentation.segmentAsync(capture, masks, {
        preview: true,
        onProgress,
        onCounts: () => watch.enter("Showing parts on the meshes"),
    });
    done.remove();
    segmentation.partCount = 28;
    await scene.whenReadyAsync();
    if (!draws) {
        Draw(scene);
    }
    await YieldAsync();
    watch.enter("Picking");
    const engine = scene.getEngine();
    const part = segmentation.pick(engine.getRenderWidth() / 2, engine.getRenderHeight() / 2);
    const seconds = secondsSince(start);
    const pauses = await watch.endAsync();
    watch.enter("Exporting the parts");
    const exporting = performance.now();
    const file = await ExportGlbAsync(segmentation.hierarchy!, segmentation.content, scene);
    const result = {
        triangles,
        frames: scene.getFrameId(),
        glbMegabytes: glb.length / 1e6,
        leaves: segmentation.hierarchy!.leafCount,
        seconds,
        stages: watch.stages.map(([at, stage]) => `${(at - start / 1000).toFixed(1)} ${stage}`),
        pauses: pauses.map(({ length, stage }) => `${length.toFixed(0)} ms: ${stage}`),
        picked: part?.size ?? 0,
        exporting: secondsSince(exporting),
        exportedMegabytes: file.length / 1e6,
    };
    engine.dispose();
    return result;
}

Object.assign(window, {
    Cloud: cloud,
    EndToEnd: endToEnd,
    Learn,
    PartsList,
    Picking,
    SegmentAnything,
    Slider,
    Splats,
    Train,
});
