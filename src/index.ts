/**
 * What an application needs, from the data's start to its end: captures, masks, hierarchies, parts in a scene.
 *
 * @module babylon-ultrametric
 */

export type { MergeList } from "./compute/algorithms/mergeList";
export type { Progress, RunOptions } from "./compute/base/progress";
export { UltrametricError, type UltrametricErrorKind } from "./compute/base/ultrametricError";
// Feature fields.
export { FeatureField } from "./compute/fields/feature/featureField";
export {
    FEATURE_FIELD_PRESETS,
    type FeatureFieldOptions,
    type FeatureFieldPreset,
    type FeatureTrainingOptions,
} from "./compute/fields/feature/featureFieldOptions";
export { type FeatureTraining, TrainFeatureFieldAsync } from "./compute/fields/feature/featureFieldTrainer";
export { CreateTrainingViews, type TrainingViews } from "./compute/fields/feature/trainingViews";
export type { DepthRuns } from "./compute/fields/radiance/depthRuns";
// Radiance fields: what posed pictures alone tell.
export { RadianceField, type RadianceRenderOptions } from "./compute/fields/radiance/radianceField";
export {
    DEFAULT_RADIANCE_FIELD_OPTIONS,
    DEFAULT_RADIANCE_TRAINING_OPTIONS,
    RADIANCE_FIELD_PRESETS,
    type RadianceFieldOptions,
    type RadianceFieldPreset,
    type RadianceTrainingOptions,
} from "./compute/fields/radiance/radianceFieldOptions";
export {
    type RadianceFieldRecipeOptions,
    RadianceFieldTrainer,
    type RadianceReport,
    type RadianceTraining,
    type RadianceTrainingRunOptions,
    TrainRadianceFieldAsync,
} from "./compute/fields/radiance/radianceFieldTrainer";
export { ComposeOver, type RadianceImage } from "./compute/fields/radiance/radianceImage";
export {
    CheckRadianceMemory,
    PredictRadianceMemory,
    type RadianceMemory,
} from "./compute/fields/radiance/radianceMemory";
export type { RadianceStep } from "./compute/fields/radiance/radianceState";
export {
    CreateRadianceViews,
    CreateRadianceViewsAsync,
    DEFAULT_RADIANCE_VIEWS_OPTIONS,
    type RadianceViews,
    type RadianceViewsOptions,
} from "./compute/fields/radiance/radianceViews";
export type { RadianceVolume } from "./compute/fields/radiance/rayVolume";
// WebGPU compute on Babylon's engine.
export { ComputeKernel, type IComputeKernelOptions } from "./compute/gpu/computeKernel";
export { CheckDeviceLimits, GetMaxBufferBytes, REQUIRED_LIMITS } from "./compute/gpu/deviceLimits";
export { GpuArray, type GpuDataType, type IGpuArrayOptions, type TypedArrayOf } from "./compute/gpu/gpuArray";
export { CheckGpuAsync, SubmitGpu } from "./compute/gpu/gpuErrors";
export { PrefixSum } from "./compute/gpu/prefixSum";
export type { UniformField, UniformValues } from "./compute/gpu/uniformBlock";
export {
    type CloudFeatures,
    DEFAULT_HIERARCHY_OPTIONS,
    HierarchyBuilder,
    type HierarchyOptions,
} from "./compute/hierarchy/build/hierarchyBuilder";
export type { MaskedView } from "./compute/hierarchy/build/observations";
export {
    DEFAULT_PRIOR_WEIGHTS,
    type PriorWeights,
    STRUCTURE_PRIORS,
    type StructurePriors,
} from "./compute/hierarchy/build/structurePriors";
// Hierarchies and their cuts: plain data, in workers and in Node too.
export { type CartesianTree, CreateCartesianTree } from "./compute/hierarchy/cut/cartesianTree";
export { type CondensedNode, CondenseTree, CountsOfNode } from "./compute/hierarchy/cut/condensedTree";
export { CreateDendrogram, type Dendrogram, NEVER_MERGED } from "./compute/hierarchy/cut/dendrogram";
export { LabelTransfer, type LabelTransferOptions, UNLABELED } from "./compute/hierarchy/cut/labelTransfer";
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
export { CpuPartColors } from "./compute/partColors/cpuPartColors";
export {
    LEAF_HIDDEN,
    LEAF_RECOLORED,
    LEAF_SELECTED,
    type LeafColors,
    type PartColorSettings,
} from "./compute/partColors/leafColors";
export { PartColors } from "./compute/partColors/partColors";
// Captures: posed views with depth.
export type { Capture, CaptureGeometry, SparsePoints, View, ViewVisibility } from "./compute/views/capture";
export { type CaptureBounds, FindCaptureBounds } from "./compute/views/captureBounds";
// Masks of the views.
export { FindUpDirection, LevelCapture } from "./compute/views/levelCapture";
export { PinholeCamera } from "./compute/views/pinholeCamera";
export { type SurfacePoints, UnprojectDepth } from "./compute/views/surfacePoints";
export { NO_FACE, type SurfaceStructure } from "./compute/views/surfaceStructure";
export { UnitCube } from "./compute/views/unitCube";
export { CaptureToScene, SceneToCapture, type UpAxis } from "./plugin/babylon/worldFrame";
export type { ColorMode, LeafDisplay, LeafDisplayOptions } from "./plugin/display/leafDisplay";
export { DEFAULT_MESH_BINDING_OPTIONS, MeshBinding, type MeshBindingOptions } from "./plugin/display/meshBinding";
// Parts in a scene.
export { CreatePartStartColors, type PartPalette } from "./plugin/display/partStartColors";
export {
    DEFAULT_POINT_CLOUD_BINDING_OPTIONS,
    PointCloudBinding,
    type PointCloudBindingOptions,
} from "./plugin/display/pointCloudBinding";
export { SplatBinding } from "./plugin/display/splatBinding";
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
export { type CaptureFileOptions, DEFAULT_CAPTURE_FILE_OPTIONS } from "./plugin/formats/captureFileOptions";
export { LoadColmapCaptureAsync } from "./plugin/formats/colmapCapture";
export { DecodeDepthAsync } from "./plugin/formats/depthFile";
export {
    DEFAULT_GROUND_TRUTH_OPTIONS,
    type GroundTruth,
    type GroundTruthLevel,
    type GroundTruthOptions,
    LoadGroundTruthAsync,
} from "./plugin/formats/groundTruth";
export { DecodeImageAsync, type ImageDecoder } from "./plugin/formats/imageDecoder";
export { LoadLlffCaptureAsync } from "./plugin/formats/llffCapture";
export { type CaptureLayout, FindCaptureLayoutAsync, LoadCaptureAsync } from "./plugin/formats/loadCapture";
export {
    DEFAULT_MASK_FILE_OPTIONS,
    LoadMaskFilesAsync,
    type MaskFileOptions,
    ParseMaskFile,
    WriteMaskFile,
} from "./plugin/formats/maskFiles";
export { LoadNerfCaptureAsync } from "./plugin/formats/nerfCapture";
export { AddImageMasksAsync, CreateImageMasksAsync } from "./plugin/masks/imageHierarchy";
export { MakeMasksAsync, type MakeMasksOptions, type SimpleMasksOptions } from "./plugin/masks/makeMasks";
export {
    DEFAULT_MASK_PAINT_OPTIONS,
    MaskOverlay,
    type MaskPaintOptions,
    type MasksAtPixel,
} from "./plugin/masks/maskOverlay";
export { type FilteredMasks, type FilteredView, MaskSetFilter } from "./plugin/masks/maskSetFilter";
export {
    DEFAULT_EDIT_HISTORY_OPTIONS,
    type EditCommand,
    EditHistory,
    type EditHistoryOptions,
} from "./plugin/parts/edit/editHistory";
export { type EditTarget, PartEditor, type PartEditorHost } from "./plugin/parts/edit/partEditor";
export { AttachGizmos, type GizmoMode, PartGizmos } from "./plugin/parts/edit/partGizmos";
export { ExtractSplats } from "./plugin/parts/extract/extractSplats";
export { CondensedParts } from "./plugin/parts/model/condensedParts";
export { ContentLeaves } from "./plugin/parts/model/contentLeaves";
export { ExtractedPart, type PartTransform } from "./plugin/parts/model/extractedPart";
export type { LeafInterval } from "./plugin/parts/model/leafInterval";
export { LEAF_LOCKED, LEAF_REMOVED, LEAF_UNPICKABLE, LeafOverrides } from "./plugin/parts/model/leafOverrides";
export { LeafStates } from "./plugin/parts/model/leafStates";
export { Part } from "./plugin/parts/model/part";
export type { PartGroup } from "./plugin/parts/model/partGroup";
export { ClimbPart, DescendPart } from "./plugin/parts/model/partSteps";
export { type PartSelector, PartTree } from "./plugin/parts/model/partTree";
export { Selection } from "./plugin/parts/model/selection";
export { DEFAULT_PICK_OPTIONS, PickLeaf, PickLeafOnRay, type PickOptions } from "./plugin/parts/pick/picking";
export { type SplatHit, SplatPicker } from "./plugin/parts/pick/splatPicking";
export { PartNeighbors } from "./plugin/parts/select/partNeighbors";
export {
    BoxPolygon,
    DEFAULT_REGION_OPTIONS,
    LeavesInPolygon,
    PartsInRegion,
    type RegionOptions,
    type ScreenPoint,
} from "./plugin/parts/select/regionSelection";
export { type RegionSelectionOptions, type SelectionMode, SelectionTools } from "./plugin/parts/select/selectionTools";
export {
    DEFAULT_SIMILAR_OPTIONS,
    FindSimilarParts,
    type SimilarOptions,
    type SimilarPart,
    type SimilarParts,
} from "./plugin/parts/select/similarParts";
export { VisibleLeaves } from "./plugin/parts/select/visibleLeaves";
export { SegmentCaptureAsync, type SegmentOptions } from "./plugin/pipeline/segmentCapture";
// Captures of photos in a scene, while their radiance field is learned.
export { CameraFrusta, type CameraFrustaOptions, DEFAULT_CAMERA_FRUSTA_OPTIONS } from "./plugin/radiance/cameraFrusta";
export {
    type DepthDrawingOptions,
    DrawDepthAsync,
    LearnDepthAsync,
    type LearnedDepth,
    type LearnedDepthOptions,
} from "./plugin/radiance/learnedDepth";
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
// Masks by Segment Anything.
export { type ByteStore, Sha256Async } from "./plugin/sam/byteStore";
export { CacheByteStore } from "./plugin/sam/cacheByteStore";
export { GenerateMasksAsync, type GenerateMasksOptions, type ViewMasksResult } from "./plugin/sam/generateMasks";
export {
    DEFAULT_MASK_GENERATOR_OPTIONS,
    DEFAULT_SKIP_FOUND_OPTIONS,
    type GeneratedMasks,
    type MaskGeneratorOptions,
    type SkipFoundOptions,
} from "./plugin/sam/maskGenerator";
export {
    ContentOf,
    DEFAULT_MASK_QUALITY_OPTIONS,
    GENERATOR_QUALITY,
    KEEP_ALL_MASKS,
    type MaskQualityOptions,
    type MaskQualityReport,
    SelectMasks,
} from "./plugin/sam/maskQuality";
export { ResizeMask } from "./plugin/sam/maskReduction";
export { type LoadedModelFile, LoadModelFileAsync, type ModelLoadOptions } from "./plugin/sam/modelCache";
export { DEFAULT_ONNX_RUNTIME_OPTIONS, type OnnxRuntime, type OnnxRuntimeOptions } from "./plugin/sam/onnxRuntime";
export type { PixelBox } from "./plugin/sam/resizeImage";
export { SamClient } from "./plugin/sam/samClient";
export type { SamJobInput } from "./plugin/sam/samJob";
export {
    type ModelFile,
    type SamDigests,
    type SamFiles,
    type SamImageInput,
    type SamModel,
    type SamPromptInput,
    samModels,
} from "./plugin/sam/samModel";
export type { SamPrompt } from "./plugin/sam/samSession";
export type { SavedContent } from "./plugin/saved/savedContent";
export type { SavedEdits } from "./plugin/saved/savedEdits";
export type {
    SavedSegmentation,
    SegmentationSource,
    SerializedSegmentation,
} from "./plugin/saved/savedSegmentation";
export type { SceneLink } from "./plugin/saved/sceneLink";
export {
    type ContentBounds,
    CreateSceneCameras,
    DEFAULT_SCENE_CAMERA_OPTIONS,
    type SceneCameraOptions,
} from "./plugin/sceneCapture/sceneCameras";
export {
    CaptureSceneAsync,
    DEFAULT_SCENE_CAPTURE_OPTIONS,
    SceneCapture,
    type SceneCaptureOptions,
} from "./plugin/sceneCapture/sceneCapture";
export type { ContentItem } from "./plugin/sceneCapture/sceneContent";
export {
    DEFAULT_VIEW_RENDERER_OPTIONS,
    NO_ELEMENT,
    type ViewRendererOptions,
} from "./plugin/sceneCapture/viewRenderer";
export {
    CreateUltrametricSegmentationAsync,
    DEFAULT_ULTRAMETRIC_SEGMENTATION_OPTIONS,
    type LoadOptions,
    UltrametricSegmentation,
    type UltrametricSegmentationOptions,
} from "./plugin/session/ultrametricSegmentation";
export type { FileSource } from "./plugin/sources/fileSource";
export { PickedFileSource } from "./plugin/sources/pickedFileSource";
export { UrlFileSource } from "./plugin/sources/urlFileSource";
