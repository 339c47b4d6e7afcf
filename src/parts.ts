/**
 * Parts as things: copies of a part, and names.
 *
 * @module babylon-ultrametric/parts
 */

export { DEFAULT_LIKE_PARTS_OPTIONS, type LikePart, type LikePartsOptions } from "./compute/hierarchy/shapes/likeParts";
export { FindLikePartsAsync, type FindLikePartsOptions } from "./plugin/parts/select/likeParts";
