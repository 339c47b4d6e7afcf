import { GizmoManager } from "@babylonjs/core/Gizmos/gizmoManager";
import { UtilityLayerRenderer } from "@babylonjs/core/Rendering/utilityLayerRenderer";
import { ReleaseShaders } from "../../babylon/drawCaches";
import type { ExtractedPart } from "../model/extractedPart";
import type { PartTransform } from "../model/partTransform";
import type { PartEditor } from "./partEditor";

/** The property that a gizmo changes. */
export type GizmoMode = "position" | "rotation" | "scale";

/**
 * Handles in the scene that move, rotate or scale an extracted part; each drag is one step of the editor's history.
 * Uses Babylon's GizmoManager, with utility layers of its own. Detaches itself while the part is locked or not in the
 * scene.
 */
export class PartGizmos {
    /** Babylon's gizmo manager, for its settings. */
    public readonly manager: GizmoManager;
    private readonly _observers: { remove(): void }[] = [];
    /** The gizmos whose drags are observed. */
    private readonly _watched = new Set<object>();
    /** The transform at the start of a drag; null outside of drags. */
    private _before: PartTransform | null = null;
    private _mode: GizmoMode;
    private _isDisposed = false;

    /** @param mode the property that the handles change at first. Default "position" */
    public constructor(
        private readonly _editor: PartEditor,
        private readonly _part: ExtractedPart,
        mode: GizmoMode = "position",
    ) {
        // Babylon's default utility layers would stay in the scene.
        const scene = _part.root.getScene();
        const keepDepthLayer = new UtilityLayerRenderer(scene);
        keepDepthLayer.utilityLayerScene.autoClearDepthAndStencil = false;
        this.manager = new GizmoManager(scene, 1, new UtilityLayerRenderer(scene), keepDepthLayer);
        this.manager.usePointerToAttachGizmos = false;
        this._mode = mode;
        this._attach();
        this._observers.push(
            _editor.onChangedObservable.add(() => {
                this._attach();
            }),
            _part.root.onDisposeObservable.add(() => {
                this.dispose();
            }),
        );
    }

    /** The property that the handles change. */
    public get mode(): GizmoMode {
        return this._mode;
    }

    public set mode(value: GizmoMode) {
        this._mode = value;
        this._attach();
    }

    /** Removes the handles; the part keeps its transform. Safe to call again. */
    public dispose(): void {
        if (this._isDisposed) {
            return;
        }
        this._isDisposed = true;
        for (const observer of this._observers) {
            observer.remove();
        }
        for (const layer of [this.manager.utilityLayer, this.manager.keepDepthUtilityLayer]) {
            // Disposing a scene does not free the uniforms of its shaders.
            layer.utilityLayerScene.meshes.forEach(ReleaseShaders);
        }
        this.manager.dispose();
    }

    private _attach(): void {
        const { manager } = this;
        const isUsable = this._part.isInScene && !this._part.isLocked;
        manager.positionGizmoEnabled = isUsable && this._mode === "position";
        manager.rotationGizmoEnabled = isUsable && this._mode === "rotation";
        manager.scaleGizmoEnabled = isUsable && this._mode === "scale";
        manager.attachToNode(isUsable ? this._part.root : null);
        // The manager creates each gizmo on first use.
        const { positionGizmo, rotationGizmo, scaleGizmo } = manager.gizmos;
        for (const gizmo of [positionGizmo, rotationGizmo, scaleGizmo]) {
            if (gizmo && !this._watched.has(gizmo)) {
                this._watched.add(gizmo);
                gizmo.onDragStartObservable.add(() => {
                    this._before = this._part.transform;
                });
                gizmo.onDragEndObservable.add(() => {
                    this._record();
                });
            }
        }
    }

    private _record(): void {
        const before = this._before;
        this._before = null;
        if (before) {
            this._editor.recordTransform(this._part, before);
        }
    }
}

/** Attaches handles to an extracted part, see {@link PartGizmos}. Dispose them to remove them. */
export function AttachGizmos(editor: PartEditor, part: ExtractedPart, mode: GizmoMode = "position"): PartGizmos {
    return new PartGizmos(editor, part, mode);
}
