import type { EdgeList } from "../../algorithms/edgeList";
import type { MergeList } from "../../algorithms/mergeList";
import { CreateSpanningForest } from "../../algorithms/spanningForest";
import { CreateWatershed } from "../../algorithms/watershed";
import { type BorderOptions, DEFAULT_BORDER_OPTIONS, RefineBorders } from "../borders/borderRefinement";
import { MergeRanks } from "../borders/mergeRanks";
import { JoinLoosePieces } from "../borders/regionPieces";
import type { SuperpointOptions, Superpoints } from "./superpoints";

/** Superpoints and their merges. */
export interface MergedSuperpoints {
    readonly superpoints: Superpoints;
    /** Merges of the superpoints. */
    readonly outer: MergeList;
}

/**
 * The radius of a vertex's neighborhood per root of its degree, in mean spacings: that of a disk with as many vertices.
 */
const SPACINGS = 1 / Math.sqrt(Math.PI);

/**
 * Refines the borders between parts, see {@link RefineBorders}. Superpoints stay connected; those that lose all their
 * vertices are removed.
 *
 * @param graph the neighbor graph, without bridges
 * @param connectedEdges the edges of the graph, followed by bridges
 * @param weights [connected edges] the weights that the superpoints were made from
 */
export function RefineSuperpoints(
    { superpoints, outer }: MergedSuperpoints,
    graph: EdgeList,
    connectedEdges: EdgeList,
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
        return contrast === 2 ? cost * cost : cost ** contrast;
    };
    const refined = RefineBorders(region, outer, graph, costs, steps, others);
    const isChanged = new Uint8Array(count);
    for (let i = 0; i < region.length; i++) {
        if (refined[i] !== region[i]) {
            isChanged[refined[i]] = 1;
            isChanged[region[i]] = 1;
        }
    }
    JoinLoosePieces(refined, isChanged, connectedEdges, new MergeRanks(outer));
    // Others may have received a loose piece.
    for (let i = 0; i < region.length; i++) {
        isChanged[refined[i]] |= refined[i] !== region[i] ? 1 : 0;
    }
    const inner = mergeWithin(superpoints, refined, isChanged, connectedEdges, weights, settings.persistence);
    return dropEmpty(inner, refined, outer);
}

/** The largest width of a band to either side, in edges: the time of a cut grows faster than its band. */
const MAX_STEPS = 4;

/** Converts `width` radii of a mean region to edges, rounded up, at most {@link MAX_STEPS}. */
export function CountBorderSteps({ vertexCount, from }: EdgeList, regionCount: number, width: number): number {
    const degree = from.length / Math.max(vertexCount, 1);
    // An edge is as long as the radius of the disk of its vertex's neighbors; about two thirds are neighbors one way
    // only.
    const stepLength = SPACINGS * Math.sqrt(2 * degree);
    const radius = SPACINGS * Math.sqrt(vertexCount / Math.max(regionCount, 1));
    return from.length === 0 ? 0 : Math.min(MAX_STEPS, Math.ceil((width * radius) / stepLength));
}

/** Returns the merges within each region: the old ones if it did not change, otherwise those of its edges. */
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

/** Renumbers the regions that have vertices, and removes the others from the merges. */
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
