import { CreateBridges } from "../../algorithms/bridges";
import { EdgeDistances } from "../../algorithms/edgeDistances";
import { ConcatenateEdges, type EdgeList } from "../../algorithms/edgeList";
import { FindFaceNeighbors } from "../../algorithms/faceNeighbors";
import { type MergeList, NestMerges } from "../../algorithms/mergeList";
import { CreateNeighborGraph, type NeighborGraph } from "../../algorithms/neighborGraph";
import { EstimateNormals } from "../../algorithms/normals";
import { SmoothFeatures } from "../../algorithms/smoothFeatures";
import { CreateSpanningForest } from "../../algorithms/spanningForest";
import { CreateWatershed } from "../../algorithms/watershed";
import { UltrametricError } from "../../base/ultrametricError";
import type { CaptureGeometry } from "../../views/capture";
import type { SurfaceStructure } from "../../views/surfaceStructure";
import { DEFAULT_BORDER_OPTIONS } from "../borders/borderRefinement";
import { CreateDendrogram, type Dendrogram } from "../cut/dendrogram";
import { FindDendrogramFault } from "../cut/dendrogramFault";
import { type Criterion, SegmentationHierarchy } from "../cut/segmentationHierarchy";
import { type LeafPriors, SelectLabelPriors, WeighBorders } from "../priors/leafPriors";
import { RegionPriors } from "../priors/regionPriors";
import {
    CreateLabelPriors,
    CreateLinkPrior,
    type LabelPrior,
    type PriorWeights,
    ResolvePriors,
} from "../priors/structurePriors";
import type { RegionSight } from "../sight/regionSight";
import { FindBackdropRegions } from "./backdropRegions";
import { MergeRegions } from "./consensus";
import { DEFAULT_CONSENSUS_OPTIONS } from "./consensusOptions";
import { type EdgeCreases, FindOutwardDirections, MeasureEdgeCreases } from "./edgeCreases";
import { AppendBridgeWeights, WeighFeatureEdges } from "./edgeWeights";
import { type GeometryLeaves, ObserveGeometry } from "./geometryLeaves";
import type { HierarchyInput } from "./hierarchyInput";
import { DEFAULT_HIERARCHY_OPTIONS, type HierarchyOptions } from "./hierarchyOptions";
import { HIERARCHY_STAGES } from "./hierarchyStages";
import { SelectObservations, SelectRows } from "./leafVisibility";
import { SmoothVotes, VoteEdges } from "./maskVotes";
import { ObserveColors, ObserveMasks, type ViewObservation } from "./observations";
import { OuterSide } from "./outerSide";
import { type MergedSuperpoints, RefineSuperpoints } from "./refinedSuperpoints";
import { LowerWeakSeams } from "./seams";
import { DEFAULT_FRAGMENT_OPTIONS, MergeSmallFragments } from "./smallFragments";
import { MeasureSuperpointBends } from "./superpointBends";
import { MeasureSuperpointSight } from "./superpointSight";
import {
    CreateSuperpoints,
    DEFAULT_SUPERPOINT_OPTIONS,
    type SuperpointOptions,
    type Superpoints,
    WeighSurfaceEdges,
} from "./superpoints";
import { type CloudFeatures, CreateGeometryCloud, CreateSurfaceCloud, type SurfaceCloud } from "./surfaceCloud";
import { AssignUnobservedLeaves, ExpandMerges } from "./unobservedLeaves";

/**
 * Builds hierarchies of a surface's points from views with depth and masks. The results of the stages (cloud, graph,
 * observations, votes, superpoints, ...) are computed when they are first needed and shared by all hierarchies.
 * Synchronous and without GPU: meant to run in a worker.
 */
export class HierarchyBuilder {
    private readonly _options: Required<HierarchyOptions>;
    private readonly _superpointOptions: SuperpointOptions;
    private readonly _priorWeights: PriorWeights;
    private readonly _geometry: CaptureGeometry | null;
    /** The content's structure; null if no prior is on. */
    private readonly _structure: SurfaceStructure | null;
    private _cloud?: SurfaceCloud;
    private _graph?: NeighborGraph;
    private _connectedEdges?: EdgeList;
    private _observations?: ViewObservation[];
    private _votes?: Float32Array;
    private _colors?: Float32Array;
    private _creases?: EdgeCreases;
    /** [n, 3] of the geometry, or of the widest estimate. */
    private _normals?: Float32Array;
    private _superpoints?: Superpoints;
    /** [connected edges] the weights that superpoints are made from. */
    private _surfaceWeights?: Float64Array;
    private _geometryLeaves?: GeometryLeaves;
    private _assignedLeaves?: Uint32Array;
    private _labelPriors?: LabelPrior[];
    private _leafPriors?: LeafPriors;
    private _faceNeighbors?: Uint32Array;

