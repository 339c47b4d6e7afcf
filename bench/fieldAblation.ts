// The effect of each element of the paper's method: its recipe with and without the ultrametric loss and hierarchical
// sampling.
//     node demo/headless/run.mjs bench/fieldAblation.ts <capture>... [--steps n] [--seeds 0,1,2] [--preset default]
//         [--variants 0,1,2,3] [--masks folder]
import { parseArgs } from "node:util";
import { FolderFileSource } from "../demo/headless/folderFileSource";
import { CreateNodeEngineAsync } from "../demo/headless/nodeWebGpu";
import type { FeatureFieldPreset, FeatureTrainingOptions } from "../src/compute/fields/feature/featureFieldOptions";
import { EvaluateHierarchyAsync } from "../src/plugin/evaluation/evaluateHierarchy";
import { LoadGroundTruthAsync } from "../src/plugin/formats/captures/groundTruth";
import { LoadNerfCaptureAsync } from "../src/plugin/formats/captures/nerfCapture";
import { LoadMaskFilesAsync } from "../src/plugin/formats/masks/maskFiles";
import { SegmentCaptureAsync } from "../src/plugin/pipeline/segmentCapture";

const VARIANTS: readonly (readonly [string, Partial<FeatureTrainingOptions>])[] = [
    ["paper's recipe", {}],
    ["without ultrametric loss", { ultrametric: false }],
    ["without the tree", { hierarchicalSampling: false }],
    ["without the tree, compared across masks", { hierarchicalSampling: false, withinLevel: false }],
];

const text = { type: "string" } as const;
const { values, positionals: captures } = parseArgs({
    allowPositionals: true,
    options: { steps: text, seeds: text, preset: text, variants: text, masks: text },
});
const steps = Number(values.steps ?? "1000");
const numbersOf = (list: string): number[] => list.split(",").map(Number);
const engine = await CreateNodeEngineAsync();
console.log("| capture | variant | seed | parts | groups | scene | mean | seconds |");
console.log("|---|---|---|---|---|---|---|---|");
for (const seed of numbersOf(values.seeds ?? "0,1,2")) {
    for (const folder of captures) {
        const source = new FolderFileSource(folder);
        const capture = await LoadNerfCaptureAsync(source);
        const masks = await LoadMaskFilesAsync(source, capture, values.masks ? { folder: values.masks } : {});
        const truth = await LoadGroundTruthAsync(source, capture);
        if (truth === null) {
            throw new Error(`${folder} has no ground truth.`);
        }
        for (const variant of numbersOf(values.variants ?? "0,1,2,3")) {
            const [name, training] = VARIANTS[variant];
            const start = performance.now();
            const hierarchy = await SegmentCaptureAsync(engine, capture, masks, {
                recipe: "paper",
                preset: (values.preset ?? "default") as FeatureFieldPreset,
                training: { steps, seed, ...training },
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
