/** The names of the stages that build a hierarchy, in order, for progress displays. */
export const HIERARCHY_STAGES = {
    masks: "Reading masks",
    cloud: "Collecting surface points",
    graph: "Finding neighbors",
    smoothing: "Smoothing features",
    bridges: "Joining separate pieces",
    observations: "Looking up masks",
    votes: "Counting mask votes",
    colors: "Averaging colors",
    creases: "Measuring creases",
    superpoints: "Growing small regions",
    sight: "Looking through solids",
    merging: "Merging parts",
    borders: "Refining borders",
} as const;
