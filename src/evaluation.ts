/**
 * Measures of a hierarchy against a ground truth.
 *
 * @module babylon-ultrametric/evaluation
 */

// Measures.
export { type DepthError, MeasureDepth } from "./plugin/evaluation/depthError";
export {
    EvaluateHierarchyAsync,
    type Evaluation,
    type EvaluationOptions,
    type LevelScores,
} from "./plugin/evaluation/evaluateHierarchy";
export { MeasurePsnrAsync, type PsnrOptions, type PsnrResult } from "./plugin/evaluation/heldOutPsnr";
export { type Covering, NormalizedCovering } from "./plugin/evaluation/normalizedCovering";

// Ground truth.
export {
    DEFAULT_GROUND_TRUTH_OPTIONS,
    type GroundTruth,
    type GroundTruthLevel,
    type GroundTruthOptions,
    LoadGroundTruthAsync,
} from "./plugin/formats/captures/groundTruth";