    /**
     * @param onStage called before each stage; may throw to stop
     * @throws UltrametricError "input" for invalid priors, or priors without geometry that has a structure
     */
    public constructor(
        private readonly _input: HierarchyInput,
        options: HierarchyOptions = {},
        private readonly _onStage: (stage: string) => void = () => {},
    ) {
        const { name, geometry = null } = _input;
        this._geometry = geometry;
        this._options = { ...DEFAULT_HIERARCHY_OPTIONS, ...options };
        this._superpointOptions = { ...DEFAULT_SUPERPOINT_OPTIONS, ...this._options.superpoints };
        this._priorWeights = ResolvePriors(this._options.priors);
        const hasPriors = Object.values(this._priorWeights).some((weight) => weight > 0);
        if (hasPriors && !geometry?.structure) {
            throw new UltrametricError(
                "input",
                `The capture "${name}" has no structure of its content, which the option priors needs. ` +
                    "Leave the option out, or capture meshes of a scene.",
            );
        }
        this._structure = hasPriors ? (geometry?.structure ?? null) : null;
    }

    /**
     * The points that the hierarchy is built from: those of the views' depth, or the observed points of the geometry.
     */
    public get cloud(): SurfaceCloud {
        if (!this._cloud) {
            this._onStage(HIERARCHY_STAGES.cloud);
            this._cloud = this._geometry
                ? CreateGeometryCloud(
                      SelectRows(this._geometry.positions, this._observeGeometry(this._geometry).visibility.observed),
                  )
                : CreateSurfaceCloud(this._input.views, this._options.voxelSize);
        }
        return this._cloud;
    }

    /** The neighbor graph of the cloud, without bridges. */
    public get graph(): NeighborGraph {
        if (!this._graph) {
            const { unitPositions, tree } = this.cloud;
            this._onStage(HIERARCHY_STAGES.graph);
            this._graph = CreateNeighborGraph(unitPositions, this._options.neighbors, tree);
        }
        return this._graph;
    }

    /** The edges of the graph, followed by bridges that connect its components. */
    public get connectedEdges(): EdgeList {
        if (!this._connectedEdges) {
            const { unitPositions, tree } = this.cloud;
            const graph = this.graph;
            this._onStage(HIERARCHY_STAGES.bridges);
            this._connectedEdges = ConcatenateEdges(graph, CreateBridges(graph, unitPositions, tree));
        }
        return this._connectedEdges;
    }

    /** The mask cells of the cloud's points in each view with masks. */
    public get observations(): ViewObservation[] {
        if (!this._observations) {
            const { positions, unitCube } = this.cloud;
            this._onStage(HIERARCHY_STAGES.observations);
            this._checkMasks();
            this._observations = this._geometryLeaves
                ? SelectObservations(this._geometryLeaves.observations, this._geometryLeaves.visibility.observed)
                : ObserveMasks(positions, this._input.maskedViews, this._options.depthTolerance * unitCube.extent);
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
            this._colors = this._geometryLeaves
                ? SelectRows(this._geometryLeaves.colors, this._geometryLeaves.visibility.observed)
                : ObserveColors(positions, this._input.views, this._options.depthTolerance * unitCube.extent);
        }
        return this._colors;
    }

    /** The creases along the edges of the graph. */
    public get creases(): EdgeCreases {
        if (!this._creases) {
            const { graph, observations } = this;
            const { positions, unitPositions } = this.cloud;
            this._onStage(HIERARCHY_STAGES.creases);
            // The content's own normals have its true creases; estimated ones also show a step between parallel
            // surfaces.
            const scales = this._superpointOptions.normalNeighbors.map((count) =>
                EstimateNormals(unitPositions, graph, count),
            );
            if (this._geometry?.normals) {
                const { observed } = this._observeGeometry(this._geometry).visibility;
                scales.push(SelectRows(this._geometry.normals, observed));
            }
            this._normals = scales.at(-1);
            const outward = FindOutwardDirections(positions, observations);
            this._creases = MeasureEdgeCreases(graph, unitPositions, scales, outward);
        }
        return this._creases;
    }

