import { CRITERIA, type Criterion } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { FLAG, NumberWithin, OneOf, ParseCaptureCommand, TEXT } from "./commandLine";

export const USAGE = `npm run segment -- <capture> [options]

<capture>            folder of the capture: transforms_train.json or transforms.json (NeRF, nerfstudio), a COLMAP
                     model, poses_bounds.npy (LLFF), or an export of Polycam, Record3D or RealityScan, and its images,
                     depth and masks; docs/captures.md
--out DIR            output folder (out/<name of the capture>)
--preset P           network and training: fast, default or paper (default)
--recipe R           default, or paper: image neighbors, criterion distance, no smoothing, no votes (default)
--field F            source of surfaces: depth, the capture's own; radiance, learned from the images, even if there is
                     depth (depth; radiance for a capture without depth)
--radiance-preset P  radiance field: fast or default (fast)
--radiance-steps N   training steps of the radiance field (the preset's)
--radiance-file F    resume a saved training (.umrt) of the viewer or of an earlier run; a finished one is used as it is
--hold-out-every N   hold out every N-th view to measure with; 0: none (as the files say, else every 8th of COLMAP, LLFF
                     and transforms.json)
--min-images N       least number of images, if some are missing or broken (half of them, and at least 3)
--depth-continuity X weight of the radiance field's loss on depth jumps within the finest masks, 0.01 to 1 (0: none)
--features F         where features are trained: surface, at the surface point of a pixel; volumetric, at samples along
                     its ray, which needs a radiance field (surface)
--samples-per-ray N  samples along each ray (the preset's)
--masks FOLDER       folder of the masks within the capture (found, see docs/masks.md; missing masks are made, see npm
                     run masks);
                     sam: make them with Segment Anything, even if the capture has masks;
                     image: make them without a model, from color, depth and normals
--no-level           keep the world's orientation where it would be rotated so that z is up (docs/captures.md)
--image-masks X      weight of image masks beside the others, 0..1 (0.5 beside masks with scores, which a
                      model made; else 0)
--min-iou X          leave out masks with a lower predicted IoU (0)
--min-stability X    leave out masks with a lower stability (0)
--steps N            training steps (the preset's)
--criterion C        ${CRITERIA.join(", ")}, or all (consensus; with the paper's recipe distance)
--no-ultrametric     leave out the ultrametric loss
--no-hierarchical    leave out hierarchical sampling
--neighbors N        neighbors of the training graph: surface or image (the recipe's)
--granularity X      granularity of the colored point cloud, 0..1 (0.5)
--seed N             seed of all random numbers (0)
--preview            no training: masks alone, in seconds
--allow-outside      also read files that links and paths with ".." name outside of the capture's folder
--evaluate           measure NC, SI and VC against the ground truth in gt/`;

/** The default folder of the masks. */
export const DEFAULT_MASKS_FOLDER = "masks";

/** The value of --masks for masks by Segment Anything. */
export const SAM_MASKS = "sam";

/** The value of --masks for masks without a model. */
export const IMAGE_MASKS = "image";

const PRESETS = ["fast", "default", "paper"] as const;
const RECIPES = ["default", "paper"] as const;
const FIELDS = ["depth", "radiance"] as const;
const RADIANCE_PRESETS = ["fast", "default"] as const;
const FEATURES = ["surface", "volumetric"] as const;
const NEIGHBORS = ["surface", "image"] as const;

const OPTIONS = {
    out: TEXT,
    preset: TEXT,
    recipe: TEXT,
    field: TEXT,
    "radiance-preset": TEXT,
    "radiance-steps": TEXT,
    "radiance-file": TEXT,
    "hold-out-every": TEXT,
    "min-images": TEXT,
    "depth-continuity": TEXT,
    features: TEXT,
    "samples-per-ray": TEXT,
    masks: TEXT,
    "no-level": FLAG,
    "image-masks": TEXT,
    "min-iou": TEXT,
    "min-stability": TEXT,
    steps: TEXT,
    criterion: TEXT,
    "no-ultrametric": FLAG,
    "no-hierarchical": FLAG,
    neighbors: TEXT,
    granularity: TEXT,
    seed: TEXT,
    preview: FLAG,
    evaluate: FLAG,
    "allow-outside": FLAG,
    help: { ...FLAG, short: "h" },
} as const;

