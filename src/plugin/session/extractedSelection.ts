import { CreatePickingRay, type Ray } from "@babylonjs/core/Culling/ray.core";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import { LEAF_HIDDEN } from "../../compute/partColors/leafColors";
import { IsOwnMesh } from "../babylon/ownMeshes";
import { CountSplats, IsSplatMesh } from "../content/splatData";
import { PickFace } from "../display/facePicking";
import type { ExtractedPart } from "../parts/model/extractedPart";
import { type LeafInterval, NormalizeIntervals } from "../parts/model/leafInterval";
import type { Part } from "../parts/model/part";
import type { PartTree } from "../parts/model/partTree";
import type { Selection } from "../parts/model/selection";
import { SplatPicker } from "../parts/pick/splatPicking";
import { ExtractedHighlight } from "./extractedHighlight";
import type { PartSelectionHost, PickTarget } from "./partSelectionHost";

/** The place of an extracted part in a leaf order. */
interface PartPlace {
    readonly tree: PartTree;
    readonly intervals: readonly LeafInterval[];
}

/** The extracted parts among the parts that are picked, hovered and selected: their meshes stand for their leaves. */
export class ExtractedSelection {
    private readonly _places = new WeakMap<ExtractedPart, PartPlace>();
    private readonly _splats = new WeakMap<AbstractMesh, SplatPicker>();
    private readonly _highlights = new Map<ExtractedPart, ExtractedHighlight>();
    /** The part that a pick made the active one. */
    private _activated: ExtractedPart | null = null;

    public constructor(private readonly _host: PartSelectionHost) {}

    /**
     * Returns the extracted part at a target; null if there is none, or something else is in front.
     *
     * @param leaf the leaf that is picked there; -1 for none
     */
    public pick(target: PickTarget, leaf: number): ExtractedPart | null {
        const parts = this._parts.filter(({ isLocked }) => !isLocked);
        const ray = parts.length > 0 ? rayOf(target, parts[0]) : null;
        if (!ray) {
            return null;
        }
        const faces = this._pickFaces(ray, parts);
        const splats = this._pickSplats(ray, parts);
        const hit = faces && splats ? (faces.distance < splats.distance ? faces : splats) : (faces ?? splats);
        return hit?.part && (leaf < 0 || hit.distance <= this._distanceOf(leaf, ray)) ? hit.part : null;
    }

    /** Returns the part of the hierarchy that an extracted part stands for: with its leaves, or around the first. */
    public partOf(part: ExtractedPart): Part {
        const { tree, intervals } = this._placeOf(part);
        return (
            (intervals.length === 1 ? tree.partOfInterval(intervals[0]) : null) ??
            this._host.cut.partOfLeaf(part.leaves[0])
        );
    }

    /** Returns the leaves of an extracted part as intervals of the leaf order that is shown. */
    public intervalsOf(part: ExtractedPart): readonly LeafInterval[] {
        return this._placeOf(part).intervals;
    }

    /** Makes an extracted part the editor's active one; null ends that of the part that was picked before. */
    public activate(part: ExtractedPart | null): void {
        const { editor } = this._host;
        if (editor && (part || editor.active === this._activated)) {
            editor.active = part;
        }
        this._activated = part;
    }

    /** Returns true if all leaves of an interval are hidden or deleted, and none of them is in an extracted part. */
    public isGone(interval: LeafInterval): boolean {
        const { overrides, cut } = this._host;
        const { order } = cut.dendrogram!;
        for (let orderIndex = interval.start; orderIndex < interval.end; orderIndex++) {
            if ((overrides!.data[order[orderIndex]] & LEAF_HIDDEN) === 0) {
                return false;
            }
        }
        return !this._parts.some((part) => this.intervalsOf(part).some((own) => overlap(own, interval)));
    }

    /** Draws the extracted parts as hovered or selected. */
    public highlight(hovered: LeafInterval | null, selection: Selection): void {
        const parts = this._host.overrides ? this._parts : [];
        for (const [part, highlight] of this._highlights) {
            if (!parts.includes(part)) {
                this._highlights.delete(part);
                highlight.dispose();
            }
        }
        for (const part of parts) {
            const intervals = this.intervalsOf(part);
            const isHovered = hovered !== null && intervals.every((own) => overlap(own, hovered));
            const isSelected = !selection.isEmpty && intervals.every((own) => selection.contains(own));
            let highlight = this._highlights.get(part);
            if (!highlight && (isHovered || isSelected)) {
                highlight = new ExtractedHighlight(part);
                this._highlights.set(part, highlight);
            }
            highlight?.set(isHovered, isSelected);
        }
    }