    /** Small regions that votes, colors and creases agree on. */
    public get superpoints(): Superpoints {
        if (!this._superpoints) {
            const { connectedEdges, graph, votes, colors, creases } = this;
            this._onStage(HIERARCHY_STAGES.superpoints);
            const priors = this._findLeafPriors();
            const borders = priors && WeighBorders(graph, priors);
            const weights = WeighSurfaceEdges(graph, { votes, colors, creases, borders }, this._superpointOptions);
            this._surfaceWeights = AppendBridgeWeights(weights, connectedEdges.from.length);
            this._superpoints = CreateSuperpoints(connectedEdges, this._surfaceWeights, this._superpointOptions);
        }
        return this._superpoints;
    }

    /**
     * Builds the hierarchy by each of the criteria.
     *
     * @param features of the cloud's points; null uses the masks alone: mask profiles for `consensus`, votes for the
     * others
     */
    public build(criteria: readonly Criterion[], features: CloudFeatures | null): SegmentationHierarchy {
        const smooth = features && this._options.recipe === "default" ? this._smooth(features) : features;
        const dendrograms = new Map<Criterion, Dendrogram>();
        for (const criterion of criteria) {
            const merges =
                criterion === "consensus" ? this._mergeByConsensus(smooth) : this._mergeByWeight(criterion, smooth);
            const dendrogram = CreateDendrogram(this._expandToAllLeaves(merges));
            const fault = FindDendrogramFault(dendrogram);
            if (fault !== null) {
                throw new UltrametricError(
                    "input",
                    `The hierarchy of "${this._input.name}" by ${criterion} is no hierarchy: it ${fault}. ` +
                        "Check the capture for positions, colors and normals that are not finite, and report this.",
                );
            }
            dendrograms.set(criterion, dendrogram);
        }
        const positions = this._geometry?.positions ?? this.cloud.positions;
        const colors = this._geometryLeaves?.colors ?? this.colors;
        const colorBytes = Uint8Array.from(colors, (value) => Math.round(255 * value));
        return new SegmentationHierarchy(this._input.name, positions, colorBytes, dendrograms);
    }

    private _smooth({ features, dimensions }: CloudFeatures): CloudFeatures {
        const graph = this.graph;
        this._onStage(HIERARCHY_STAGES.smoothing);
        return { features: SmoothFeatures(features, dimensions, graph), dimensions };
    }

    private _mergeByConsensus(features: CloudFeatures | null): MergeList {
        const { region, count } = this.superpoints;
        const { connectedEdges, observations, creases } = this;
        const leafPriors = this._findLeafPriors();
        const sight = this._measureSight();
        const bends = this._measureBends();
        this._onStage(HIERARCHY_STAGES.merging);
        const backdrop = this._options.backdrop ? FindBackdropRegions(this.cloud.positions, region, count) : null;
        const merges = MergeRegions(region, count, connectedEdges, observations, this._options.consensus, {
            features,
            creases: creases.concave,
            priors:
                leafPriors &&
                new RegionPriors(region, count, connectedEdges, leafPriors.labelPriors, leafPriors.linkPrior),
            sight,
            bends,
            backdrop: backdrop?.regions,
        });
        const outer = LowerWeakSeams(merges, merges.strength);
        const merged = this._refineBorders({ superpoints: this.superpoints, outer });
        const { superpoints } = merged;
        const fragments = { ...DEFAULT_FRAGMENT_OPTIONS, ...this._options.fragments };
        const nested = MergeSmallFragments(merged.outer, superpoints.region, connectedEdges, {
            ...fragments,
            // Of the objects, however large the backdrop is.
            share: fragments.share * (1 - (backdrop?.share ?? 0)),
        });
        return NestMerges(superpoints.inner, superpoints.region, nested);
    }

    /** Refines the borders of merged superpoints. */
    private _refineBorders(merged: MergedSuperpoints): MergedSuperpoints {
        const { graph, connectedEdges, _surfaceWeights: weights } = this;
        const options = { ...DEFAULT_BORDER_OPTIONS, ...this._options.borders };
        if (!weights || options.width === 0) {
            return merged;
        }
        this._onStage(HIERARCHY_STAGES.borders);
        return RefineSuperpoints(merged, graph, connectedEdges, weights, this._superpointOptions, options);
    }

