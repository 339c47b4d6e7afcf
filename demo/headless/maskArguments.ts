import { DEFAULT_MASK_QUALITY_OPTIONS, type MaskQualityOptions } from "../../src/plugin/masks/maskQuality";
import { DEFAULT_MASK_GENERATOR_OPTIONS, type MaskGeneratorOptions } from "../../src/plugin/sam/maskGenerator";
import { FLAG, NumberWithin, ParseCaptureCommand, TEXT } from "./commandLine";
import { DefaultThreadCount, MODEL_FOLDER } from "./samMasks";

const generator = DEFAULT_MASK_GENERATOR_OPTIONS;
const quality = DEFAULT_MASK_QUALITY_OPTIONS;

export const MASKS_USAGE = `npm run masks -- <capture> [options]

<capture>              folder of the capture: transforms_train.json or transforms.json (NeRF, nerfstudio), a COLMAP
                       model or poses_bounds.npy (LLFF), and its images; docs/captures.md
--out DIR              output folder, one COCO file per view (<capture>/masks); an interrupted run resumes
--images DIR           larger images of the views, for finer masks; within the capture or elsewhere (the views' own)
--model DIR            folder of MobileSAM's two files (${MODEL_FOLDER})
--points-per-side N    points per side of the grid (${generator.pointsPerSide})
--min-iou X            minimum predicted IoU of a mask (${generator.minPredictedIou})
--min-stability X      minimum stability of a mask (${generator.minStability})
--min-region N         holes and islands with fewer pixels are removed (${generator.minRegionArea})
--crop-layers N        also use overlapping crops, 4^i in layer i (${generator.cropLayers})
--background-step N    outside the content, ask every N-th point per axis; 0: none (${generator.backgroundStep})
--skip-found           ask no points inside small masks already found: slightly faster, finds fewer masks
--batch N              prompts per run of the decoder; limits memory (${generator.batchSize})
--duplicate-iou X      of masks that overlap more, the more stable one stays (${quality.duplicateIou})
--threads N            threads of the model (${DefaultThreadCount()})
--cache DIR            folder that keeps masks by image, model and options (out/cache)
--allow-outside        also read files that links and paths with ".." name outside of the capture's folder
--force                make all masks again, and replace files of another origin`;

const OPTIONS = {
    out: TEXT,
    images: TEXT,
    model: TEXT,
    "points-per-side": TEXT,
    "min-iou": TEXT,
    "min-stability": TEXT,
    "min-region": TEXT,
    "crop-layers": TEXT,
    "background-step": TEXT,
    "skip-found": FLAG,
    batch: TEXT,
    "duplicate-iou": TEXT,
    threads: TEXT,
    cache: TEXT,
    force: FLAG,
    "allow-outside": FLAG,
    help: { ...FLAG, short: "h" },
} as const;

/** The arguments of `npm run masks`. */
export interface MaskArguments {
    readonly capture: string;
    readonly out: string;
    readonly images: string | null;
    readonly model: string;
    readonly generator: Partial<MaskGeneratorOptions>;
    readonly quality: Partial<MaskQualityOptions>;
    readonly threads: number;
    readonly cache: string;
    readonly force: boolean;
    readonly allowsOutside: boolean;
}

/** Parses the command line; null for --help. @throws UltrametricError of kind "input" that names the option */
export function ParseMaskArguments(args: string[]): MaskArguments | null {
    const parsed = ParseCaptureCommand(args, OPTIONS, MASKS_USAGE);
    if (parsed === null) {
        return null;
    }
    const { capture, values } = parsed;
    return {
        capture,
        out: values.out ?? `${capture}/masks`,
        images: values.images ?? null,
        model: values.model ?? MODEL_FOLDER,
        generator: {
            pointsPerSide: NumberWithin("points-per-side", values["points-per-side"], generator.pointsPerSide, 1, 256),
            minPredictedIou: NumberWithin("min-iou", values["min-iou"], generator.minPredictedIou, 0, 2),
            minStability: NumberWithin("min-stability", values["min-stability"], generator.minStability, 0, 1),
            minRegionArea: NumberWithin("min-region", values["min-region"], generator.minRegionArea, 0, 1e9),
            cropLayers: NumberWithin("crop-layers", values["crop-layers"], generator.cropLayers, 0, 4),
            backgroundStep: NumberWithin(
                "background-step",
                values["background-step"],
                generator.backgroundStep,
                0,
                256,
            ),
            batchSize: NumberWithin("batch", values.batch, generator.batchSize, 1, 256),
            skipFound: values["skip-found"] ? {} : null,
        },
        quality: { duplicateIou: NumberWithin("duplicate-iou", values["duplicate-iou"], quality.duplicateIou, 0, 1) },
        threads: NumberWithin("threads", values.threads, DefaultThreadCount(), 1, 64),
        cache: values.cache ?? "out/cache",
        force: values.force ?? false,
        allowsOutside: values["allow-outside"] ?? false,
    };
}
