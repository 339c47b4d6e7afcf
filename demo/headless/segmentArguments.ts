import { CRITERIA, type Criterion } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { FLAG, NumberWithin, OneOf, ParseCaptureCommand, TEXT } from "./commandLine";

export const USAGE = `npm run segment -- <capture> [options]

<capture>            folder of the capture: transforms_train.json or transforms.json (NeRF, nerfstudio), a COLMAP model or
                     poses_bounds.npy (LLFF), and its images, depth and masks; docs/captures.md
--out DIR            where the results go (out/<name of the capture>)
--preset P           network and training: fast, default or paper (default)
--recipe R           ours, or paper: image neighbors, criterion distance, no smoothing, no votes (ours)
--field F            where surfaces are: depth, the capture's own; radiance, learned from the pictures, whatever depth there is (depth; where
                     the capture has none, radiance)
--radiance-preset P  radiance field: fast or default (fast)
--radiance-steps N   its training steps (the preset's)
--radiance-file F    go on from a training that was saved (.umrt), by the viewer or in the results; nothing is trained where it had come to its end
--hold-out-every N   hold out every N-th view, to measure with; 0: none (what the files say, else every 8th of COLMAP, LLFF and transforms.json)
--depth-continuity X weight of the radiance field's loss of jumps in depth within the finest masks, 0.01 to 1 (0: none)
--features F         where features are trained: surface, at the surface point of a pixel; volumetric, at samples along its ray (surface)
--samples-per-ray N  samples along each ray (the preset's)
--masks FOLDER       folder of the masks, within the capture (masks; where there are none, they are made, see npm run masks);
                     sam: make them with Segment Anything, whatever the capture has;
                     image: make them without a model, the simple way, from color, depth and normals
--no-level           leave the world as the files have it, where it would be turned so that z is up (docs/captures.md)
--image-masks X      how much masks made from the pictures count beside the others, 0..1 (0; 0.5 where Segment Anything makes the others now)
--min-iou X          leave out masks with a lower predicted IoU (0)
--min-stability X    leave out masks with a lower stability (0)
--steps N            training steps (the preset's)
--criterion C        ${CRITERIA.join(", ")}, or all (consensus; with the paper's recipe distance)
--no-ultrametric     leave out the ultrametric loss
--no-hierarchical    leave out hierarchical sampling
--neighbors N       neighbors of the training graph: surface or image (the recipe's)
--granularity X      0..1: granularity of the colored point cloud (0.5)
--seed N             seed of everything random (0)
--preview            no training: masks alone, in seconds
--evaluate           measure NC, SI and VC against the ground truth in gt/`;

/** Folder of the masks where none is named. */
export const USUAL_MASKS = "masks";

/** Instead of a folder: masks by Segment Anything. */
export const SAM_MASKS = "sam";

/** Instead of a folder: masks without a model. */
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
    help: { ...FLAG, short: "h" },
} as const;

/** What the command line asks for. */
export interface SegmentArguments {
    readonly capture: string;
    readonly out: string;
    readonly preset: (typeof PRESETS)[number];
    readonly recipe: (typeof RECIPES)[number];
    /** null: by whether the capture has depth. */
    readonly field: (typeof FIELDS)[number] | null;
    readonly radiancePreset: (typeof RADIANCE_PRESETS)[number];
    /** null: the preset's. */
    readonly radianceSteps: number | null;
    /** null: it begins anew. */
    readonly radianceFile: string | null;
    /** null: as the loaders do. */
    readonly holdOutEvery: number | null;
    /** null: as the loaders do. */
    readonly level: boolean | null;
    readonly depthContinuity: number;
    readonly features: (typeof FEATURES)[number];
    /** null: the preset's. */
    readonly samplesPerRay: number | null;
    readonly masks: string;
    /** null: by where the masks come from. */
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
}

/** @throws UltrametricError of kind "input" that names the option; null when help is asked for */
export function ParseSegmentArguments(args: string[]): SegmentArguments | null {
    const parsed = ParseCaptureCommand(args, OPTIONS, USAGE);
    if (parsed === null) {
        return null;
    }
    const { capture, values } = parsed;
    const recipe = OneOf("recipe", values.recipe ?? "default", RECIPES);
    const usual: Criterion = recipe === "paper" ? "distance" : "consensus";
    const criterion = values.criterion ?? usual;
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
        level: values["no-level"] ? false : null,
        depthContinuity: NumberWithin("depth-continuity", values["depth-continuity"], 0, 0, 1000),
        features: OneOf("features", values.features ?? "surface", FEATURES),
        samplesPerRay: NumberWithin("samples-per-ray", values["samples-per-ray"], null, 1, 64),
        masks: values.masks ?? USUAL_MASKS,
        imageMasks: NumberWithin("image-masks", values["image-masks"], null, 0, 1),
        minPredictedIou: NumberWithin("min-iou", values["min-iou"], 0, 0, 2),
        minStability: NumberWithin("min-stability", values["min-stability"], 0, 0, 1),
        steps: NumberWithin("steps", values.steps, null, 1, 1e6),
        // The usual criterion first: it is the one that is shown.
        criteria:
            criterion === "all"
                ? [usual, ...CRITERIA.filter((c) => c !== usual)]
                : [OneOf("criterion", criterion, CRITERIA)],
        ultrametricLoss: !values["no-ultrametric"],
        hierarchicalSampling: !values["no-hierarchical"],
        neighbors: OneOf("neighbors", values.neighbors ?? (recipe === "paper" ? "image" : "surface"), NEIGHBORS),
        granularity: NumberWithin("granularity", values.granularity, 0.5, 0, 1),
        seed: NumberWithin("seed", values.seed, 0, 0, 2 ** 32 - 1),
        preview: values.preview ?? false,
        evaluate: values.evaluate ?? false,
    };
}