    /** Measures the sight between superpoints; null if it is off, or there are no normals. */
    private _measureSight(): RegionSight | null {
        const { sightWeight } = { ...DEFAULT_CONSENSUS_OPTIONS, ...this._options.consensus };
        const { cloud, observations, superpoints, _normals: normals } = this;
        if (sightWeight === 0 || !normals) {
            return null;
        }
        const onStep = (): void => this._onStage(HIERARCHY_STAGES.sight);
        return MeasureSuperpointSight(this._input.views, cloud, normals, observations, superpoints, onStep);
    }

    /** Measures how the surface bends between superpoints; null if bends are off, or there are no normals. */
    private _measureBends(): Float32Array | null {
        const { bendWeight } = { ...DEFAULT_CONSENSUS_OPTIONS, ...this._options.consensus };
        const { cloud, connectedEdges, observations, superpoints, _normals: normals } = this;
        if (bendWeight === 0 || !normals) {
            return null;
        }
        const outerSideOf = (point: number): number => OuterSide(point, cloud.positions, normals, observations);
        return MeasureSuperpointBends(connectedEdges, cloud.unitPositions, normals, outerSideOf, superpoints);
    }

    private _mergeByWeight(criterion: Exclude<Criterion, "consensus">, features: CloudFeatures | null): MergeList {
        const { graph, connectedEdges } = this;
        let weights: Float32Array;
        if (this._options.recipe === "paper") {
            if (features === null) {
                throw new UltrametricError(
                    "input",
                    "The paper's recipe needs a trained feature field, which a preview does not have.",
                );
            }
            weights = EdgeDistances(features.features, features.dimensions, graph);
        } else {
            const votes = this.votes;
            weights = features ? WeighFeatureEdges(graph, features, votes, this._superpointOptions.voteFloor) : votes;
        }
        this._onStage(HIERARCHY_STAGES.merging);
        const forest = CreateSpanningForest(connectedEdges, AppendBridgeWeights(weights, connectedEdges.from.length));
        return criterion === "distance" ? forest.merges : CreateWatershed(connectedEdges, forest, criterion);
    }

    /** Extends merges of the cloud's points to all leaves. */
    private _expandToAllLeaves(merges: MergeList): MergeList {
        if (!this._geometry) {
            return merges;
        }
        const { visibility, colors } = this._observeGeometry(this._geometry);
        this._assignedLeaves ??= AssignUnobservedLeaves(
            this._geometry,
            colors,
            visibility,
            this._superpointOptions.cueFloor,
            this._findLabelPriors(),
        );
        return ExpandMerges(merges, visibility, this._assignedLeaves);
    }

    private _observeGeometry(geometry: CaptureGeometry): GeometryLeaves {
        if (!this._geometryLeaves) {
            this._checkMasks();
            this._geometryLeaves = ObserveGeometry(geometry, this._input, this._options);
        }
        return this._geometryLeaves;
    }

    private _checkMasks(): void {
        if (this._input.maskedViews.every(({ arrangement }) => arrangement.maskCount === 0)) {
            throw new UltrametricError(
                "input",
                `The capture "${this._input.name}" has no masks in any view. Generate or load masks first.`,
            );
        }
    }

    /** Returns the label priors of all leaves; none if no prior is on. */
    private _findLabelPriors(): readonly LabelPrior[] {
        const structure = this._structure;
        this._labelPriors ??= structure
            ? CreateLabelPriors(structure, this._priorWeights, () => this._findFaceNeighbors(structure))
            : [];
        return this._labelPriors;
    }

    /** Returns the priors of the cloud's points; null if no prior is on. */
    private _findLeafPriors(): LeafPriors | null {
        const structure = this._structure;
        if (!structure || !this._geometry) {
            return null;
        }
        if (!this._leafPriors) {
            const { cloud, graph } = this;
            const { observed } = this._observeGeometry(this._geometry).visibility;
            const findNeighbors = () => this._findFaceNeighbors(structure);
            this._leafPriors = {
                labelPriors: SelectLabelPriors(this._findLabelPriors(), observed),
                linkPrior: CreateLinkPrior(
                    structure,
                    graph,
                    observed,
                    cloud.positions,
                    this._priorWeights,
                    findNeighbors,
                ),
            };
        }
        return this._leafPriors;
    }

    private _findFaceNeighbors({ corners }: SurfaceStructure): Uint32Array {
        this._faceNeighbors ??= FindFaceNeighbors(corners);
        return this._faceNeighbors;
    }
}
