/**
 * Parts as things: clicks that find and make parts, copies of a part, names, the shown parts, exploded views.
 *
 * @module babylon-ultrametric/parts
 */

export type { LeafPicture } from "./compute/hierarchy/shapes/leafPicture";
export { DEFAULT_LIKE_PARTS_OPTIONS, type LikePart, type LikePartsOptions } from "./compute/hierarchy/shapes/likeParts";
export {
    DEFAULT_EXTRACT_PARTS_OPTIONS,
    ExtractParts,
    type ExtractPartsOptions,
} from "./plugin/parts/edit/extractParts";
export { GroupLikeParts } from "./plugin/parts/edit/groupLikeParts";
export {
    DEFAULT_NAME_PARTS_OPTIONS,
    type NamedParts,
    type NamedSegmentation,
    NamePartsAsync,
    type NamePartsOptions,
} from "./plugin/parts/edit/nameParts";
export type { CommitOptions } from "./plugin/parts/model/partCommits";
export type { PartNameRequest, PartNamer } from "./plugin/parts/model/partNamer";
export type { ViewedCapture } from "./plugin/parts/prompt/captureViews";
export {
    type PartCommitter,
    PartPrompt,
    type PromptedSegmentation,
    type PromptTarget,
} from "./plugin/parts/prompt/partPrompt";
export type {
    Notifier,
    NotifierEntry,
    PromptAnswer,
    PromptBox,
    PromptInput,
    PromptLeaves,
    PromptPoint,
    PromptSource,
    PromptStroke,
} from "./plugin/parts/prompt/promptAnswer";
export type { PromptModel } from "./plugin/parts/prompt/samMasker";
export {
    DEFAULT_VIEW_PROMPT_SOURCE_OPTIONS,
    type PromptSourceStatus,
    type ViewedSegmentation,
    ViewPromptSource,
    type ViewPromptSourceOptions,
} from "./plugin/parts/prompt/viewPromptSource";
export { FindLikePartsAsync, type FindLikePartsOptions } from "./plugin/parts/select/likeParts";
export { DEFAULT_EXPLODE_VIEW_OPTIONS, ExplodeView, type ExplodeViewOptions } from "./plugin/session/explodeView";
export {
    ShownPartOfLeaf,
    ShownPartOfPick,
    ShownPartsOfMesh,
    type ShownPartsSource,
} from "./plugin/session/findShownParts";
export { ShownPart } from "./plugin/session/shownParts";
