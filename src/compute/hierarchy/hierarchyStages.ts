/** The stages that build a hierarchy, in their order, in the words a person reads while waiting. */
export const HIERARCHY_STAGES = {
    masks: "Reading masks",
    cloud: "Collecting surface points",
    graph: "Finding neighbours",
    smoothing: "Smoothing features",
    bridges: "Joining separate pieces",
    observations: "Looking up masks",
    votes: "Counting mask votes",
    colors: "Averaging colours",
    bends: "Measuring creases",
    superpoints: "Growing small regions",
    merging: "Merging parts",
} as const;
