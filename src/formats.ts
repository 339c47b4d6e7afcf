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
export { WriteElementLabelsCsv, WriteLabelsCsvAsync, WriteLeafLabelsCsv } from "./plugin/export/labelCsv";
export { LabelElements } from "./plugin/export/labelElements";
export { WriteLabelImages } from "./plugin/export/labelImage";
export type { LeafLabels } from "./plugin/export/leafLabels";
export { WriteNpy } from "./plugin/export/npyFile";
export { type PartNode, SelectPartNodes } from "./plugin/export/partNodes";
export { WriteLabeledPly, WritePointCloudPly } from "./plugin/export/pointCloudPly";
export { WriteSplatFile } from "./plugin/export/splatFile";
export { WriteSplatGlb } from "./plugin/export/splatGlb";
export { WriteSplatPly } from "./plugin/export/splatPly";
export { WriteSplatSogAsync } from "./plugin/export/splatSog";
export { WriteSplatSpzAsync } from "./plugin/export/splatSpz";
export { SplatsByPart } from "./plugin/export/splatsByPart";
export { LoadColmapCaptureAsync } from "./plugin/formats/colmapCapture";
export { DecodeDepthAsync } from "./plugin/formats/depthFile";
export { DecodeImageAsync, type ImageDecoder } from "./plugin/formats/imageDecoder";
export { LoadLlffCaptureAsync } from "./plugin/formats/llffCapture";
export { type CaptureLayout, FindCaptureLayoutAsync } from "./plugin/formats/loadCapture";
export { HasMaskFilesAsync, WriteMaskFile } from "./plugin/formats/maskFiles";
export { ParseMaskFile } from "./plugin/formats/maskJson";
export { LoadNerfCaptureAsync } from "./plugin/formats/nerfCapture";
export type { ParsedMasks } from "./plugin/formats/parsedMasks";
export { LoadPolycamCaptureAsync } from "./plugin/formats/polycamCapture";
export { LoadRealityScanCaptureAsync } from "./plugin/formats/realityScanCapture";
export { LoadRecord3dCaptureAsync } from "./plugin/formats/record3dCapture";
export type { LoadedModel, LoadModelOptions } from "./plugin/models/loadedModel";
export { type LoadedObj, LoadObjAsync, type LoadObjOptions } from "./plugin/models/loadObj";
export { type LoadedPly, LoadPlyAsync, type LoadPlyOptions } from "./plugin/models/loadPly";
export { type LoadedSplats, LoadSplatsAsync, type LoadSplatsOptions } from "./plugin/models/loadSplats";
export { LoadStlAsync } from "./plugin/models/loadStl";
export { FileFinder } from "./plugin/sources/fileFinder";
export {
    ReadSplatsAsync,
    type ReadSplatsOptions,
    type SplatFormat,
    type SplatsRead,
} from "./plugin/splatFiles/readSplats";
