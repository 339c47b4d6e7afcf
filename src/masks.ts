/**
 * Masks by Segment Anything, their quality, and masks to look at.
 *
 * @module babylon-ultrametric/masks
 */

export { ResizeMask } from "./compute/masks/resizeMask";
export { DefaultImageMaskShare } from "./plugin/masks/imageMaskShare";
// Masks to look at and to choose from.
export {
    DEFAULT_MASK_PAINT_OPTIONS,
    MaskOverlay,
    type MaskPaintOptions,
    type MasksAtPixel,
} from "./plugin/masks/maskOverlay";
export {
    DEFAULT_MASK_QUALITY_OPTIONS,
    GENERATOR_QUALITY,
    KEEP_ALL_MASKS,
    type MaskQualityOptions,
    type MaskQualityReport,
    SelectMasks,
} from "./plugin/masks/maskQuality";
export { type FilteredMasks, type FilteredView, MaskSetFilter } from "./plugin/masks/maskSetFilter";
// Segment Anything.
export type { ByteStore } from "./plugin/sam/byteStore";
export { CacheByteStore } from "./plugin/sam/cacheByteStore";
export { type LoadedModelFile, LoadModelFileAsync, type ModelLoadOptions } from "./plugin/sam/loadModelFile";
export {
    DEFAULT_MASK_GENERATOR_OPTIONS,
    DEFAULT_SKIP_FOUND_OPTIONS,
    type GeneratedMasks,
    type MaskGeneratorOptions,
    type SkipFoundOptions,
} from "./plugin/sam/maskGenerator";
export { MOBILE_SAM_FILES, type WeightsFile } from "./plugin/sam/mobileSamFiles";
export { DEFAULT_ONNX_RUNTIME_OPTIONS, type OnnxRuntime, type OnnxRuntimeOptions } from "./plugin/sam/onnxRuntime";
export type { PixelBox } from "./plugin/sam/resizeImage";
export { SamClient } from "./plugin/sam/samClient";
export type { SamJobInput } from "./plugin/sam/samJob";
export type { ModelFile, SamDigests, SamImageInput, SamPromptInput } from "./plugin/sam/samModel";
export type { SamPrompt } from "./plugin/sam/samSession";
export { Sha256Async } from "./plugin/sam/sha256";
