import { CreateBridges } from "../../algorithms/bridges";
import { EdgeDistances } from "../../algorithms/edgeDistances";
import { ConcatenateEdges, type EdgeList } from "../../algorithms/edgeList";
import type { MergeList } from "../../algorithms/mergeList";
import { NestMerges } from "../../algorithms/mergeList";
import { CreateNeighborGraph, type NeighborGraph } from "../../algorithms/neighborGraph";
import { EstimateNormals } from "../../algorithms/normals";
import { SmoothFeatures } from "../../algorithms/smoothFeatures";
import { CreateSpanningForest } from "../../algorithms/spanningForest";
import { CreateWatershed } from "../../algorithms/watershed";
import { UltrametricError } from "../../base/ultrametricError";
import type { CaptureGeometry, View } from "../../views/capture";
import { FindFaceNeighbors } from "../../views/faceNeighbors";
import type { SurfaceStructure } from "../../views/surfaceStructure";
import { UnitCube } from "../../views/unitCube";
import { CreateDendrogram, type Dendrogram } from "../cut/dendrogram";
import { type Criterion, SegmentationHierarchy } from "../cut/segmentationHierarchy";
import { RegionPriors } from "../priors/regionPriors";
import {
    BorderWeight,
    CreateLabelPriors,
    CreateLinkPrior,
    type LabelPrior,
    type LinkPrior,
    type PriorWeights,
    ResolvePriors,
    type StructurePriors,
} from "../priors/structurePriors";
import { type ConsensusOptions, MergeRegions } from "./consensus";
import { type EdgeCreases, FindOutwardDirections, MeasureEdgeCreases } from "./edgeCreases";
import { HIERARCHY_STAGES } from "./hierarchyStages";
import { SmoothVotes, VoteEdges } from "./maskVotes";
import { type MaskedView, ObserveColors, ObserveMasks, type ViewObservation } from "./observations";
import {
    CreateSuperpoints,
    DEFAULT_SUPERPOINT_OPTIONS,
    type SuperpointOptions,
    type Superpoints,
    WeighSurfaceEdges,
} from "./superpoints";
import { CreateGeometryCloud, CreateSurfaceCloud, type SurfaceCloud } from "./surfaceCloud";
import {
    AssignUnobservedLeaves,
    ExpandMerges,
    type LeafVisibility,
    SelectObservations,
    SelectRows,
    SplitByVisibility,
} from "./unobservedLeaves";

/** Options of {@link HierarchyBuilder}; lengths in the unit cube unless said otherwise. */
export interface HierarchyOptions {
    /** Side of a voxel of the point cloud, in the unit cube; without effect on points that are given. Default 0.004. */
    readonly voxelSize?: number;
    /** Neighbors of a point in the graph (paper: k_graph). Default 16. */
    readonly neighbors?: number;
    /** A point is seen where the view's depth differs by less, in extents of the scene. Default 0.009. */
    readonly depthTolerance?: number;
    /** The same for points on faces that are known, and depth that is exact. Default 2e-4. */
    readonly faceTolerance?: number;
    /** The superpoints that `consensus` merges. */
    readonly superpoints?: Partial<SuperpointOptions>;
    /** How `consensus` merges them. */
    readonly consensus?: Partial<ConsensusOptions>;
    /** What the content's own structure says, for `consensus`; needs a capture of content of a scene. Default none. */
    readonly priors?: StructurePriors;
    /** `default`: smoothed features times mask votes. `paper`: the plain feature distance, no smoothing, no votes. Default `default`. */
    readonly recipe?: "default" | "paper";
}

/** The defaults of {@link HierarchyOptions}. */
export const DEFAULT_HIERARCHY_OPTIONS: Required<HierarchyOptions> = {
    voxelSize: 4e-3,
    neighbors: 16,
    depthTolerance: 9e-3,
    faceTolerance: 2e-4,
    superpoints: {},
    consensus: {},
    priors: {},
    recipe: "default",
};

/** Unit features of the cloud's points. */
export interface CloudFeatures {
    /** [n, dimensions] */
    readonly features: Float32Array;
    readonly dimensions: number;
}

/** Leaves that were given, with what is known of all of them. */
interface GivenLeaves {
    readonly observations: ViewObservation[];
    readonly visibility: LeafVisibility;
    /** [n, 3] sRGB 0..1 */
    readonly colors: Float32Array;
}

