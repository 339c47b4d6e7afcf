/**
 * A hierarchy as a list of merges, lowest first: at height `height[i]` the component named `second[i]` joins the one
 * named `first[i]`, which keeps its name. A component is named by one of its leaves. With c components left at the end
 * there are n - c merges.
 */
export interface MergeList {
    readonly leafCount: number;
    readonly first: Uint32Array;
    readonly second: Uint32Array;
    /** Ascending. */
    readonly height: Float64Array;
}