/** The arguments of `npm run segment`. */
export interface SegmentArguments {
    readonly capture: string;
    readonly out: string;
    readonly preset: (typeof PRESETS)[number];
    readonly recipe: (typeof RECIPES)[number];
    /** null: depth if the capture has it, else radiance. */
    readonly field: (typeof FIELDS)[number] | null;
    readonly radiancePreset: (typeof RADIANCE_PRESETS)[number];
    /** null: the preset's. */
    readonly radianceSteps: number | null;
    /** null: a new training. */
    readonly radianceFile: string | null;
    /** null: the loader's default. */
    readonly holdOutEvery: number | null;
    /** null: the loader's default. */
    readonly minImages: number | null;
    /** null: the loader's default. */
    readonly level: boolean | null;
    readonly depthContinuity: number;
    readonly features: (typeof FEATURES)[number];
    /** null: the preset's. */
    readonly samplesPerRay: number | null;
    readonly masks: string;
    /** null: by the origin of the masks. */
    readonly imageMasks: number | null;
    readonly minPredictedIou: number;
    readonly minStability: number;
    /** null: the preset's. */
    readonly steps: number | null;
    readonly criteria: readonly Criterion[];
    readonly ultrametricLoss: boolean;
    readonly hierarchicalSampling: boolean;
    readonly neighbors: (typeof NEIGHBORS)[number];
    readonly granularity: number;
    readonly seed: number;
    readonly preview: boolean;
    readonly evaluate: boolean;
    readonly allowsOutside: boolean;
}

/** Parses the command line; null for --help. @throws UltrametricError of kind "input" that names the option */
export function ParseSegmentArguments(args: string[]): SegmentArguments | null {
    const parsed = ParseCaptureCommand(args, OPTIONS, USAGE);
    if (parsed === null) {
        return null;
    }
    const { capture, values } = parsed;
    const recipe = OneOf("recipe", values.recipe ?? "default", RECIPES);
    const mainCriterion: Criterion = recipe === "paper" ? "distance" : "consensus";
    const criterion = values.criterion ?? mainCriterion;
    return {
        capture,
        out: values.out ?? `out/${capture.slice(capture.lastIndexOf("/") + 1)}`,
        preset: OneOf("preset", values.preset ?? "default", PRESETS),
        recipe,
        field: values.field === undefined ? null : OneOf("field", values.field, FIELDS),
        radiancePreset: OneOf("radiance-preset", values["radiance-preset"] ?? "fast", RADIANCE_PRESETS),
        radianceSteps: NumberWithin("radiance-steps", values["radiance-steps"], null, 1, 1e6),
        radianceFile: values["radiance-file"] ?? null,
        holdOutEvery: NumberWithin("hold-out-every", values["hold-out-every"], null, 0, 1e6),
        minImages: NumberWithin("min-images", values["min-images"], null, 1, 1e6),
        level: values["no-level"] ? false : null,
        depthContinuity: NumberWithin("depth-continuity", values["depth-continuity"], 0, 0, 1000),
        features: OneOf("features", values.features ?? "surface", FEATURES),
        samplesPerRay: NumberWithin("samples-per-ray", values["samples-per-ray"], null, 1, 64),
        masks: values.masks ?? DEFAULT_MASKS_FOLDER,
        imageMasks: NumberWithin("image-masks", values["image-masks"], null, 0, 1),
        minPredictedIou: NumberWithin("min-iou", values["min-iou"], 0, 0, 2),
        minStability: NumberWithin("min-stability", values["min-stability"], 0, 0, 1),
        steps: NumberWithin("steps", values.steps, null, 1, 1e6),
        // The first criterion is the one that is shown.
        criteria:
            criterion === "all"
                ? [mainCriterion, ...CRITERIA.filter((c) => c !== mainCriterion)]
                : [OneOf("criterion", criterion, CRITERIA)],
        ultrametricLoss: !values["no-ultrametric"],
        hierarchicalSampling: !values["no-hierarchical"],
        neighbors: OneOf("neighbors", values.neighbors ?? (recipe === "paper" ? "image" : "surface"), NEIGHBORS),
        granularity: NumberWithin("granularity", values.granularity, 0.5, 0, 1),
        seed: NumberWithin("seed", values.seed, 0, 0, 2 ** 32 - 1),
        preview: values.preview ?? false,
        evaluate: values.evaluate ?? false,
        allowsOutside: values["allow-outside"] ?? false,
    };
}
