import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import {
    type Capture,
    CountAtGranularity,
    CreateImageMasksAsync,
    CutAtCount,
    DEFAULT_HIERARCHY_OPTIONS,
    type HierarchyCounts,
    LoadMaskFilesAsync,
    type MaskSet,
    RadianceTrainingSession,
    type SegmentationHierarchy,
    SegmentCaptureAsync,
    UltrametricError,
} from "babylon-ultrametric";
import { KdTree } from "babylon-ultrametric/compute";
import { EvaluateHierarchyAsync, type Evaluation, LoadGroundTruthAsync } from "babylon-ultrametric/evaluation";
import { FEATURE_FIELD_PRESETS } from "babylon-ultrametric/fields";
import { HasMaskFilesAsync, WriteLabelImages, WritePointCloudPly } from "babylon-ultrametric/formats";
import { DefaultImageMaskShare } from "babylon-ultrametric/masks";
import { CreatePartStartColors } from "../../src/plugin/display/partStartColors";
import { CheckSurfaceKnown, ResolveHierarchyOptions } from "../../src/plugin/pipeline/segmentCapture";
import { FolderFileSource } from "./folderFileSource";
import { LearnFolderDepthAsync } from "./learnFolderDepth";
import { LoadFolderCaptureAsync } from "./loadFolderCapture";
import { MakeMaskFilesAsync } from "./makeMaskFiles";
import { ParseMaskArguments } from "./maskArguments";
import { CreateNodeEngineAsync } from "./nodeWebGpu";
import { PrintNotes } from "./printNotes";
import {
    DEFAULT_MASKS_FOLDER,
    IMAGE_MASKS,
    ParseSegmentArguments,
    SAM_MASKS,
    type SegmentArguments,
    USAGE,
} from "./segmentArguments";
import { StageClock } from "./stageClock";

/** The granularities of the images of held-out views. */
const IMAGE_GRANULARITIES = [0.25, 0.5, 0.75];

