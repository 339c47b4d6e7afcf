import type { LeafInterval } from "../model/leafInterval";

/** A click: a leaf that belongs to the part that is meant, or does not. */
export interface PromptPoint {
    readonly leaf: number;
    /** True if the leaf belongs to the part. */
    readonly isPositive: boolean;
}

/** A stroke of a brush: leaves of which all belong to the part, or none. */
export interface PromptStroke {
    readonly leaves: Uint32Array;
    /** True if the leaves belong to the part. */
    readonly isPositive: boolean;
}

/** A box around the part. */
export interface PromptBox {
    /** The leaves inside the box; no others belong to the part. */
    readonly leaves: Uint32Array;
}

/** The clicks, strokes and the box of a {@link PartPrompt}, in the order in which they were made. */
export interface PromptInput {
    readonly points: readonly PromptPoint[];
    readonly strokes: readonly PromptStroke[];
    /** Null for none. */
    readonly box: PromptBox | null;
}

/** A set of leaves, as disjoint intervals of the leaf order that is shown, ascending. */
export interface PromptLeaves {
    readonly intervals: readonly LeafInterval[];
    /** The number of leaves. */
    readonly size: number;
    /** The confidence, 0..1: the estimated intersection over union with the part that is meant. */
    readonly confidence: number;
}

/** An answer to clicks: the leaves that are most likely meant, and two alternatives. */
export interface PromptAnswer extends PromptLeaves {
    /** The next smaller set that may be meant; null for none. */
    readonly smaller: PromptLeaves | null;
    /** The next larger set that may be meant; null for none. */
    readonly larger: PromptLeaves | null;
    /** The origin of the answer, for a line such as "from the tree" or "from Segment Anything, 2 views". */
    readonly source: string;
}

/** The use of Babylon's Observable that is made here, whatever it passes to its callbacks. */
export interface Notifier {
    /** Adds a function that is called at each notification until the returned observer is removed. */
    add(callback: () => void): NotifierEntry;
}

/** An added callback; Babylon's Observer is one. */
export interface NotifierEntry {
    /** Stops the calls. */
    remove(): void;
}

/** A second source of answers beside the tree, such as Segment Anything on the view that a person looks at. */
export interface PromptSource {
    /** Notified when the same clicks may have a better answer than before; undefined if that does not happen. */
    readonly onChangedObservable?: Notifier;

    /**
     * Improves the answer of the tree.
     *
     * @param input the clicks, of which there is at least one that is positive, or a box
     * @param fromTree the tree's answer to them
     * @param signal aborted when there are other clicks
     * @returns null if the source has no better answer, such as when it does not see the clicks
     */
    answerAsync(input: PromptInput, fromTree: PromptAnswer, signal: AbortSignal): Promise<PromptAnswer | null>;
}
