// Quality of image masks, which need no model: time per view, and NC of the hierarchy without training, for each
// capture, beside the masks in the named folders.
//     node demo/headless/run.mjs bench/imageMasks.ts <capture folder>... [--masks FOLDER]...
import { parseArgs } from "node:util";
import { FolderFileSource } from "../demo/headless/folderFileSource";
import { HierarchyBuilder } from "../src/compute/hierarchy/build/hierarchyBuilder";
import { CreateMaskArrangement } from "../src/compute/masks/maskArrangement";
import { MaskConfidence, type MaskSet } from "../src/compute/masks/maskSet";
import type { Capture } from "../src/compute/views/capture";
import { EvaluateHierarchyAsync, type Evaluation } from "../src/plugin/evaluation/evaluateHierarchy";
import { type GroundTruth, LoadGroundTruthAsync } from "../src/plugin/formats/captures/groundTruth";
import { LoadNerfCaptureAsync } from "../src/plugin/formats/captures/nerfCapture";
import { LoadMaskFilesAsync } from "../src/plugin/formats/masks/maskFiles";
import { CreateImageMasksAsync } from "../src/plugin/masks/createImageMasks";

const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { masks: { type: "string", multiple: true } },
});
if (positionals.length === 0) {
    throw new Error("Usage: imageMasks.ts <capture folder>... [--masks FOLDER]...");
}

/** Returns the NC of the hierarchy by masks alone, as text. */
async function measureAsync(capture: Capture, masks: MaskSet, truth: GroundTruth): Promise<string> {
    const maskedViews = capture.views.map((view, i) => ({
        view,
        arrangement: CreateMaskArrangement(masks.views[i].masks, view.camera.width, view.camera.height),
        confidence: Float32Array.from(masks.views[i].masks, MaskConfidence),
    }));
    const hierarchy = new HierarchyBuilder({ ...capture, maskedViews, geometry: null }).build(["consensus"], null);
    const { nc } = await EvaluateHierarchyAsync(capture, hierarchy, truth, {
        criterion: "consensus",
        cuts: "default",
        seed: 0,
    });
    const row = (scores: Evaluation["nc"]["queried"]): string =>
        Object.entries(scores)
            .map(([level, score]) => `${level} ${score.toFixed(1)}`)
            .join("  ");
    const count = masks.views.reduce((sum, view) => sum + view.masks.length, 0) / masks.views.length;
    return `${count.toFixed(1).padStart(5)} masks a view   NC queried ${row(nc.queried)}   dense ${row(nc.dense)}`;
}

for (const folder of positionals) {
    const source = new FolderFileSource(folder);
    const capture = await LoadNerfCaptureAsync(source);
    const truth = await LoadGroundTruthAsync(source, capture);
    if (truth === null) {
        throw new Error(`${folder} has no ground truth to measure against.`);
    }
    const { width, height } = capture.views[0].camera;
    const used = process.cpuUsage();
    const begin = performance.now();
    const masks = await CreateImageMasksAsync(capture);
    const wall = (performance.now() - begin) / capture.views.length;
    const { user, system } = process.cpuUsage(used);
    const processor = (user + system) / 1000 / capture.views.length;
    console.log(`${folder}: ${capture.views.length} views of ${width} x ${height}`);
    console.log(`  without a model: ${wall.toFixed(0)} ms per view, ${processor.toFixed(0)} ms of processor time`);
    console.log(`  ${"(image)".padEnd(12)} ${await measureAsync(capture, masks, truth)}`);
    for (const maskFolder of values.masks ?? []) {
        const given = await LoadMaskFilesAsync(source, capture, { folder: maskFolder });
        console.log(`  ${maskFolder.padEnd(12)} ${await measureAsync(capture, given, truth)}`);
    }
}