/** Priors of the leaves that the hierarchy is built from. */
interface LeafPriors {
    readonly labels: readonly LabelPrior[];
    readonly links: LinkPrior | null;
}

/**
 * From views with depth and masks to hierarchies of the surface's points. What several hierarchies share (cloud, graph,
 * observations, votes, superpoints) is computed once, when it is first needed. Synchronous and without GPU: meant to run
 * in a worker.
 */
export class HierarchyBuilder {
    private readonly _options: Required<HierarchyOptions>;
    private _cloud?: SurfaceCloud;
    private _graph?: NeighborGraph;
    private _linked?: EdgeList;
    private _observations?: ViewObservation[];
    private _given?: GivenLeaves;
    private _hosts?: Uint32Array;
    private _votes?: Float32Array;
    private _colors?: Float32Array;
    private _creases?: EdgeCreases;
    private _superpoints?: Superpoints;
    private readonly _priorWeights: PriorWeights;
    /** Of all leaves. */
    private _labels?: LabelPrior[];
    private _priors?: LeafPriors | null;
    private _faceNeighbors?: Uint32Array;

    /**
     * @param name of the capture
     * @param views all views with depth; those without masks still show surface and color
     * @param maskedViews the views that have masks
     * @param onStage called before each stage; may throw to stop
     * @param geometry the leaves, where the content's own surface is known; null takes the surface that the views' depth shows. The hierarchy is
     * built from those that are seen where masks are; each of the others goes with a near one that is like it.
     */
    public constructor(
        public readonly name: string,
        private readonly _views: readonly View[],
        private readonly _maskedViews: readonly MaskedView[],
        options: HierarchyOptions = {},
        private readonly _onStage: (stage: string) => void = () => {},
        private readonly _geometry: CaptureGeometry | null = null,
    ) {
        this._options = { ...DEFAULT_HIERARCHY_OPTIONS, ...options };
        this._priorWeights = ResolvePriors(this._options.priors);
        if (this._hasPriors && !_geometry?.structure) {
            throw new UltrametricError(
                "input",
                `The capture "${name}" says nothing about the structure of its content, which the option priors is about. ` +
                    "Leave it out, or capture meshes of a scene.",
            );
        }
    }

    /** The leaves that the hierarchy is built from: all, or of given leaves those that are seen. */
    public get cloud(): SurfaceCloud {
        if (!this._cloud) {
            this._onStage(HIERARCHY_STAGES.cloud);
            this._cloud = this._geometry
                ? CreateGeometryCloud(
                      SelectRows(this._geometry.positions, this._findGiven(this._geometry).visibility.seen),
                  )
                : CreateSurfaceCloud(this._views, this._options.voxelSize);
        }
        return this._cloud;
    }

    /** The k-nearest-neighbor graph of the leaves. */
    public get graph(): NeighborGraph {
        if (!this._graph) {
            const { unitPositions, tree } = this.cloud;
            this._onStage(HIERARCHY_STAGES.graph);
            this._graph = CreateNeighborGraph(unitPositions, this._options.neighbors, tree);
        }
        return this._graph;
    }

    /** The graph's edges, followed by bridges that join its components. */
    public get connectedEdges(): EdgeList {
        if (!this._linked) {
            const { unitPositions, tree } = this.cloud;
            const graph = this.graph;
            this._onStage(HIERARCHY_STAGES.bridges);
            this._linked = ConcatenateEdges(graph, CreateBridges(graph, unitPositions, tree));
        }
        return this._linked;
    }

    /** What each view with masks says about each leaf. */
    public get observations(): ViewObservation[] {
        if (!this._observations) {
            const { positions, unitCube } = this.cloud;
            this._onStage(HIERARCHY_STAGES.observations);
            this._observations = this._given
                ? SelectObservations(this._given.observations, this._given.visibility.seen)
                : this._observe(positions, this._options.depthTolerance * unitCube.extent);
        }
        return this._observations;
    }

    /** [edges] smoothed mask votes. */
    public get votes(): Float32Array {
        if (!this._votes) {
            const { graph, observations } = this;
            this._onStage(HIERARCHY_STAGES.votes);
            this._votes = SmoothVotes(VoteEdges(graph, observations), graph);
        }
        return this._votes;
    }

