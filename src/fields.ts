/**
 * The feature field and the radiance field: training and evaluation on WebGPU.
 *
 * @module babylon-ultrametric/fields
 */

export { FeatureField } from "./compute/fields/feature/featureField";
export {
    FEATURE_FIELD_PRESETS,
    type FeatureFieldOptions,
    type FeatureFieldPreset,
    type FeatureTrainingOptions,
} from "./compute/fields/feature/featureFieldOptions";
export { type FeatureTraining, TrainFeatureFieldAsync } from "./compute/fields/feature/featureFieldTrainer";
export { CreateTrainingViews, type TrainingViews } from "./compute/fields/feature/trainingViews";
// Radiance fields.
export type { DepthRuns } from "./compute/fields/radiance/depthRuns";
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
    type RadianceFieldConfigOptions,
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
// Feature fields.
export { SavedTraining } from "./compute/fields/radiance/savedTraining";
export { RenderDepthAsync, type RenderDepthOptions } from "./plugin/radiance/learnedDepth";
export { PartPainter } from "./plugin/radiance/partPainter";
export { PinholeOfCamera } from "./plugin/radiance/pinholeOfCamera";
export type { RadiancePainter } from "./plugin/radiance/radiancePreview";
export type { RadianceCurvePoint } from "./plugin/radiance/radianceTrainingSession";
