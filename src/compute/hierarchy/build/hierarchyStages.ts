/** The stages that build a hierarchy, in their order, in the words a person reads while waiting. */
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
    merging: "Merging parts",
} as const;
