import type { Ray } from "@babylonjs/core/Culling/ray.core";
import type { PartEditor } from "../parts/edit/partEditor";
import type { LeafOverrides } from "../parts/model/leafOverrides";
import type { HierarchyCut } from "./hierarchyCut";
import type { ShownHierarchy } from "./shownHierarchy";

/** A position on screen as `scene.pointerX` and `scene.pointerY`, or a ray of the scene. */
export type PickTarget = { readonly x: number; readonly y: number } | Ray;

/** The state that a PartSelection acts on. */
export interface PartSelectionHost {
    readonly cut: HierarchyCut;
    /** Null without a hierarchy; so are the others. */
    readonly shown: ShownHierarchy | null;
    readonly overrides: LeafOverrides | null;
    readonly editor: PartEditor | null;
}