async function mainAsync(): Promise<void> {
    const args = ParseSegmentArguments(process.argv.slice(2));
    if (args === null) {
        console.log(USAGE);
        return;
    }
    const clock = new StageClock();
    const { onProgress } = clock;
    const source = new FolderFileSource(args.capture, args);
    const read = await clock.measureAsync("Reading the capture", () => readCaptureAsync(source, args));
    PrintNotes(read.notes);
    const isRadiance =
        (args.field ?? (read.views.some(({ depth }) => depth !== null) ? "depth" : "radiance")) === "radiance";
    if (!isRadiance) {
        CheckSurfaceKnown(read); // before masks are made, which may take an hour
    }
    checkRadiance(args, isRadiance);
    const engine =
        args.preview && !isRadiance ? null : await clock.measureAsync("Starting WebGPU", CreateNodeEngineAsync);
    const hasMasks = await hasMasksAsync(source, args);
    const readMasksAsync = (seen: Capture): Promise<MaskSet> =>
        hasMasks
            ? clock.measureAsync("Reading masks", () =>
                  LoadMaskFilesAsync(source, seen, {
                      folder: maskFolder(args),
                      minPredictedIou: args.minPredictedIou,
                      minStability: args.minStability,
                  }),
              )
            : makeMasksAsync(args, seen, clock);
    const firstMasks = args.depthContinuity > 0 ? await readMasksAsync(read) : null;
    const learned = isRadiance ? await LearnFolderDepthAsync(engine!, read, args, firstMasks, clock) : null;
    const capture = learned?.capture ?? read;
    const masks = firstMasks ?? (await readMasksAsync(capture));
    PrintNotes(masks.notes);
    // Before the training, so that missing data fails early.
    const truth = args.evaluate ? await LoadGroundTruthAsync(source, capture) : null;
    if (args.evaluate && truth === null) {
        throw new UltrametricError(
            "input",
            `${args.capture} has no ground truth (gt/val_000_l2.png ...) to evaluate against. Leave out --evaluate.`,
        );
    }
    const imageMasks = args.imageMasks ?? DefaultImageMaskShare(masks);
    const training = {
        ...(args.steps === null ? {} : { steps: args.steps }),
        seed: args.seed,
        ultrametric: args.ultrametricLoss,
        hierarchicalSampling: args.hierarchicalSampling,
        neighbors: args.neighbors,
        features: args.features,
        ...(args.samplesPerRay === null ? {} : { samplesPerRay: args.samplesPerRay }),
    };
    let counts: HierarchyCounts | null = null;
    const hierarchy = await SegmentCaptureAsync(args.preview ? null : engine, capture, masks, {
        criteria: args.criteria,
        preset: args.preset,
        recipe: args.recipe,
        imageMasks,
        training,
        radiance: learned?.field,
        onProgress,
        onCounts: (found) => {
            counts = found;
        },
    });
    clock.stop();
    await clock.measureAsync("Writing results", () => writeResultsAsync(args, capture, hierarchy));

    let evaluation: Evaluation | null = null;
    if (truth !== null) {
        evaluation = await clock.measureAsync("Comparing with the ground truth", () =>
            EvaluateHierarchyAsync(capture, hierarchy, truth, {
                criterion: hierarchy.criteria[0],
                cuts: hierarchy.criteria[0] === "distance" && args.recipe === "paper" ? "paper" : "default",
                seed: args.seed,
            }),
        );
        printEvaluation(evaluation);
    }
    const preset = FEATURE_FIELD_PRESETS[args.preset];
    const report = {
        capture: capture.name,
        settings: { ...args, imageMasks },
        // The preset, overridden by options.
        ...(args.preview ? {} : { field: preset.field, training: { ...preset.training, ...training } }),
        hierarchy: { ...DEFAULT_HIERARCHY_OPTIONS, ...ResolveHierarchyOptions(args, !args.preview) },
        counts,
        radiance: learned?.report ?? null,
        seconds: { ...clock.seconds, total: clock.total },
        evaluation,
    };
    await writeFile(join(args.out, "report.json"), `${JSON.stringify(report, null, 4)}\n`);
    console.log(`${hierarchy.leafCount} points; results in ${args.out}`);
}

/** Reads the capture; for a resumed training, holds out the same views. */
async function readCaptureAsync(
    source: FolderFileSource,
    { capture, holdOutEvery, minImages, level, radianceFile }: SegmentArguments,
): Promise<Capture> {
    const name = basename(resolve(capture));
    const read = await LoadFolderCaptureAsync(source, { name, holdOutEvery, minImages, level });
    return radianceFile === null ? read : RadianceTrainingSession.CaptureOfAsync(read, await readFile(radianceFile));
}

/**
 * @throws UltrametricError "input" for options that need a radiance field without one, or masks before there is depth
 */
function checkRadiance({ depthContinuity, features, masks, preview }: SegmentArguments, isRadiance: boolean): void {
    const wrong = (message: string): UltrametricError => new UltrametricError("input", message);
    if (!isRadiance && (depthContinuity > 0 || features === "volumetric")) {
        const option = depthContinuity > 0 ? "--depth-continuity" : "--features volumetric";
        throw wrong(
            `${option} needs a radiance field, but surfaces come from the capture's depth: add --field radiance.`,
        );
    }
    if (depthContinuity > 0 && masks === IMAGE_MASKS) {
        throw wrong(
            "--depth-continuity needs masks before there is depth, but --masks image makes them from depth. " +
                "Use other masks.",
        );
    }
    if (preview && features === "volumetric") {
        throw wrong(
            "--features volumetric is an option of training, but --preview trains nothing: leave out one of them.",
        );
    }
}

