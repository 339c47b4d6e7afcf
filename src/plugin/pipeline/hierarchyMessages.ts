import type { TrainingViews } from "../../compute/fields/feature/trainingViews";
import type { CloudFeatures } from "../../compute/hierarchy/build/surfaceCloud";
import type { Dendrogram } from "../../compute/hierarchy/cut/dendrogram";
import type { Criterion } from "../../compute/hierarchy/cut/segmentationHierarchy";
import type { ViewMasks } from "../../compute/masks/maskSet";
import type { View } from "../../compute/views/capture";
import type { HierarchyCounts, HierarchyJobInput } from "./hierarchyJob";

/** A request of the page to the worker. Only one is in progress at a time. */
export type HierarchyRequest =
    /** Adds a view. One request per view, because copying all of them at once would block the main thread. */
    | { readonly kind: "view"; readonly view: View; readonly masks: ViewMasks }
    /** Starts the job with the views that were added; those of `input` are empty. */
    | { readonly kind: "start"; readonly input: HierarchyJobInput }
    | { readonly kind: "build"; readonly criteria: readonly Criterion[]; readonly features: CloudFeatures | null }
    | { readonly kind: "positions" }
    | { readonly kind: "trainingViews" }
    | { readonly kind: "counts" };

/** The data of a SegmentationHierarchy. */
export interface HierarchyData {
    readonly name: string;
    readonly positions: Float32Array;
    readonly colors: Uint8Array;
    readonly dendrograms: ReadonlyMap<Criterion, Dendrogram>;
}

/** A response of the worker: any number of stages, then the result. WorkerLink reports failures. */
export type HierarchyResponse =
    | { readonly kind: "stage"; readonly stage: string }
    | { readonly kind: "viewTaken" }
    | { readonly kind: "started" }
    | { readonly kind: "hierarchy"; readonly hierarchy: HierarchyData }
    | { readonly kind: "positions"; readonly positions: Float32Array }
    | { readonly kind: "trainingViews"; readonly trainingViews: TrainingViews }
    | { readonly kind: "counts"; readonly counts: HierarchyCounts };
