import type { EdgeList } from "../../algorithms/edgeList";
import { UltrametricError } from "../../base/ultrametricError";
import { NO_FACE, type SurfaceStructure } from "../../views/surfaceStructure";
import { FindShells } from "./faceShells";
import { FindNodeLevels } from "./nodeLevels";
import { FindSurfaceLinks } from "./surfaceLinks";

/**
 * What content says about its own structure, as priors of the `consensus` criterion: each by a weight, 0 (or false, off) to 1, `true` for its
 * {@link DEFAULT_PRIOR_WEIGHTS}. All are off unless switched on, and each can be by itself.
 *
 * A weight w counts in two places. Superpoints: an edge of the graph that crosses a border of the structure gets w more as the sum of color difference
 * and crease. Merging: the dissimilarity of two regions grows by w, times the share of the smaller one that belongs to nothing the other has; so what is
 * left of a shell (material, node) joins the rest of it before something else, unless masks part it by more than w, and whole shells join in the order
 * that masks say. With a weight of 1 hardly any mask overrules the structure.
 */
export interface StructurePriors {
    /**
     * Points that are near along the surface, over faces that share an edge, instead of in space only. Regions that do not meet along the surface are w
     * more dissimilar, but for a region that meets none: it is a shell by itself.
     */
    readonly edges?: number | boolean;
    /** Shells: faces that hang together by edges, corners at equal positions taken for one, whatever mesh they belong to. */
    readonly shells?: number | boolean;
    /** Materials. */
    readonly materials?: number | boolean;
    /** Nodes: meshes and instances, with the tree that they stand in; each of its levels counts alike. */
    readonly nodes?: number | boolean;
}

/** The priors, in the order in which they are documented. */
export const STRUCTURE_PRIORS = ["edges", "shells", "materials", "nodes"] as const;

/** The weight of each prior, 0 for off. */
export type PriorWeights = Readonly<Record<(typeof STRUCTURE_PRIORS)[number], number>>;

/** The weights of priors that are switched on by `true`. */
export const DEFAULT_PRIOR_WEIGHTS: PriorWeights = { edges: 0.3, shells: 0.5, materials: 0.1, nodes: 0.5 };

/** @throws UltrametricError "input" for a weight that is not within 0..1 */
export function ResolvePriors(priors: StructurePriors): PriorWeights {
    const weightOf = (name: keyof PriorWeights): number => {
        const given = priors[name] ?? false;
        const weight = typeof given === "number" ? given : given ? DEFAULT_PRIOR_WEIGHTS[name] : 0;
        if (!(weight >= 0 && weight <= 1)) {
            throw new UltrametricError(
                "input",
                `The prior "${name}" has the weight ${weight}; weights are from 0 (off) to 1, or true.`,
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

/** Whether any prior is on, so that a segmentation needs the structure. */
export function HasPriors(priors: StructurePriors | undefined): boolean {
    return priors !== undefined && Object.values(ResolvePriors(priors)).some((weight) => weight > 0);
}

/** Groups that points belong to: they had rather stay together than join others. */
export interface LabelPrior {
    /** [n] group of each point. */
    readonly ids: Uint32Array;
    readonly weight: number;
}

/** Edges that are rather not crossed. */
export interface LinkPrior {
    /** [edges] 1 where an edge runs along the surface, 0 where only through space. */
    readonly links: Uint8Array;
    readonly weight: number;
}

/**
 * The groups that shells, materials and nodes make of the points; none for weights of 0.
 *
 * @param findNeighbors the face beyond each edge, see FindFaceNeighbors; called where a prior needs it
 */
export function CreateLabelPriors(
    { faces, materials, nodes, nodeParents }: SurfaceStructure,
    weights: PriorWeights,
    findNeighbors: () => Uint32Array,
): LabelPrior[] {
    const priors: LabelPrior[] = [];
    if (weights.shells > 0) {
        const shells = FindShells(findNeighbors());
        // The points and splats of a node have no faces to hang together by: they are as one shell.
        const ids = faces.map((face, i) => (face === NO_FACE ? shells.length + nodes[i] : shells[face]));
        priors.push({ ids, weight: weights.shells });
    }
    if (weights.materials > 0) {
        priors.push({ ids: materials, weight: weights.materials });
    }
    if (weights.nodes > 0) {
        const levels = FindNodeLevels(nodes, nodeParents);
        priors.push(...levels.map((ids) => ({ ids, weight: weights.nodes / levels.length })));
    }
    return priors;
}

/**
 * Which edges run along the surface; null for a weight of 0.
 *
 * @param leaves [n] the structure's number of each vertex of the graph
 * @param positions [n, 3] of the vertices, in the world of the structure
 * @param findNeighbors as for {@link CreateLabelPriors}
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
    const own = Uint32Array.from(leaves, (leaf) => faces[leaf]);
    return { links: FindSurfaceLinks(graph, positions, own, corners, findNeighbors()), weight: weights.edges };
}

/** The sum of the weights of what parts two points. */
export function BorderWeight(priors: readonly LabelPrior[], a: number, b: number): number {
    let weight = 0;
    for (const prior of priors) {
        weight += prior.ids[a] === prior.ids[b] ? 0 : prior.weight;
    }
    return weight;
}
