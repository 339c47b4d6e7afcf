import type { EdgeList } from "../../algorithms/edgeList";
import type { MergeList } from "../../algorithms/mergeList";
import { CreateSpanningForest } from "../../algorithms/spanningForest";
import { CreateWatershed } from "../../algorithms/watershed";
import { type BorderOptions, DEFAULT_BORDER_OPTIONS, RefineBorders } from "../borders/borderRefinement";
import { MergeRanks } from "../borders/mergeRanks";
import { JoinLoosePieces } from "../borders/regionPieces";
import type { SuperpointOptions, Superpoints } from "./superpoints";

/** Superpoints with the merges that they are joined by. */
export interface MergedSuperpoints {
    readonly superpoints: Superpoints;
    /** Merges of the superpoints. */
    readonly outer: MergeList;
}

/** Radius of a vertex' neighborhood, in mean spacings of the vertices, for each root of its degree: a disk of so many. */
const SPACINGS = 1 / Math.sqrt(Math.PI);

/**
 * Superpoints with the borders between parts refined, see {@link RefineBorders}: connected where they were, and none empty. Those that lose all
 * their vertices are left out.
 *
 * @param graph neighboring vertices, without bridges
 * @param linkedEdges the graph's edges, followed by bridges
 * @param weights [linked edges] that the superpoints were made from
 */
export function RefineSuperpoints(
    { superpoints, outer }: MergedSuperpoints,
    graph: EdgeList,
    linkedEdges: EdgeList,
    weights: Float64Array,
    settings: Pick<SuperpointOptions, "voteFloor" | "cueFloor" | "persistence">,
    options: Partial<BorderOptions> = {},
): MergedSuperpoints {
    const { width, contrast, ...others } = { ...DEFAULT_BORDER_OPTIONS, ...options };
    const { region, count } = superpoints;
    const steps = CountBorderSteps(graph, count, width);
    if (steps === 0 || outer.first.length === 0 || graph.from.length === 0) {
        return { superpoints, outer };
    }
    const smooth = Math.max(settings.voteFloor * settings.cueFloor, Number.MIN_VALUE);
    const costs = (edge: number): number => {
        const cost = smooth / Math.max(weights[edge], smooth);
        return contrast === 1 ? cost : cost ** contrast;
    };
    const refined = RefineBorders(region, outer, graph, costs, steps, others);
    const isChanged = new Uint8Array(count);
    for (let i = 0; i < region.length; i++) {
        if (refined[i] !== region[i]) {
            isChanged[refined[i]] = 1;
            isChanged[region[i]] = 1;
        }
    }
    JoinLoosePieces(refined, isChanged, linkedEdges, new MergeRanks(outer));
    // Others may have taken in a loose piece.
    for (let i = 0; i < region.length; i++) {
        isChanged[refined[i]] |= refined[i] !== region[i] ? 1 : 0;
    }
    const inner = mergeWithin(superpoints, refined, isChanged, linkedEdges, weights, settings.persistence);
    return dropEmpty(inner, refined, outer);
}

/** Bands are no wider, in steps to either side: the time for a cut grows faster than its band. */
const MOST_STEPS = 4;

/** Steps along edges that `width` radii of a mean region are, rounded up, and at most {@link MOST_STEPS}. */
export function CountBorderSteps({ vertexCount, from }: EdgeList, regionCount: number, width: number): number {
    const degree = from.length / Math.max(vertexCount, 1);
    // Edges lead as far as the radius of a disk of the vertices that a vertex itself picks; about two thirds are picked by one end only.
    const stepLength = SPACINGS * Math.sqrt(2 * degree);
    const radius = SPACINGS * Math.sqrt(vertexCount / Math.max(regionCount, 1));
    return from.length === 0 ? 0 : Math.min(MOST_STEPS, Math.ceil((width * radius) / stepLength));
}

/** The merges within each new region: of those that did not change as they were, of the others those of its edges. */
function mergeWithin(
    { inner, region }: Superpoints,
    refined: Uint32Array,
    isChanged: Uint8Array,
    { vertexCount, from, to }: EdgeList,
    weights: Float64Array,
    persistence: SuperpointOptions["persistence"],
): MergeList {
    const isWithin = (e: number): boolean => isChanged[refined[from[e]]] === 1 && refined[from[e]] === refined[to[e]];
    let edgeCount = 0;
    for (let e = 0; e < from.length; e++) {
        edgeCount += isWithin(e) ? 1 : 0;
    }
    const edges = { vertexCount, from: new Uint32Array(edgeCount), to: new Uint32Array(edgeCount) };
    const ownWeights = new Float64Array(edgeCount);
    for (let e = 0, place = 0; e < from.length; e++) {
        if (isWithin(e)) {
            edges.from[place] = from[e];
            edges.to[place] = to[e];
            ownWeights[place++] = weights[e];
        }
    }
    const changed = CreateWatershed(edges, CreateSpanningForest(edges, ownWeights), persistence);
    const kept: number[] = [];
    for (let m = 0; m < inner.first.length; m++) {
        const r = region[inner.first[m]];
        if (isChanged[r] === 0 && r === region[inner.second[m]]) {
            kept.push(m);
        }
    }
    const merges = kept.length + changed.first.length;
    const all = {
        leafCount: vertexCount,
        first: new Uint32Array(merges),
        second: new Uint32Array(merges),
        height: new Float64Array(merges),
    };
    for (let m = 0, k = 0, c = 0; m < merges; m++) {
        const isKept = c === changed.first.length || (k < kept.length && inner.height[kept[k]] <= changed.height[c]);
        const source = isKept ? inner : changed;
        const place = isKept ? kept[k++] : c++;
        all.first[m] = source.first[place];
        all.second[m] = source.second[place];
        all.height[m] = source.height[place];
    }
    return all;
}

/** Renumbers the regions that have a vertex, and leaves the others out of their merges. */
function dropEmpty(inner: MergeList, region: Uint32Array, outer: MergeList): MergedSuperpoints {
    const size = new Uint32Array(outer.leafCount);
    for (const r of region) {
        size[r]++;
    }
    const name = new Int32Array(outer.leafCount).fill(-1);
    let count = 0;
    for (let r = 0; r < name.length; r++) {
        name[r] = size[r] > 0 ? count++ : -1;
    }
    const renamed = region.map((r) => name[r]);
    const first: number[] = [];
    const second: number[] = [];
    const height: number[] = [];
    for (let m = 0; m < outer.first.length; m++) {
        const a = name[outer.first[m]];
        const b = name[outer.second[m]];
        if (a >= 0 && b >= 0) {
            first.push(a);
            second.push(b);
            height.push(outer.height[m]);
        }
        name[outer.first[m]] = a >= 0 ? a : b;
    }
    return {
        superpoints: { inner, region: renamed, count },
        outer: {
            leafCount: count,
            first: Uint32Array.from(first),
            second: Uint32Array.from(second),
            height: Float64Array.from(height),
        },
    };
}