    public dispose(): void {
        for (const highlight of this._highlights.values()) {
            highlight.dispose();
        }
        this._highlights.clear();
    }

    private get _parts(): readonly ExtractedPart[] {
        return this._host.editor?.extracted ?? [];
    }

    private _placeOf(part: ExtractedPart): PartPlace {
        const tree = this._host.cut.parts!;
        let place = this._places.get(part);
        if (place?.tree !== tree) {
            const intervals = Array.from(part.leaves, (leaf) => {
                const start = tree.orderIndexOf(leaf);
                return { start, end: start + 1 };
            });
            place = { tree, intervals: NormalizeIntervals(intervals) };
            this._places.set(part, place);
        }
        return place;
    }

    /** The part is null where another mesh of the scene is in front. */
    private _pickFaces(
        ray: Ray,
        parts: readonly ExtractedPart[],
    ): { part: ExtractedPart | null; distance: number } | null {
        const partOf = new Map<AbstractMesh, ExtractedPart>();
        for (const part of parts) {
            for (const mesh of [...part.meshes, ...part.proxies]) {
                if (!IsSplatMesh(mesh)) {
                    mesh.computeWorldMatrix(true); // the part may have moved since the last frame
                    partOf.set(mesh, part);
                }
            }
        }
        if (partOf.size === 0) {
            return null;
        }
        // The faces of the content are picked by their leaves; those of an extracted part are no longer there.
        const content = new Set<AbstractMesh>(this._host.shown?.content?.items.map(({ mesh }) => mesh));
        const isHit = (mesh: AbstractMesh): boolean =>
            mesh.isVisible &&
            mesh.isEnabled() &&
            (partOf.has(mesh) || (mesh.isPickable && !content.has(mesh) && !IsOwnMesh(mesh)));
        const hit = PickFace(parts[0].root.getScene(), ray, [...partOf.keys()], isHit);
        return hit && { part: partOf.get(hit.mesh) ?? null, distance: hit.distance };
    }

    private _pickSplats(ray: Ray, parts: readonly ExtractedPart[]): { part: ExtractedPart; distance: number } | null {
        let first: { part: ExtractedPart; distance: number } | null = null;
        for (const part of parts) {
            for (const mesh of part.meshes) {
                const hit = IsSplatMesh(mesh) && !mesh.isCompound ? this._splatsOf(mesh).pick(ray) : null;
                const distance = (hit?.distance ?? Number.POSITIVE_INFINITY) * ray.direction.length();
                if (distance < (first?.distance ?? Number.POSITIVE_INFINITY)) {
                    first = { part, distance };
                }
            }
        }
        return first;
    }

    private _splatsOf(mesh: Mesh): SplatPicker {
        let picker = this._splats.get(mesh);
        if (!picker) {
            const elementCount = IsSplatMesh(mesh) ? CountSplats(mesh) : 0;
            const item = { mesh, thinInstance: -1, kind: "splats", firstElement: 0, elementCount } as const;
            picker = SplatPicker.Create({ items: [item], leafOfElement: new Uint32Array(elementCount) });
            this._splats.set(mesh, picker);
        }
        return picker;
    }

    /** Meshes that show parts are picked only in front of all others, so that their leaves are nearer. */
    private _distanceOf(leaf: number, ray: Ray): number {
        const { shown } = this._host;
        if (!shown || shown.meshBinding) {
            return 0;
        }
        const { positions } = shown.hierarchy;
        const at = Vector3.TransformCoordinates(
            Vector3.FromArray(positions, 3 * leaf),
            shown.pointCloud.worldMatrix,
        ).subtract(ray.origin);
        return Vector3.Dot(at, ray.direction) / ray.direction.length();
    }
}

function rayOf(target: PickTarget, { root }: ExtractedPart): Ray | null {
    if ("origin" in target) {
        return target;
    }
    const scene = root.getScene();
    const camera = scene.activeCamera;
    return camera && CreatePickingRay(scene, target.x, target.y, Matrix.Identity(), camera);
}

function overlap(a: LeafInterval, b: LeafInterval): boolean {
    return a.start < b.end && b.start < a.end;
}
