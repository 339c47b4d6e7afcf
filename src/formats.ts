/**
 * Readers of captures, images, masks and splats; writers of labels, points and splats.
 *
 * @module babylon-ultrametric/formats
 */

export type { SplatCloud, SplatFrame } from "./compute/splats/splatCloud";
export { ExportLabelImagesAsync, type LabelImage } from "./plugin/export/exportLabelImages";
export {
    DEFAULT_EXPORT_PART_GLBS_OPTIONS,
    ExportPartGlbsAsync,
    type ExportPartGlbsOptions,
    type PartGlb,
} from "./plugin/export/exportPartGlbs";
export {
    DEFAULT_EXPORT_SHOWN_GLB_OPTIONS,
    ExportShownGlbAsync,
    type ExportShownGlbOptions,
    type ShownGlbPart,
    type ShownGlbSource,
} from "./plugin/export/exportShownGlb";
export { WriteElementLabelsCsv, WriteLabelsCsvAsync, WriteLeafLabelsCsv } from "./plugin/export/labelCsv";
export { LabelElements } from "./plugin/export/labelElements";
export { WriteLabelImages } from "./plugin/export/labelImage";
export type { LeafLabels } from "./plugin/export/leafLabels";
export { WriteNpy } from "./plugin/export/npyFile";
export { type PartNode, SelectPartNodes } from "./plugin/export/partNodes";
export { WriteLabeledPly, WritePointCloudPly } from "./plugin/export/pointCloudPly";
export { WriteSplatFile } from "./plugin/export/splatFile";
export { WriteSplatGlbAsync } from "./plugin/export/splatGlb";
export { WriteSplatPly, WriteSplatPlyAsync } from "./plugin/export/splatPly";
export { WriteSplatSogAsync } from "./plugin/export/splatSog";
export { WriteSplatSpzAsync } from "./plugin/export/splatSpz";
export { SplatsByPart } from "./plugin/export/splatsByPart";
export { DecodeImageAsync, type ImageDecoder, type ImageDecoderOptions } from "./plugin/formats/base/imageDecoder";
export { LoadColmapCaptureAsync } from "./plugin/formats/captures/colmapCapture";
export { DecodeDepthAsync } from "./plugin/formats/captures/depthFile";
export { LoadLlffCaptureAsync } from "./plugin/formats/captures/llffCapture";
export { type CaptureLayout, FindCaptureLayoutAsync } from "./plugin/formats/captures/loadCapture";
export { LoadNerfCaptureAsync } from "./plugin/formats/captures/nerfCapture";
export { LoadPolycamCaptureAsync } from "./plugin/formats/captures/polycamCapture";
export { LoadRealityScanCaptureAsync } from "./plugin/formats/captures/realityScanCapture";
export { LoadRecord3dCaptureAsync } from "./plugin/formats/captures/record3dCapture";
export { HasMaskFilesAsync, WriteMaskFile } from "./plugin/formats/masks/maskFiles";
export { ParseMaskFile } from "./plugin/formats/masks/maskJson";
export type { ParsedMasks } from "./plugin/formats/masks/parsedMasks";
export {
    ReadSplatsAsync,
    type ReadSplatsOptions,
    type SplatFormat,
    type SplatsRead,
} from "./plugin/formats/splats/readSplats";
export type { LoadedModel, LoadModelOptions } from "./plugin/models/loadedModel";
export { type LoadedObj, LoadObjAsync, type LoadObjOptions } from "./plugin/models/loadObj";
export { type LoadedPly, LoadPlyAsync, type LoadPlyOptions } from "./plugin/models/loadPly";
export { type LoadedSplats, LoadSplatsAsync, type LoadSplatsOptions } from "./plugin/models/loadSplats";
export { LoadStlAsync } from "./plugin/models/loadStl";
export { FileFinder } from "./plugin/sources/fileFinder";
