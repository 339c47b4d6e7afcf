import type { TrainingViews } from "../../compute/fields/feature/trainingViews";
import type { CloudFeatures } from "../../compute/hierarchy/build/surfaceCloud";
import type { Dendrogram } from "../../compute/hierarchy/cut/dendrogram";
import type { Criterion } from "../../compute/hierarchy/cut/segmentationHierarchy";
import type { ViewMasks } from "../../compute/masks/maskSet";
import type { View } from "../../compute/views/capture";
import type { HierarchyCounts, HierarchyJobInput } from "./hierarchyJob";

/** What the page asks of the worker. One request is under way at a time. */
export type HierarchyRequest =
    /** One after the other: all of them at once, with some ten thousand masks, would blocks the main thread. */
    | { readonly kind: "view"; readonly view: View; readonly masks: ViewMasks }
    /** With no views and no masks but those. */
    | { readonly kind: "start"; readonly input: HierarchyJobInput }
    | { readonly kind: "build"; readonly criteria: readonly Criterion[]; readonly features: CloudFeatures | null }
    | { readonly kind: "positions" }
    | { readonly kind: "trainingViews" }
    | { readonly kind: "counts" };

/** The parts of a SegmentationHierarchy. */
export interface HierarchyData {
    readonly name: string;
    readonly positions: Float32Array;
    readonly colors: Uint8Array;
    readonly dendrograms: ReadonlyMap<Criterion, Dendrogram>;
}

/** What the worker answers: any number of stages, then a result; failures are the link's. */
export type HierarchyResponse =
    | { readonly kind: "stage"; readonly stage: string }
    | { readonly kind: "viewTaken" }
    | { readonly kind: "started" }
    | { readonly kind: "hierarchy"; readonly hierarchy: HierarchyData }
    | { readonly kind: "positions"; readonly positions: Float32Array }
    | { readonly kind: "trainingViews"; readonly trainingViews: TrainingViews }
    | { readonly kind: "counts"; readonly counts: HierarchyCounts };