/** Returns whether the capture has mask files, or the command line names their folder. */
async function hasMasksAsync(source: FolderFileSource, { masks }: SegmentArguments): Promise<boolean> {
    if (masks === IMAGE_MASKS || masks === SAM_MASKS) {
        return false;
    }
    if (masks !== DEFAULT_MASKS_FOLDER) {
        return true;
    }
    return await HasMaskFilesAsync(source);
}

/** Returns the option `folder` of LoadMaskFilesAsync. */
function maskFolder({ masks }: SegmentArguments): string | null {
    return masks === DEFAULT_MASKS_FOLDER ? null : masks;
}

/**
 * Makes masks without a model for `--masks image`, otherwise by Segment Anything with the defaults of `npm run masks`.
 */
async function makeMasksAsync(args: SegmentArguments, capture: Capture, clock: StageClock): Promise<MaskSet> {
    if (args.masks === IMAGE_MASKS) {
        console.log("Making masks without a model, from color, depth and normals.");
        const made = await CreateImageMasksAsync(capture, { onProgress: clock.onProgress });
        clock.stop();
        const views = made.views.map(({ masks }) => ({
            masks: masks.filter((m) => m.predictedIou >= args.minPredictedIou && m.stability >= args.minStability),
        }));
        console.log(`${views.reduce((sum, { masks }) => sum + masks.length, 0)} masks of ${views.length} views`);
        return { views, isFromImages: true };
    }
    const reason = args.masks === SAM_MASKS ? "" : `${args.capture} has no masks. `;
    console.log(`${reason}Making masks with Segment Anything (see npm run masks for options).`);
    const thresholds = [
        ...(args.minPredictedIou > 0 ? ["--min-iou", String(args.minPredictedIou)] : []),
        ...(args.minStability > 0 ? ["--min-stability", String(args.minStability)] : []),
    ];
    const maskArgs = ParseMaskArguments([args.capture, "--out", join(args.out, "masks"), ...thresholds])!;
    return MakeMaskFilesAsync(capture, maskArgs, clock);
}

async function writeResultsAsync(
    { out, granularity }: SegmentArguments,
    capture: Capture,
    hierarchy: SegmentationHierarchy,
): Promise<void> {
    await mkdir(join(out, "views"), { recursive: true });
    const dendrogram = hierarchy.dendrogram(hierarchy.criteria[0]);
    const cutAt = (g: number) => CutAtCount(dendrogram, CountAtGranularity(dendrogram, g));
    await writeFile(join(out, "hierarchy.bumh"), await hierarchy.serializeAsync());
    const partStartColors = CreatePartStartColors(dendrogram, hierarchy.positions);
    await writeFile(join(out, "points.ply"), WritePointCloudPly(hierarchy, cutAt(granularity), partStartColors));
    const tree = new KdTree(hierarchy.positions);
    const cuts = IMAGE_GRANULARITIES.map(cutAt);
    for (const view of capture.heldOutViews.filter(({ depth }) => depth !== null)) {
        const images = WriteLabelImages(view, tree, cuts, partStartColors);
        for (let i = 0; i < images.length; i++) {
            const name = `${view.name.replaceAll("/", "_")}_${IMAGE_GRANULARITIES[i]}.png`;
            await writeFile(join(out, "views", name), images[i]);
        }
    }
}

function printEvaluation({ nc, si, vc }: Evaluation): void {
    const row = (scores: Evaluation["nc"]["queried"]) =>
        Object.entries(scores)
            .map(([level, score]) => `${level} ${Number.isNaN(score) ? "-" : score.toFixed(1)}`)
            .join("  ");
    console.log(`NC queried  ${row(nc.queried)}`);
    console.log(`NC dense    ${row(nc.dense)}`);
    console.log(`SI ${si.toFixed(1)}  VC ${vc.toFixed(1)}`);
}

try {
    await mainAsync();
    process.exit(0);
} catch (error) {
    // An UltrametricError explains itself; any other error is a bug, whose stack helps.
    console.error(error instanceof UltrametricError ? `\n${error.message}` : error);
    process.exit(1);
}
