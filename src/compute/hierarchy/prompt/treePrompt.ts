/** A leaf, as its order index, that belongs to the part that is meant or does not. */
export interface TreeMark {
    readonly orderIndex: number;
    readonly isPositive: boolean;
}

/** The input of {@link PromptTree.answer}. */
export interface TreePrompt {
    /** Marks of different leaves, in the order in which they were made. */
    readonly marks: readonly TreeMark[];
    /** The order indices inside a box around the part; null for no box. */
    readonly box: Uint32Array | null;
}

/** A set of leaves that may be meant. */
export interface PromptCandidate {
    /** Disjoint intervals [start, end) of the leaf order, ascending. */
    readonly intervals: { readonly start: number; readonly end: number }[];
    /** The estimated intersection over union with the part that is meant, 0..1. */
    readonly confidence: number;
}

/** The result of {@link PromptTree.answer}. */
export interface TreeAnswer {
    /** The sets that may be meant, the smallest first. */
    readonly candidates: readonly PromptCandidate[];
    /** The index of the set that is most likely meant; 0 if there is none. */
    readonly best: number;
}
