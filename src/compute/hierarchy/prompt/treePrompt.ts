import type { WayNode } from "./nodeWays";

/** A leaf, as its order index, that belongs to the part that is meant or does not. */
export interface TreeMark {
    readonly orderIndex: number;
    readonly isPositive: boolean;
}

/** A set of leaves that may be meant. */
export interface PromptCandidate {
    /** Disjoint intervals [start, end) of the leaf order, ascending. */
    readonly intervals: readonly { readonly start: number; readonly end: number }[];
    /** The estimated intersection over union with the part that is meant, 0..1. */
    readonly confidence: number;
    /** The parts whose outlines are its borders: it holds the leaves inside an odd number of them. */
    readonly borders: readonly WayNode[];
}

/** The answer of a PromptTree. */
export interface TreeAnswer {
    /** The sets that may be meant, the smallest first. */
    readonly candidates: readonly PromptCandidate[];
    /** The index of the set that is most likely meant; 0 if there is none. */
    readonly best: number;
}
