// What the parts of the paper's method are worth: its recipe with and without the ultrametric loss and hierarchical
// sampling. node demo/headless/run.mjs bench/fieldAblation.ts [steps] [seeds] <capture>...
import { FolderFileSource } from "../demo/headless/folderFileSource";
import { CreateNodeEngineAsync } from "../demo/headless/nodeWebGpu";
import type { FeatureTrainingOptions } from "../src/compute/field/featureFieldOptions";
import { LoadGroundTruthAsync } from "../src/plugin/captures/groundTruth";
import { LoadNerfCaptureAsync } from "../src/plugin/captures/nerfCapture";
import { EvaluateHierarchyAsync } from "../src/plugin/evaluation/evaluateHierarchy";
import { LoadMaskFilesAsync } from "../src/plugin/masks/maskFiles";
import { SegmentCaptureAsync } from "../src/plugin/pipeline";

const VARIANTS: readonly (readonly [string, Partial<FeatureTrainingOptions>])[] = [
    ["paper's recipe", {}],
    ["without ultrametric loss", { ultrametric: false }],
    ["without the tree", { hierarchicalSampling: false }],
    ["without the tree, compared across masks", { hierarchicalSampling: false, withinLevel: false }],
];

const [steps = "1000", seeds = "3", ...captures] = process.argv.slice(2);
const engine = await CreateNodeEngineAsync();
console.log("| capture | variant | seed | parts | groups | scene | mean | seconds |");
console.log("|---|---|---|---|---|---|---|---|");
for (let seed = 0; seed < Number(seeds); seed++) {
    for (const folder of captures) {
        const source = new FolderFileSource(folder);
        const capture = await LoadNerfCaptureAsync(source);
        const masks = await LoadMaskFilesAsync(source, capture);
        const truth = await LoadGroundTruthAsync(source, capture);
        if (truth === null) {
            throw new Error(`${folder} has no ground truth.`);
        }
        for (const [name, training] of VARIANTS) {
            const start = performance.now();
            const hierarchy = await SegmentCaptureAsync(engine, capture, masks, {
                recipe: "paper",
                training: { steps: Number(steps), seed, ...training },
            });
            const seconds = (performance.now() - start) / 1000;
            const { queried } = (await EvaluateHierarchyAsync(capture, hierarchy, truth, { cuts: "paper" })).nc;
            const cells = [queried.parts, queried.groups, queried.scene, queried.mean, seconds].map((x) =>
                x.toFixed(1),
            );
            console.log(`| ${capture.name} | ${name} | ${seed} | ${cells.join(" | ")} |`);
        }
    }
}
process.exit(0);
