/**
 * Readers of captures, images and masks; writers of labels, points and splats.
 *
 * @module babylon-ultrametric/formats
 */

// Writers.
export { LabelElements, WriteElementLabelsCsv, WriteLeafLabelsCsv, WriteNpy } from "./plugin/export/labelArrays";
export { WriteLabelImages } from "./plugin/export/labelImage";
export { type PartNode, SelectPartNodes } from "./plugin/export/partNodes";
export { WritePointCloudPly } from "./plugin/export/pointCloudPly";
export { SplatsByPart, WriteSplatFile } from "./plugin/export/splatFile";
export { WriteSplatPly } from "./plugin/export/splatPly";

// Readers.
export { LoadColmapCaptureAsync } from "./plugin/formats/colmapCapture";
export { DecodeDepthAsync } from "./plugin/formats/depthFile";
export { DecodeImageAsync, type ImageDecoder } from "./plugin/formats/imageDecoder";
export { LoadLlffCaptureAsync } from "./plugin/formats/llffCapture";
export { type CaptureLayout, FindCaptureLayoutAsync } from "./plugin/formats/loadCapture";
export { ParseMaskFile, WriteMaskFile } from "./plugin/formats/maskFiles";
export { LoadNerfCaptureAsync } from "./plugin/formats/nerfCapture";
