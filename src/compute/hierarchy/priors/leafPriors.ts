import type { EdgeList } from "../../algorithms/edgeList";
import { BorderWeight, type LabelPrior, type LinkPrior } from "./structurePriors";

/** The structure priors of the leaves that a hierarchy is built from. */
export interface LeafPriors {
    readonly labelPriors: readonly LabelPrior[];
    /** Null if the prior is off. */
    readonly linkPrior: LinkPrior | null;
}

/** Returns the label priors of some of the leaves. */
export function SelectLabelPriors(labelPriors: readonly LabelPrior[], leaves: Uint32Array): LabelPrior[] {
    return labelPriors.map(({ labels, weight }) => ({
        labels: Uint32Array.from(leaves, (leaf) => labels[leaf]),
        weight,
    }));
}

/** Weighs the borders of the structure along the edges of the graph -> [edges]. */
export function WeighBorders({ from, to }: EdgeList, { labelPriors, linkPrior }: LeafPriors): Float32Array {
    return Float32Array.from(from, (vertex, e) => {
        const missingLink = linkPrior && linkPrior.links[e] === 0 ? linkPrior.weight : 0;
        return BorderWeight(labelPriors, vertex, to[e]) + missingLink;
    });
}
