import { PROGRESS_STAGES, type ProgressStage } from "../../base/progress";

/** The names of the stages that build a hierarchy, in order, for progress displays. */
export const HIERARCHY_STAGES = {
    masks: PROGRESS_STAGES.readMasks,
    cloud: PROGRESS_STAGES.collectSurface,
    graph: PROGRESS_STAGES.findNeighbors,
    smoothing: PROGRESS_STAGES.smoothFeatures,
    bridges: PROGRESS_STAGES.joinPieces,
    observations: PROGRESS_STAGES.lookUpMasks,
    votes: PROGRESS_STAGES.countVotes,
    colors: PROGRESS_STAGES.averageColors,
    creases: PROGRESS_STAGES.measureCreases,
    superpoints: PROGRESS_STAGES.growRegions,
    sight: PROGRESS_STAGES.lookThroughSolids,
    merging: PROGRESS_STAGES.mergeParts,
    borders: PROGRESS_STAGES.refineBorders,
} as const;

/** Returns the id of a stage with a name. */
export function HierarchyStageOf(name: string): ProgressStage {
    const ids = Object.keys(PROGRESS_STAGES) as ProgressStage[];
    return ids.find((id) => PROGRESS_STAGES[id] === name) ?? "mergeParts";
}
