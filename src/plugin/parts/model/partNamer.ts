import type { LeafPicture } from "../../../compute/hierarchy/shapes/leafPicture";
import type { Part } from "./part";

/** A part that a {@link PartNamer} is asked to name. */
export interface PartNameRequest {
    readonly part: Part;
    /** The name that it has without, such as "part 4" or that of a node of the file. */
    readonly name: string;
    /** The names of the parts around it, the smallest first. */
    readonly parents: readonly string[];
    /** The part alone. */
    readonly picture: LeafPicture;
    /** The whole content, pale but for the part. */
    readonly context: LeafPicture;
}

/** Names parts, such as a vision-language model that is shown pictures of them. */
export interface PartNamer {
    /**
     * Returns a short name, such as "front left wheel"; null for none. May throw: that part keeps its name.
     *
     * @param signal aborted when the answer is no longer wanted
     */
    nameAsync(request: PartNameRequest, signal: AbortSignal): Promise<string | null>;
}
