/**
 * Views, masks, hierarchies and their cuts as plain data: no Babylon, no GPU, no page; for Node and workers.
 *
 * @module babylon-ultrametric/compute
 */

// Hierarchies and their cuts.
export { KdTree } from "./compute/algorithms/kdTree";
export type { MergeList } from "./compute/algorithms/mergeList";
// Errors.
export { UltrametricError, type UltrametricErrorKind } from "./compute/base/ultrametricError";
export { type CaptureBounds, FindCaptureBounds } from "./compute/bounds/captureBounds";
export { UnitCube } from "./compute/bounds/unitCube";
export { HierarchyBuilder } from "./compute/hierarchy/build/hierarchyBuilder";
export type { HierarchyInput } from "./compute/hierarchy/build/hierarchyInput";
export { DEFAULT_HIERARCHY_OPTIONS, type HierarchyOptions } from "./compute/hierarchy/build/hierarchyOptions";
export type { MaskedView } from "./compute/hierarchy/build/observations";
export type { CloudFeatures } from "./compute/hierarchy/build/surfaceCloud";
export { type CartesianTree, CreateCartesianTree } from "./compute/hierarchy/cut/cartesianTree";
export { type CondensedNode, CondenseTree, PartCountsOfNode } from "./compute/hierarchy/cut/condensedTree";
export { CreateDendrogram, type Dendrogram, NEVER_MERGED } from "./compute/hierarchy/cut/dendrogram";
export { LabelTransfer, type LabelTransferOptions, UNLABELED } from "./compute/hierarchy/cut/labelTransfer";
export { LeafCarrier, type SurfaceLook } from "./compute/hierarchy/cut/leafCarrier";
export {
    CountAtGranularity,
    CutAtCount,
    CutAtHeight,
    CutRankForCount,
    LabelLeaves,
    type Partition,
    RankPartsBySize,
} from "./compute/hierarchy/cut/partition";
export { CRITERIA, type Criterion, SegmentationHierarchy } from "./compute/hierarchy/cut/segmentationHierarchy";
export {
    DEFAULT_PART_COUNT_OPTIONS,
    type PartCountOptions,
    type SuggestedPartCount,
    type SuggestedPartCounts,
    SuggestPartCounts,
} from "./compute/hierarchy/cut/suggestedPartCounts";
export {
    DEFAULT_PRIOR_WEIGHTS,
    type PriorWeights,
    STRUCTURE_PRIORS,
    type StructurePriors,
} from "./compute/hierarchy/priors/structurePriors";
// Masks.
export { CreateImageGraph, type ImageGraph, type PixelNeighbors } from "./compute/masks/imageGraph";
export { CreateImageMasks, DEFAULT_IMAGE_MASK_OPTIONS, type ImageMaskOptions } from "./compute/masks/imageMasks";
export { CreateMaskArrangement, MaskArrangement } from "./compute/masks/maskArrangement";
export {
    DEFAULT_MASK_DUPLICATE_OPTIONS,
    type MaskDuplicateOptions,
    RemoveDuplicateMasks,
} from "./compute/masks/maskDuplicates";
export { MaskIou, SharedPixels } from "./compute/masks/maskIou";
export { type Mask, MaskConfidence, type MaskSet, type ViewMasks } from "./compute/masks/maskSet";
export {
    CreateMaskTree,
    DEFAULT_MASK_TREE_OPTIONS,
    type MaskTree,
    type MaskTreeOptions,
} from "./compute/masks/maskTree";
export { RunLengthMask } from "./compute/masks/runLengthMask";
// Captures.
export type {
    Capture,
    CaptureGeometry,
    SparsePoints,
    View,
    ViewPicture,
    ViewVisibility,
} from "./compute/views/capture";
export type { Lens } from "./compute/views/lens";
export type { LensDistortion, LensProjection } from "./compute/views/lensDistortion";
export { FindUpDirection, LevelCapture } from "./compute/views/levelCapture";
export { PinholeCamera } from "./compute/views/pinholeCamera";
export { type SurfacePoints, UnprojectDepth } from "./compute/views/surfacePoints";
export { NO_FACE, type SurfaceStructure } from "./compute/views/surfaceStructure";
