/**
 * What an application needs, from the data's start to its end: captures, masks, hierarchies, parts in a scene.
 *
 * @module babylon-ultrametric
 */

export type { DepthRuns } from "./compute/field/depthRuns";
// Feature fields.
export { FeatureField } from "./compute/field/featureField";
export {
    FEATURE_FIELD_PRESETS,
    type FeatureFieldOptions,
    type FeatureFieldPreset,
    type FeatureTrainingOptions,
} from "./compute/field/featureFieldOptions";
export { type FeatureTraining, TrainFeatureFieldAsync } from "./compute/field/featureFieldTrainer";
// Radiance fields: what posed pictures alone tell.
export { RadianceField, type RadianceRenderOptions } from "./compute/field/radianceField";
export {
    DEFAULT_RADIANCE_FIELD_OPTIONS,
    DEFAULT_RADIANCE_TRAINING_OPTIONS,
    RADIANCE_FIELD_PRESETS,
    type RadianceFieldOptions,
    type RadianceFieldPreset,
    type RadianceTrainingOptions,
} from "./compute/field/radianceFieldOptions";
export {
    type RadianceFieldRecipeOptions,
    RadianceFieldTrainer,
    type RadianceReport,
    type RadianceTraining,
    type RadianceTrainingRunOptions,
    TrainRadianceFieldAsync,
} from "./compute/field/radianceFieldTrainer";
export { ComposeOver, type RadianceImage } from "./compute/field/radianceImage";
export { CheckRadianceMemory, PredictRadianceMemory, type RadianceMemory } from "./compute/field/radianceMemory";
export type { RadianceStep } from "./compute/field/radianceState";
export {
    CreateRadianceViews,
    CreateRadianceViewsAsync,
    DEFAULT_RADIANCE_VIEWS_OPTIONS,
    type RadianceViews,
    type RadianceViewsOptions,
} from "./compute/field/radianceViews";
export type { RadianceVolume } from "./compute/field/rayVolume";
export { CreateTrainingViews, type TrainingViews } from "./compute/field/trainingViews";
// WebGPU compute on Babylon's engine.
export { ComputeKernel, type IComputeKernelOptions } from "./compute/gpu/computeKernel";
export { CheckDeviceLimits, GetMaxBufferBytes, REQUIRED_LIMITS } from "./compute/gpu/deviceLimits";
export { GpuArray, type GpuDataType, type IGpuArrayOptions, type TypedArrayOf } from "./compute/gpu/gpuArray";
export { CheckGpuAsync, SubmitGpu } from "./compute/gpu/gpuErrors";
export { PartColors } from "./compute/gpu/partColors";
export { PrefixSum } from "./compute/gpu/prefixSum";
export { type IRadixSortOptions, RadixSort } from "./compute/gpu/radixSort";
export type { UniformField, UniformValues } from "./compute/gpu/uniformBlock";
// Hierarchies and their cuts: plain data, in workers and in Node too.
export { type CartesianTree, CreateCartesianTree } from "./compute/hierarchy/cartesianTree";
export { type CondensedNode, CondenseTree, CountsOfNode } from "./compute/hierarchy/condensedTree";
export { CpuPartColors } from "./compute/hierarchy/cpuPartColors";
export { CreateDendrogram, type Dendrogram, NEVER_MERGED } from "./compute/hierarchy/dendrogram";
export {
    type CloudFeatures,
    DEFAULT_HIERARCHY_OPTIONS,
    HierarchyBuilder,
    type HierarchyOptions,
} from "./compute/hierarchy/hierarchyBuilder";
export { CreateImageGraph, type ImageGraph, type PixelNeighbors } from "./compute/hierarchy/imageGraph";
export { CreateImageMasks, DEFAULT_IMAGE_MASK_OPTIONS, type ImageMaskOptions } from "./compute/hierarchy/imageMasks";
export { LabelTransfer, type LabelTransferOptions, UNLABELED } from "./compute/hierarchy/labelTransfer";
export {
    LEAF_HIDDEN,
    LEAF_RECOLORED,
    LEAF_SELECTED,
    type LeafColors,
    type PartColorSettings,
} from "./compute/hierarchy/leafColors";
export type { MergeList } from "./compute/hierarchy/mergeList";
export type { MaskedView } from "./compute/hierarchy/observations";
export {
    CountAtGranularity,
    CutAtCount,
    CutAtHeight,
    LabelLeaves,
    type Partition,
    RankOfCount,
    RankPartsBySize,
} from "./compute/hierarchy/partition";
export { CRITERIA, type Criterion, SegmentationHierarchy } from "./compute/hierarchy/segmentationHierarchy";
export {
    DEFAULT_PRIOR_WEIGHTS,
    type PriorWeights,
    STRUCTURE_PRIORS,
    type StructurePriors,
} from "./compute/hierarchy/structurePriors";
export {
    CreateViewHierarchy,
    DEFAULT_VIEW_HIERARCHY_OPTIONS,
    LabelViewPixels,
    type ViewHierarchy,
    type ViewHierarchyOptions,
} from "./compute/hierarchy/viewHierarchy";
export type { Progress, RunOptions } from "./compute/progress";
export { UltrametricError, type UltrametricErrorKind } from "./compute/ultrametricError";
// Captures: posed views with depth.
export type { Capture, CaptureGeometry, SparsePoints, View, ViewSights } from "./compute/views/capture";
export { type CaptureBounds, FindCaptureBounds } from "./compute/views/captureBounds";
// Masks of the views.
export { FindUpDirection, LevelCapture } from "./compute/views/levelCapture";
export { CreateMaskArrangement, MaskArrangement } from "./compute/views/maskArrangement";
export {
    DEFAULT_MASK_DUPLICATE_OPTIONS,
    type MaskDuplicateOptions,
    RemoveDuplicateMasks,
} from "./compute/views/maskDuplicates";
export { MaskIou, SharedPixels } from "./compute/views/maskIou";
export { type Mask, MaskConfidence, type MaskSet, type ViewMasks } from "./compute/views/maskSet";
export {
    CreateMaskTree,
    DEFAULT_MASK_TREE_OPTIONS,
    type MaskTree,
    type MaskTreeOptions,
} from "./compute/views/maskTree";
export { PinholeCamera } from "./compute/views/pinholeCamera";
export { RunLengthMask } from "./compute/views/runLengthMask";
export { type SurfacePoints, UnprojectDepth } from "./compute/views/surfacePoints";
export { NO_FACE, type SurfaceStructure } from "./compute/views/surfaceStructure";
export { UnitCube } from "./compute/views/unitCube";
export { type CaptureFileOptions, DEFAULT_CAPTURE_FILE_OPTIONS } from "./plugin/captures/captureFileOptions";
export { LoadColmapCaptureAsync } from "./plugin/captures/colmapCapture";
export { DecodeDepthAsync } from "./plugin/captures/depthFile";
export type { FileSource } from "./plugin/captures/fileSource";
export {
    DEFAULT_GROUND_TRUTH_OPTIONS,
    type GroundTruth,
    type GroundTruthLevel,
    type GroundTruthOptions,
    LoadGroundTruthAsync,
} from "./plugin/captures/groundTruth";
export { DecodeImageAsync, type ImageDecoder } from "./plugin/captures/imageDecoder";
export {
    type DepthDrawingOptions,
    DrawDepthAsync,
    LearnDepthAsync,
    type LearnedDepth,
    type LearnedDepthOptions,
} from "./plugin/captures/learnedDepth";
export { LoadLlffCaptureAsync } from "./plugin/captures/llffCapture";
export { type CaptureLayout, FindCaptureLayoutAsync, LoadCaptureAsync } from "./plugin/captures/loadCapture";
export { LoadNerfCaptureAsync } from "./plugin/captures/nerfCapture";
export { PickedFileSource } from "./plugin/captures/pickedFileSource";
export {
    type ContentBounds,
    CreateSceneCameras,
    DEFAULT_SCENE_CAMERA_OPTIONS,
    type SceneCameraOptions,
} from "./plugin/captures/sceneCameras";
export {
    CaptureSceneAsync,
    DEFAULT_SCENE_CAPTURE_OPTIONS,
    SceneCapture,
    type SceneCaptureOptions,
} from "./plugin/captures/sceneCapture";
export type { ContentItem } from "./plugin/captures/sceneContent";
export { UrlFileSource } from "./plugin/captures/urlFileSource";
export { DEFAULT_VIEW_RENDERER_OPTIONS, NO_ELEMENT, type ViewRendererOptions } from "./plugin/captures/viewRenderer";
export { type DepthError, MeasureDepth } from "./plugin/evaluation/depthError";
export {
    EvaluateHierarchyAsync,
    type Evaluation,
    type EvaluationOptions,
    type LevelScores,
} from "./plugin/evaluation/evaluateHierarchy";
export { MeasurePsnrAsync, type PsnrOptions, type PsnrResult } from "./plugin/evaluation/heldOutPsnr";
export { type Covering, NormalizedCovering } from "./plugin/evaluation/normalizedCovering";
export { DEFAULT_EXPORT_GLB_OPTIONS, ExportGlbAsync, type ExportGlbOptions } from "./plugin/export/exportGlb";
export { LabelElements, WriteElementLabelsCsv, WriteLeafLabelsCsv, WriteNpy } from "./plugin/export/labelArrays";
export { WriteLabelImages } from "./plugin/export/labelImage";
export { type PartNode, SelectPartNodes } from "./plugin/export/partNodes";
export { WritePointCloudPly } from "./plugin/export/pointCloudPly";
export { SplatsByPart, WriteSplatFile } from "./plugin/export/splatFile";
export { WriteSplatPly } from "./plugin/export/splatPly";
// Masks by Segment Anything.
export { type ByteStore, Sha256Async } from "./plugin/masks/byteStore";
export { CacheByteStore } from "./plugin/masks/cacheByteStore";
export { GenerateMasksAsync, type GenerateMasksOptions, type ViewMasksResult } from "./plugin/masks/generateMasks";
export { AddImageMasksAsync, CreateImageMasksAsync } from "./plugin/masks/imageHierarchy";
export { MakeMasksAsync, type MakeMasksOptions, type SimpleMasksOptions } from "./plugin/masks/makeMasks";
export {
    DEFAULT_MASK_FILE_OPTIONS,
    LoadMaskFilesAsync,
    type MaskFileOptions,
    ParseMaskFile,
    WriteMaskFile,
} from "./plugin/masks/maskFiles";
export {
    DEFAULT_MASK_GENERATOR_OPTIONS,
    DEFAULT_SKIP_FOUND_OPTIONS,
    type GeneratedMasks,
    type MaskGeneratorOptions,
    type SkipFoundOptions,
} from "./plugin/masks/maskGenerator";
export {
    DEFAULT_MASK_PAINT_OPTIONS,
    MaskOverlay,
    type MaskPaintOptions,
    type MasksAtPixel,
} from "./plugin/masks/maskOverlay";
export {
    ContentOf,
    DEFAULT_MASK_QUALITY_OPTIONS,
    GENERATOR_QUALITY,
    KEEP_ALL_MASKS,
    type MaskQualityOptions,
    type MaskQualityReport,
    SelectMasks,
} from "./plugin/masks/maskQuality";
export { ResizeMask } from "./plugin/masks/maskReduction";
export { type FilteredMasks, type FilteredView, MaskSetFilter } from "./plugin/masks/maskSetFilter";
export { type LoadedModelFile, LoadModelFileAsync, type ModelLoadOptions } from "./plugin/masks/modelCache";
export { DEFAULT_ONNX_RUNTIME_OPTIONS, type OnnxRuntime, type OnnxRuntimeOptions } from "./plugin/masks/onnxRuntime";
export type { PixelBox } from "./plugin/masks/resizeImage";
export {
    type ModelFile,
    type SamDigests,
    type SamFiles,
    type SamImageInput,
    type SamModel,
    type SamPromptInput,
    samModels,
} from "./plugin/masks/samModel";
export type { SamPrompt } from "./plugin/masks/samSession";
// Parts in a scene.
export { CreateHeadColors, type PartPalette } from "./plugin/materials/headColors";
export type { ColorMode, LeafDisplay, LeafDisplayOptions } from "./plugin/materials/leafDisplay";
export { DEFAULT_MESH_BINDING_OPTIONS, MeshBinding, type MeshBindingOptions } from "./plugin/materials/meshBinding";
export {
    DEFAULT_POINT_CLOUD_BINDING_OPTIONS,
    PointCloudBinding,
    type PointCloudBindingOptions,
} from "./plugin/materials/pointCloudBinding";
export { SplatBinding } from "./plugin/materials/splatBinding";
export { CaptureToScene, SceneToCapture, type UpAxis } from "./plugin/materials/worldFrame";
export { CondensedParts } from "./plugin/parts/condensedParts";
export { ContentLeaves } from "./plugin/parts/contentLeaves";
export {
    DEFAULT_EDIT_HISTORY_OPTIONS,
    type EditCommand,
    EditHistory,
    type EditHistoryOptions,
} from "./plugin/parts/editHistory";
export { ExtractedPart, type PartTransform } from "./plugin/parts/extractedPart";
export { ExtractSplats } from "./plugin/parts/extractSplats";
export { LEAF_LOCKED, LEAF_REMOVED, LEAF_UNPICKABLE, LeafOverrides } from "./plugin/parts/leafOverrides";
export { LeafStates } from "./plugin/parts/leafStates";
export { Part } from "./plugin/parts/part";
export { type EditTarget, PartEditor, type PartEditorHost } from "./plugin/parts/partEditor";
export { AttachGizmos, type GizmoMode, PartGizmos } from "./plugin/parts/partGizmos";
export type { PartGroup } from "./plugin/parts/partGroup";
export { PartNeighbors } from "./plugin/parts/partNeighbors";
export { ClimbPart, DescendPart } from "./plugin/parts/partSteps";
export { type PartSelector, PartTree } from "./plugin/parts/partTree";
export { DEFAULT_PICK_OPTIONS, PickLeaf, PickLeafOnRay, type PickOptions } from "./plugin/parts/picking";
export {
    BoxPolygon,
    DEFAULT_REGION_OPTIONS,
    LeavesInPolygon,
    PartsInRegion,
    type RegionOptions,
    type ScreenPoint,
} from "./plugin/parts/regionSelection";
export { type LeafInterval, Selection } from "./plugin/parts/selection";
export { type RegionSelectionOptions, type SelectionMode, SelectionTools } from "./plugin/parts/selectionTools";
export {
    DEFAULT_SIMILAR_OPTIONS,
    FindSimilarParts,
    type SimilarOptions,
    type SimilarPart,
    type SimilarParts,
} from "./plugin/parts/similarParts";
export { type SplatHit, SplatPicker } from "./plugin/parts/splatPicking";
export { VisibleLeaves } from "./plugin/parts/visibleLeaves";
export { SegmentCaptureAsync, type SegmentOptions } from "./plugin/pipeline";
// Captures of photos in a scene, while their radiance field is learned.
export { CameraFrusta, type CameraFrustaOptions, DEFAULT_CAMERA_FRUSTA_OPTIONS } from "./plugin/radiance/cameraFrusta";
export { PartPainter } from "./plugin/radiance/partPainter";
export { PinholeOfCamera } from "./plugin/radiance/pinholeOfCamera";
export {
    type RadianceCurvePoint,
    RadianceLearning,
    type RadianceLearningOptions,
} from "./plugin/radiance/radianceLearning";
export {
    DEFAULT_RADIANCE_PREVIEW_OPTIONS,
    type RadiancePainter,
    RadiancePreview,
    type RadiancePreviewOptions,
} from "./plugin/radiance/radiancePreview";
export type { SavedContent } from "./plugin/serialize/savedContent";
export type { SavedEdits } from "./plugin/serialize/savedEdits";
export type {
    SavedSegmentation,
    SegmentationSource,
    SerializedSegmentation,
} from "./plugin/serialize/savedSegmentation";
export type { SceneLink } from "./plugin/serialize/sceneLink";
export {
    CreateUltrametricSegmentationAsync,
    DEFAULT_ULTRAMETRIC_SEGMENTATION_OPTIONS,
    type LoadOptions,
    UltrametricSegmentation,
    type UltrametricSegmentationOptions,
} from "./plugin/ultrametricSegmentation";
export { SamClient } from "./plugin/worker/samClient";
export type { SamJobInput } from "./plugin/worker/samJob";
