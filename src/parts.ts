/**
 * Parts as things: clicks that find and make parts, copies of a part, and names.
 *
 * @module babylon-ultrametric/parts
 */

export { DEFAULT_LIKE_PARTS_OPTIONS, type LikePart, type LikePartsOptions } from "./compute/hierarchy/shapes/likeParts";
export {
    DEFAULT_EXTRACT_PARTS_OPTIONS,
    ExtractParts,
    type ExtractPartsOptions,
} from "./plugin/parts/edit/extractParts";
export { GroupLikeParts } from "./plugin/parts/edit/groupLikeParts";
export type { CommitOptions } from "./plugin/parts/model/partCommits";
export {
    type PartCommitter,
    PartPrompt,
    type PromptedSegmentation,
    type PromptTarget,
} from "./plugin/parts/prompt/partPrompt";
export type {
    PromptAnswer,
    PromptBox,
    PromptInput,
    PromptLeaves,
    PromptPoint,
    PromptSource,
    PromptStroke,
} from "./plugin/parts/prompt/promptAnswer";
export { FindLikePartsAsync, type FindLikePartsOptions } from "./plugin/parts/select/likeParts";
export {
    ShownPartOfLeaf,
    ShownPartOfPick,
    ShownPartsOfMesh,
    type ShownPartsSource,
} from "./plugin/session/findShownParts";
export { ShownPart } from "./plugin/session/shownParts";
