// The paper's tables 1, 3 and 4 on captures with ground truth: the effect of depth, the depth continuity loss, features
// along rays and the ultrametric loss when a capture has photos alone. The captures' own depth is for comparison only.
//     npm run ablation -- <capture>... [--radiance-steps N] [--steps N] [--seed N]
// The defaults are 1,000 and 300 steps: two captures take about two hours on two cores without a GPU.
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { FolderFileSource } from "../demo/headless/folderFileSource";
import { CreateNodeEngineAsync } from "../demo/headless/nodeWebGpu";
import { FEATURE_FIELD_PRESETS, type FeatureTrainingOptions } from "../src/compute/fields/feature/featureFieldOptions";
import type { RadianceField } from "../src/compute/fields/radiance/radianceField";
import type { MaskSet } from "../src/compute/masks/maskSet";
import type { Capture } from "../src/compute/views/capture";
import { MeasureDepth } from "../src/plugin/evaluation/depthError";
import { EvaluateHierarchyAsync } from "../src/plugin/evaluation/evaluateHierarchy";
import { MeasurePsnrAsync } from "../src/plugin/evaluation/heldOutPsnr";
import { type GroundTruth, LoadGroundTruthAsync } from "../src/plugin/formats/captures/groundTruth";
import { LoadNerfCaptureAsync } from "../src/plugin/formats/captures/nerfCapture";
import { LoadMaskFilesAsync } from "../src/plugin/formats/masks/maskFiles";
import { SegmentCaptureAsync, type SegmentOptions } from "../src/plugin/pipeline/segmentCapture";
import { LearnDepthAsync } from "../src/plugin/radiance/learnedDepth";

const text = { type: "string" } as const;
const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { "radiance-steps": text, steps: text, seed: text },
});
if (positionals.length === 0) {
    throw new Error("Name the captures; see the top of bench/ablation.ts.");
}
const radianceSteps = Number(values["radiance-steps"] ?? "1000");
const steps = Number(values.steps ?? "300");
const seed = Number(values.seed ?? "0");
/** The weight of the depth continuity loss where it is on. */
const DEPTH_CONTINUITY = 0.1;

const engine = await CreateNodeEngineAsync();
const fixed = (value: number, digits = 1): string => value.toFixed(digits);

/** Scores one way to find parts: the paper's recipe if features are trained, else masks alone. */
async function scoreAsync(
    name: string,
    capture: Capture,
    masks: MaskSet,
    truth: GroundTruth,
    training: Partial<FeatureTrainingOptions> | null,
    radiance: RadianceField | null = null,
): Promise<void> {
    const start = performance.now();
    const options: SegmentOptions =
        training === null
            ? { preview: true }
            : { recipe: "paper", training: { steps, seed, ...training }, radiance: radiance ?? undefined };
    const hierarchy = await SegmentCaptureAsync(training === null ? null : engine, capture, masks, options);
    const seconds = (performance.now() - start) / 1000;
    const { nc, vc } = await EvaluateHierarchyAsync(capture, hierarchy, truth, {
        cuts: training === null ? "default" : "paper",
    });
    const { parts, groups, scene, mean } = nc.queried;
    const cells = [parts, groups, scene, mean, vc, seconds].map((value) => fixed(value));
    console.log(`| ${capture.name} | ${name} | ${cells.join(" | ")} |`);
}

const preset = FEATURE_FIELD_PRESETS.default;
console.log(
    `Radiance field: preset fast, ${radianceSteps} steps. Features: ${preset.field.dimensions} dimensions, ` +
        `${preset.training.samples} samples, ${steps} steps, ` +
        `the paper's recipe. Seed ${seed}.\n`,
);
console.log("| capture | parts by | parts | groups | scene | NC | VC | seconds |");
console.log("|---|---|---|---|---|---|---|---|");
const DEPTH_HEADING =
    "\n| capture | depth | held-out PSNR | mean error | median error | surface covered, % | seconds " +
    "|\n|---|---|---|---|---|---|---|";
for (const folder of positionals) {
    const depthRows: string[] = [];
    const source = new FolderFileSource(folder);
    const capture = await LoadNerfCaptureAsync(source, { name: basename(folder) });
    const masks = await LoadMaskFilesAsync(source, capture);
    const truth = await LoadGroundTruthAsync(source, capture);
    if (truth === null || capture.views.some(({ depth }) => depth === null)) {
        throw new Error(`${folder} has no ground truth, or views without true depth.`);
    }
    await scoreAsync("true depth, masks alone", capture, masks, truth, null);
    await scoreAsync("true depth", capture, masks, truth, {});
    await scoreAsync("true depth, without ultrametric loss", capture, masks, truth, { ultrametric: false });
    for (const depthContinuity of [0, DEPTH_CONTINUITY]) {
        const kind = depthContinuity > 0 ? "learned depth with depth continuity" : "learned depth";
        const start = performance.now();
        const { capture: learned, field } = await LearnDepthAsync(engine, capture, {
            preset: "fast",
            training: { steps: radianceSteps, seed, depthContinuity },
            ...(depthContinuity > 0 ? { masks } : {}),
        });
        const seconds = (performance.now() - start) / 1000;
        const psnr = (await MeasurePsnrAsync(field, capture.heldOutViews)).mean;
        const error = MeasureDepth(learned.views, capture.views)!;
        depthRows.push(
            `| ${capture.name} | ${kind} | ${fixed(psnr)} | ${fixed(error.meanError, 4)} | ` +
                `${fixed(error.medianError, 4)} | ` +
                `${fixed(100 * error.covered)} | ${fixed(seconds, 0)} |`,
        );
        await scoreAsync(`${kind}, masks alone`, learned, masks, truth, null);
        await scoreAsync(`${kind}, features on surfaces`, learned, masks, truth, {});
        await scoreAsync(`${kind}, features along rays`, learned, masks, truth, { features: "volumetric" }, field);
        if (depthContinuity === 0) {
            await scoreAsync(`${kind}, on surfaces, without ultrametric loss`, learned, masks, truth, {
                ultrametric: false,
            });
            await scoreAsync(
                `${kind}, along rays, without ultrametric loss`,
                learned,
                masks,
                truth,
                { features: "volumetric", ultrametric: false },
                field,
            );
        }
        field.dispose();
    }
    console.log([DEPTH_HEADING, ...depthRows, ""].join("\n"));
}
process.exit(0);
