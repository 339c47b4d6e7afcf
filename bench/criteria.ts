// NC of every criterion with the same trained features: node demo/headless/run.mjs bench/criteria.ts <masks folder>
// <capture>...
import { FolderFileSource } from "../demo/headless/folderFileSource";
import { CreateNodeEngineAsync } from "../demo/headless/nodeWebGpu";
import { CRITERIA } from "../src/compute/hierarchy/cut/segmentationHierarchy";
import { EvaluateHierarchyAsync } from "../src/plugin/evaluation/evaluateHierarchy";
import { LoadGroundTruthAsync } from "../src/plugin/formats/captures/groundTruth";
import { LoadNerfCaptureAsync } from "../src/plugin/formats/captures/nerfCapture";
import { LoadMaskFilesAsync } from "../src/plugin/formats/masks/maskFiles";
import { SegmentCaptureAsync } from "../src/plugin/pipeline/segmentCapture";

const [folder, ...captures] = process.argv.slice(2);
const engine = await CreateNodeEngineAsync();
console.log("| capture | masks | criterion | parts | groups | scene | mean | SI | VC |");
console.log("|---|---|---|---|---|---|---|---|---|");
for (const path of captures) {
    const source = new FolderFileSource(path);
    const capture = await LoadNerfCaptureAsync(source);
    const masks = await LoadMaskFilesAsync(source, capture, { folder });
    const truth = await LoadGroundTruthAsync(source, capture);
    if (truth === null) {
        throw new Error(`${path} has no ground truth.`);
    }
    const hierarchy = await SegmentCaptureAsync(engine, capture, masks, { criteria: CRITERIA });
    for (const criterion of CRITERIA) {
        const { nc, si, vc } = await EvaluateHierarchyAsync(capture, hierarchy, truth, { criterion });
        const { parts, groups, scene, mean } = nc.queried;
        const cells = [parts, groups, scene, mean, si, vc].map((x) => x.toFixed(1));
        console.log(`| ${capture.name} | ${folder} | ${criterion} | ${cells.join(" | ")} |`);
    }
}
process.exit(0);
