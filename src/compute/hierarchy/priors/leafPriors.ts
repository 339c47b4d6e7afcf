import type { EdgeList } from "../../algorithms/edgeList";
import type { SurfaceStructure } from "../../views/surfaceStructure";
import { BorderWeight, CreateLinkPrior, type LabelPrior, type LinkPrior, type PriorWeights } from "./structurePriors";

/** The structure priors of the leaves that a hierarchy is built from. */
export interface LeafPriors {
    readonly labelPriors: readonly LabelPrior[];
    /** Null if the prior is off. */
    readonly linkPrior: LinkPrior | null;
}

/**
 * Creates the priors of some of the leaves.
 *
 * @param labelPriors of all leaves
 * @param leaves [n] leaf of each vertex of the graph
 * @param positions [n, 3] world positions of these leaves
 * @param findNeighbors see CreateLabelPriors
 */
export function CreateLeafPriors(
    structure: SurfaceStructure,
    weights: PriorWeights,
    labelPriors: readonly LabelPrior[],
    graph: EdgeList,
    leaves: Uint32Array,
    positions: Float32Array,
    findNeighbors: () => Uint32Array,
): LeafPriors {
    return {
        labelPriors: labelPriors.map(({ labels, weight }) => ({
            labels: Uint32Array.from(leaves, (leaf) => labels[leaf]),
            weight,
        })),
        linkPrior: CreateLinkPrior(structure, graph, leaves, positions, weights, findNeighbors),
    };
}

/** Weighs the borders of the structure along the edges of the graph -> [edges]. */
export function WeighBorders({ from, to }: EdgeList, { labelPriors, linkPrior }: LeafPriors): Float32Array {
    return Float32Array.from(from, (vertex, e) => {
        const missingLink = linkPrior && linkPrior.links[e] === 0 ? linkPrior.weight : 0;
        return BorderWeight(labelPriors, vertex, to[e]) + missingLink;
    });
}