    /** [n, 3] sRGB 0..1 */
    public get colors(): Float32Array {
        if (!this._colors) {
            const { positions, unitCube } = this.cloud;
            this._onStage(HIERARCHY_STAGES.colors);
            this._colors = this._given
                ? SelectRows(this._given.colors, this._given.visibility.seen)
                : ObserveColors(positions, this._views, this._options.depthTolerance * unitCube.extent);
        }
        return this._colors;
    }

    /** How the surface creases along the graph's edges. */
    public get creases(): EdgeCreases {
        if (!this._creases) {
            const { normalNeighbors } = { ...DEFAULT_SUPERPOINT_OPTIONS, ...this._options.superpoints };
            const { graph, observations } = this;
            const { positions, unitPositions } = this.cloud;
            this._onStage(HIERARCHY_STAGES.creases);
            // The content's own normals know its creases; estimated ones also notice a step between surfaces that are parallel.
            const normals = normalNeighbors.map((count) => EstimateNormals(unitPositions, graph, count));
            if (this._geometry?.normals) {
                normals.push(SelectRows(this._geometry.normals, this._findGiven(this._geometry).visibility.seen));
            }
            this._creases = MeasureEdgeCreases(
                graph,
                unitPositions,
                normals,
                FindOutwardDirections(positions, observations),
            );
        }
        return this._creases;
    }

    /** Small regions that masks, colors and normals agree on. */
    public get superpoints(): Superpoints {
        if (!this._superpoints) {
            const settings = { ...DEFAULT_SUPERPOINT_OPTIONS, ...this._options.superpoints };
            const { connectedEdges, graph, votes, colors, creases } = this;
            this._onStage(HIERARCHY_STAGES.superpoints);
            const borders = this._findBorders();
            const weights = WeighSurfaceEdges(graph, { votes, colors, creases, borders }, settings);
            this._superpoints = CreateSuperpoints(connectedEdges, this._bridge(weights), settings);
        }
        return this._superpoints;
    }

    /**
     * The hierarchy by each of the criteria.
     *
     * @param features of the leaves; null needs no training: `consensus` goes by masks alone, the others by votes alone
     */
    public build(criteria: readonly Criterion[], features: CloudFeatures | null): SegmentationHierarchy {
        const smooth = features && this._options.recipe === "default" ? this._smooth(features) : features;
        const dendrograms = new Map<Criterion, Dendrogram>();
        for (const criterion of criteria) {
            const merges =
                criterion === "consensus" ? this._mergeConsensus(smooth) : this._mergeByWeight(criterion, smooth);
            dendrograms.set(criterion, CreateDendrogram(this._withHidden(merges)));
        }
        const positions = this._geometry?.positions ?? this.cloud.positions;
        const colors = Uint8Array.from(this._given?.colors ?? this.colors, (value) => Math.round(255 * value));
        return new SegmentationHierarchy(this.name, positions, colors, dendrograms);
    }

    private _observe(
        positions: Float32Array,
        tolerance: number,
        faceNormals: Float32Array | null = null,
        hasVisibility: Uint8Array | null = null,
    ): ViewObservation[] {
        const observations = ObserveMasks(positions, this._maskedViews, tolerance, faceNormals, hasVisibility);
        if (observations.length === 0) {
            throw new UltrametricError(
                "input",
                `The capture "${this.name}" has no masks in any view. Generate or load masks first.`,
            );
        }
        return observations;
    }

    private _findGiven(geometry: CaptureGeometry): GivenLeaves {
        if (!this._given) {
            const { positions, faceNormals = null, hasVisibility = null, colors } = geometry;
            const { extent } = UnitCube.FromPositions(positions);
            const tolerance = this._options.depthTolerance * extent;
            const observations = this._observe(
                positions,
                faceNormals ? this._options.faceTolerance * extent : tolerance,
                faceNormals,
                hasVisibility,
            );
            const visibility = SplitByVisibility(positions.length / 3, observations);
            if (visibility.seen.length === 0) {
                throw new UltrametricError(
                    "input",
                    `None of the ${positions.length / 3} points of the capture "${this.name}" lies where a view with masks sees a surface. ` +
                        "Check that points and cameras are in the same world.",
                );
            }
            this._given = {
                observations,
                visibility,
                colors: colors
                    ? Float32Array.from(colors, (value) => value / 255)
                    : ObserveColors(positions, this._views, tolerance),
            };
        }
        return this._given;
    }

    private get _hasPriors(): boolean {
        return Object.values(this._priorWeights).some((weight) => weight > 0);
    }

