import type { EdgeList } from "../../algorithms/edgeList";
import { UltrametricError } from "../../base/ultrametricError";
import { NO_FACE, type SurfaceStructure } from "../../views/surfaceStructure";
import { FindShells } from "./faceShells";
import { FindNodeLevels } from "./nodeLevels";
import { FindSurfaceLinks } from "./surfaceLinks";

/**
 * Structure of the content, as priors of the `consensus` criterion. Each prior has a weight from 0 to 1; `true` stands
 * for its {@link DEFAULT_PRIOR_WEIGHTS}, false for 0. All are off by default.
 *
 * A weight w acts twice. For superpoints, an edge of the graph across a border of the structure gets an additional w in
 * its sum of color difference and crease. For merging, the dissimilarity of two regions grows by w times the share of
 * the smaller region that belongs to no shell (material, node) of the other. So the pieces of a shell merge first,
 * unless masks separate them by more than w, and whole shells merge in the order of the masks' consensus. With a weight
 * of 1 the structure overrules nearly all masks.
 */
export interface StructurePriors {
    /**
     * Connection along the surface, over faces that share an edge. Regions that are adjacent in space, but not along
     * the surface, are w more dissimilar, unless the smaller one has no neighbor along the surface, because it is a
     * whole shell.
     */
    readonly edges?: number | boolean;
    /** Shells: connected components of faces, across meshes; corners at equal positions are welded. */
    readonly shells?: number | boolean;
    /** Materials. */
    readonly materials?: number | boolean;
    /** Nodes: meshes and instances with their ancestors; all levels of the tree have equal weights. */
    readonly nodes?: number | boolean;
}

/** The names of the priors, in the order of the documentation. */
export const STRUCTURE_PRIORS = ["edges", "shells", "materials", "nodes"] as const;

/** The weight of each prior, 0 for off. */
export type PriorWeights = Readonly<Record<(typeof STRUCTURE_PRIORS)[number], number>>;

/** The weights of priors that are set to `true`. */
export const DEFAULT_PRIOR_WEIGHTS: PriorWeights = { edges: 0.3, shells: 0.5, materials: 0.1, nodes: 0.5 };

/**
 * Returns the weight of each prior.
 *
 * @throws UltrametricError "input" for a weight outside 0..1
 */
export function ResolvePriors(priors: StructurePriors): PriorWeights {
    const weightOf = (name: keyof PriorWeights): number => {
        const value = priors[name] ?? false;
        const weight = typeof value === "number" ? value : value ? DEFAULT_PRIOR_WEIGHTS[name] : 0;
        if (!(weight >= 0 && weight <= 1)) {
            throw new UltrametricError(
                "input",
                `The prior "${name}" has the weight ${weight}; a weight is a number from 0 (off) to 1, or true.`,
            );
        }
        return weight;
    };
    return {
        edges: weightOf("edges"),
        shells: weightOf("shells"),
        materials: weightOf("materials"),
        nodes: weightOf("nodes"),
    };
}

/** Returns true if any prior is on, so that a segmentation needs the content's structure. */
export function HasPriors(priors: StructurePriors | undefined): boolean {
    return priors !== undefined && Object.values(ResolvePriors(priors)).some((weight) => weight > 0);
}

/** A prior by labels: points with equal labels tend to belong to one part. */
export interface LabelPrior {
    /** [n] label of each point: a shell, a material, or a node. */
    readonly labels: Uint32Array;
    readonly weight: number;
}

/** A prior by links along the surface: an edge without one tends to be a border of parts. */
export interface LinkPrior {
    /** [edges] 1 for an edge along the surface, 0 for an edge through space. */
    readonly links: Uint8Array;
    readonly weight: number;
}

/**
 * Creates the priors by shells, materials and nodes whose weights are above 0.
 *
 * @param findNeighbors returns the face neighbors, see FindFaceNeighbors; called only if a prior needs them
 */
export function CreateLabelPriors(
    { faces, materials, nodes, nodeParents }: SurfaceStructure,
    weights: PriorWeights,
    findNeighbors: () => Uint32Array,
): LabelPrior[] {
    const priors: LabelPrior[] = [];
    if (weights.shells > 0) {
        const shells = FindShells(findNeighbors());
        // Points and splats have no faces; those of one node count as one shell.
        const labels = faces.map((face, i) => (face === NO_FACE ? shells.length + nodes[i] : shells[face]));
        priors.push({ labels, weight: weights.shells });
    }
    if (weights.materials > 0) {
        priors.push({ labels: materials, weight: weights.materials });
    }
    if (weights.nodes > 0) {
        const levels = FindNodeLevels(nodes, nodeParents);
        priors.push(...levels.map((labels) => ({ labels, weight: weights.nodes / levels.length })));
    }
    return priors;
}

/**
 * Creates the prior by links along the surface; null for a weight of 0.
 *
 * @param leaves [n] index in the structure of each vertex of the graph
 * @param positions [n, 3] world positions of the vertices
 * @param findNeighbors see {@link CreateLabelPriors}
 */
export function CreateLinkPrior(
    { faces, corners }: SurfaceStructure,
    graph: EdgeList,
    leaves: Uint32Array,
    positions: Float32Array,
    weights: PriorWeights,
    findNeighbors: () => Uint32Array,
): LinkPrior | null {
    if (weights.edges === 0) {
        return null;
    }
    const faceOfVertex = Uint32Array.from(leaves, (leaf) => faces[leaf]);
    const links = FindSurfaceLinks(graph, positions, faceOfVertex, corners, findNeighbors());
    return { links, weight: weights.edges };
}

/** Returns the sum of the weights of the priors whose labels differ between two points. */
export function BorderWeight(priors: readonly LabelPrior[], a: number, b: number): number {
    let weight = 0;
    for (const prior of priors) {
        weight += prior.labels[a] === prior.labels[b] ? 0 : prior.weight;
    }
    return weight;
}
