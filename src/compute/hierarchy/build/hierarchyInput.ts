import type { CaptureGeometry, View } from "../../views/capture";
import type { MaskedView } from "./observations";

/** The data that a hierarchy is built from. */
export interface HierarchyInput {
    /** Name of the capture. */
    readonly name: string;
    /** All views with depth, including those without masks, which still show surface and color. */
    readonly views: readonly View[];
    /** The views that have masks. */
    readonly maskedViews: readonly MaskedView[];
    /**
     * Points on the content's own surface, which become the leaves. The hierarchy is built from the points that views
     * with masks see; each of the others joins a similar one nearby. Default: null, the surface of the views' depth.
     */
    readonly geometry?: CaptureGeometry | null;
}