    /** Groups of all leaves that priors know. */
    private get _allLabels(): readonly LabelPrior[] {
        const structure = this._geometry?.structure;
        this._labels ??=
            structure && this._hasPriors
                ? CreateLabelPriors(structure, this._priorWeights, () => this._findFaceNeighbors(structure))
                : [];
        return this._labels;
    }

    /** Null where no prior is on. */
    private get _leafPriors(): LeafPriors | null {
        if (this._priors === undefined) {
            const geometry = this._geometry;
            const structure = geometry?.structure;
            if (!structure || !this._hasPriors) {
                this._priors = null;
            } else {
                const { cloud, graph } = this;
                const { seen } = this._findGiven(geometry).visibility;
                this._priors = {
                    labels: this._allLabels.map(({ ids, weight }) => ({
                        ids: Uint32Array.from(seen, (leaf) => ids[leaf]),
                        weight,
                    })),
                    links: CreateLinkPrior(structure, graph, seen, cloud.positions, this._priorWeights, () =>
                        this._findFaceNeighbors(structure),
                    ),
                };
            }
        }
        return this._priors;
    }

    private _findFaceNeighbors({ corners }: SurfaceStructure): Uint32Array {
        this._faceNeighbors ??= FindFaceNeighbors(corners);
        return this._faceNeighbors;
    }

    /** [edges] what priors add to the cues of the graph's edges; null where none is on. */
    private _findBorders(): Float32Array | null {
        const priors = this._leafPriors;
        if (!priors) {
            return null;
        }
        const { from, to } = this.graph;
        const { labels, links } = priors;
        return Float32Array.from(from, (vertex, e) => {
            return BorderWeight(labels, vertex, to[e]) + (links && links.links[e] === 0 ? links.weight : 0);
        });
    }

    /** Merges of the cloud's points as merges of all leaves. */
    private _withHidden(merges: MergeList): MergeList {
        if (!this._geometry) {
            return merges;
        }
        const { visibility, colors } = this._findGiven(this._geometry);
        this._hosts ??= AssignUnobservedLeaves(this._geometry, colors, visibility, this._allLabels);
        return ExpandMerges(merges, visibility, this._hosts);
    }

    private _mergeConsensus(features: CloudFeatures | null): MergeList {
        const { region, inner, count } = this.superpoints;
        const { connectedEdges, observations, creases } = this;
        const priors = this._leafPriors;
        this._onStage(HIERARCHY_STAGES.merging);
        const regionPriors = priors && new RegionPriors(region, count, connectedEdges, priors.labels, priors.links);
        const { consensus } = this._options;
        const outer = MergeRegions(region, count, connectedEdges, observations, consensus, {
            features,
            creases: creases.concave,
            priors: regionPriors,
        });
        return NestMerges(inner, region, outer);
    }

    private _mergeByWeight(criterion: Exclude<Criterion, "consensus">, features: CloudFeatures | null): MergeList {
        const { graph, connectedEdges } = this;
        let weights: Float32Array;
        if (this._options.recipe === "paper") {
            if (features === null) {
                throw new UltrametricError(
                    "input",
                    "The paper's recipe needs a trained feature field; a preview has none.",
                );
            }
            weights = EdgeDistances(features.features, features.dimensions, graph);
        } else {
            const votes = this.votes;
            weights =
                features === null
                    ? votes
                    : EdgeDistances(features.features, features.dimensions, graph).map((d, e) => d * (0.1 + votes[e]));
        }
        this._onStage(HIERARCHY_STAGES.merging);
        const forest = CreateSpanningForest(connectedEdges, this._bridge(weights));
        return criterion === "distance" ? forest.merges : CreateWatershed(connectedEdges, forest, criterion);
    }

    /** Appends the bridges' weights: above all others, so that separate pieces join last. */
    private _bridge(weights: Float32Array | Float64Array): Float64Array {
        const all = new Float64Array(this.connectedEdges.from.length);
        all.set(weights);
        let highest = 0;
        for (const weight of weights) {
            highest = Math.max(highest, weight);
        }
        return all.fill(2 * highest, weights.length);
    }

    private _smooth({ features, dimensions }: CloudFeatures): CloudFeatures {
        const graph = this.graph;
        this._onStage(HIERARCHY_STAGES.smoothing);
        return { features: SmoothFeatures(features, dimensions, graph), dimensions };
    }
}
