/**
 * The plugin as an application uses it: captures, masks, hierarchies, and parts in a Babylon scene.
 *
 * @module babylon-ultrametric
 */

// Segmentation: captures, masks, hierarchy, parts in the scene.
export type { Progress, ProgressStage, RunOptions } from "./compute/base/progress";
export { UltrametricError, type UltrametricErrorKind } from "./compute/base/ultrametricError";
// The hierarchy and its cuts.
export { DEFAULT_HIERARCHY_OPTIONS, type HierarchyOptions } from "./compute/hierarchy/build/hierarchyOptions";
export type { Dendrogram } from "./compute/hierarchy/cut/dendrogram";
export {
    CountAtGranularity,
    CutAtCount,
    CutAtHeight,
    LabelLeaves,
    type Partition,
} from "./compute/hierarchy/cut/partition";
export { CRITERIA, type Criterion, SegmentationHierarchy } from "./compute/hierarchy/cut/segmentationHierarchy";
export type { SuggestedPartCount, SuggestedPartCounts } from "./compute/hierarchy/cut/suggestedPartCounts";
// Masks of the views.
export type { ImageMaskOptions } from "./compute/masks/imageMasks";
export type { Mask, MaskSet, ViewMasks } from "./compute/masks/maskSet";
export { RunLengthMask } from "./compute/masks/runLengthMask";
// Captures: posed views, from files or from the scene.
export type { Capture, CaptureGeometry, View } from "./compute/views/capture";
export { PinholeCamera } from "./compute/views/pinholeCamera";
export { CaptureToScene, SceneToCapture, type UpAxis } from "./plugin/babylon/worldFrame";
export type { ContentSource } from "./plugin/content/findMeshes";
export type { SceneContentOptions } from "./plugin/content/readSceneContent";
export type { ContentItem } from "./plugin/content/sceneContent";
// Display of parts.
export type { ColorMode, LeafDisplay } from "./plugin/display/leafDisplay";
export { MeshBinding } from "./plugin/display/meshBinding";
export { DEFAULT_MESH_BINDING_OPTIONS, type MeshBindingOptions } from "./plugin/display/meshBindingOptions";
export type { PartPalette } from "./plugin/display/partPalette";
export {
    DEFAULT_POINT_CLOUD_BINDING_OPTIONS,
    PointCloudBinding,
    type PointCloudBindingOptions,
} from "./plugin/display/pointCloudBinding";
export { SplatBinding } from "./plugin/display/splatBinding";
// Export.
export { DEFAULT_EXPORT_GLB_OPTIONS, ExportGlbAsync, type ExportGlbOptions } from "./plugin/export/exportGlb";
export { type CaptureFileOptions, DEFAULT_CAPTURE_FILE_OPTIONS } from "./plugin/formats/captures/captureFileOptions";
export { LoadCaptureAsync } from "./plugin/formats/captures/loadCapture";
export { DEFAULT_MASK_FILE_OPTIONS, LoadMaskFilesAsync, type MaskFileOptions } from "./plugin/formats/masks/maskFiles";
export { AddImageMasksAsync } from "./plugin/masks/addImageMasks";
export { CreateImageMasksAsync } from "./plugin/masks/createImageMasks";
export { GenerateMasksAsync, type GenerateMasksOptions, type ViewMasksResult } from "./plugin/masks/generateMasks";
export { MakeMasksAsync, type MakeMasksOptions, type SimpleMasksOptions } from "./plugin/masks/makeMasks";
// Parts: pick, select, edit, extract.
export type { EditCommand } from "./plugin/parts/commands/editCommand";
export { EditHistory } from "./plugin/parts/edit/editHistory";
export type { EditTarget } from "./plugin/parts/edit/editTargets";
export { PartEditor } from "./plugin/parts/edit/partEditor";
export { AttachGizmos, type GizmoMode, PartGizmos } from "./plugin/parts/edit/partGizmos";
export { ExtractSplats } from "./plugin/parts/extract/extractSplats";
export { CondensedParts } from "./plugin/parts/model/condensedParts";
export { ContentLeaves } from "./plugin/parts/model/contentLeaves";
export { ExtractedPart } from "./plugin/parts/model/extractedPart";
export type { LeafInterval } from "./plugin/parts/model/leafInterval";
export { Part } from "./plugin/parts/model/part";
export type { PartGroup } from "./plugin/parts/model/partGroups";
export type { PartTransform } from "./plugin/parts/model/partTransform";
export { PartTree } from "./plugin/parts/model/partTree";
export { Selection } from "./plugin/parts/model/selection";
export type { ScreenPoint } from "./plugin/parts/select/regionSelection";
export { type RegionSelectionOptions, type SelectionMode, SelectionTools } from "./plugin/parts/select/selectionTools";
export type { HierarchyCounts } from "./plugin/pipeline/hierarchyJob";
export { SegmentCaptureAsync, type SegmentOptions } from "./plugin/pipeline/segmentCapture";
// Photos: depth from a radiance field, learned in view.
export { CameraFrusta, type CameraFrustaOptions, DEFAULT_CAMERA_FRUSTA_OPTIONS } from "./plugin/radiance/cameraFrusta";
export { LearnDepthAsync, type LearnedDepth, type LearnedDepthOptions } from "./plugin/radiance/learnedDepth";
export {
    DEFAULT_RADIANCE_PREVIEW_OPTIONS,
    RadiancePreview,
    type RadiancePreviewOptions,
} from "./plugin/radiance/radiancePreview";
export {
    RadianceTrainingSession,
    type RadianceTrainingSessionOptions,
} from "./plugin/radiance/radianceTrainingSession";
export { type SamFiles, type SamModel, samModels } from "./plugin/sam/samModel";
export type { SavedSegmentation, SegmentationSource, SerializedSegmentation } from "./plugin/saved/savedSegmentation";
export {
    DEFAULT_ULTRAMETRIC_SEGMENTATION_OPTIONS,
    type UltrametricSegmentationOptions,
} from "./plugin/saved/segmentationOptions";
export { DEFAULT_SCENE_CAMERA_OPTIONS, type SceneCameraOptions } from "./plugin/sceneCapture/sceneCameras";
export {
    CaptureSceneAsync,
    DEFAULT_SCENE_CAPTURE_OPTIONS,
    SceneCapture,
    type SceneCaptureOptions,
} from "./plugin/sceneCapture/sceneCapture";
export { DEFAULT_VIEW_RENDERER_OPTIONS, type ViewRendererOptions } from "./plugin/sceneCapture/viewRendererOptions";
export type { LoadOptions } from "./plugin/session/segmentationFiles";
export type { CaptureContentOptions } from "./plugin/session/segmentationRuns";
export type { SegmentObjectOptions } from "./plugin/session/segmentObject";
export { type ShowOptions, UltrametricSegmentation } from "./plugin/session/ultrametricSegmentation";
export type { FileSource } from "./plugin/sources/fileSource";
export { PickedFileSource } from "./plugin/sources/pickedFileSource";
export { UrlFileSource } from "./plugin/sources/urlFileSource";
// Workers from files.
export { WorkerUrls } from "./plugin/workers/workerUrls";
