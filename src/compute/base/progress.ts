/** The stages of the package's long tasks: the id, for code, and the name, for people. */
export const PROGRESS_STAGES = {
    readScene: "Reading the scene",
    sampleSurfaces: "Sampling surfaces",
    drawViews: "Drawing views",
    readModel: "Reading a model",
    readImages: "Reading images",
    readMasks: "Reading masks",
    downloadModel: "Downloading the model",
    startModel: "Starting the model",
    makeMasks: "Making masks",
    makeImageMasks: "Making masks from images",
    collectSurface: "Collecting surface points",
    findNeighbors: "Finding neighbors",
    smoothFeatures: "Smoothing features",
    joinPieces: "Joining separate pieces",
    lookUpMasks: "Looking up masks",
    countVotes: "Counting mask votes",
    averageColors: "Averaging colors",
    measureCreases: "Measuring creases",
    growRegions: "Growing small regions",
    lookThroughSolids: "Looking through solids",
    mergeParts: "Merging parts",
    refineBorders: "Refining borders",
    packViews: "Packing views for training",
    trainFeatures: "Training the feature field",
    readFeatures: "Reading out features",
    trainRadiance: "Training the radiance field",
    pause: "Paused",
    drawRadiance: "Drawing the radiance field",
    drawDepth: "Rendering depth",
    lookAtView: "Looking at the view",
    showCameras: "Showing the cameras",
    showParts: "Showing parts",
    cutByCriterion: "Cutting by another criterion",
    carryParts: "Carrying parts",
    explodeParts: "Taking parts apart",
    exportParts: "Exporting parts",
    writeSplats: "Writing splats",
    readGroundTruth: "Reading ground truth",
    compareViews: "Comparing views",
    compareGroundTruth: "Comparing with the ground truth",
} as const;

/** The id of a stage, which stays the same in later versions; names may change. */
export type ProgressStage = keyof typeof PROGRESS_STAGES;

/** The progress of a long task. */
export interface Progress {
    /** The id of the stage, for translations and code. All tasks of the package give it; your own need not. */
    readonly id?: ProgressStage;
    /** Name of the stage, in English, as shown to the user. */
    readonly stage: string;
    /** The current item of the stage, such as "view 3 of 36"; undefined for a stage without items. */
    readonly detail?: string;
    /** Completed share of this stage, 0..1. */
    readonly fraction: number;
    /** Completed share of a task with several stages, 0..1; undefined where it is not known. */
    readonly total?: number;
}

/** Options of every long task. */
export interface RunOptions {
    /** Called with the progress from time to time. */
    readonly onProgress?: (progress: Progress) => void;
    /** Cancels the task when aborted; it then rejects with an UltrametricError of kind "aborted". */
    readonly signal?: AbortSignal;
}

/** Returns the progress of a stage. */
export function StageProgress(id: ProgressStage, fraction: number, detail?: string): Progress {
    const progress = { id, stage: PROGRESS_STAGES[id], fraction };
    return detail === undefined ? progress : { ...progress, detail };
}
