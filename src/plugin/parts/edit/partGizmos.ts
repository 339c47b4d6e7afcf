import { GizmoManager } from "@babylonjs/core/Gizmos/gizmoManager";
import { UtilityLayerRenderer } from "@babylonjs/core/Rendering/utilityLayerRenderer";
import { ReleaseShaders } from "../../babylon/drawCaches";
import type { ExtractedPart } from "../model/extractedPart";
import type { PartTransform } from "../model/partTransform";
import type { PartEditor } from "./partEditor";

/** What a gizmo changes. */
export type GizmoMode = "position" | "rotation" | "scale";

/**
 * Handles in the scene that move, turn or scale an extracted part; each drag is one step of the editor's history. Uses Babylon's GizmoManager, with
 * a utility layer of its own. Detaches itself while its part is out of the scene or locked.
 */
export class PartGizmos {
    /** Babylon's own object, for its settings. */
    public readonly manager: GizmoManager;
    private readonly _observers: { remove(): void }[] = [];
    private readonly _watched = new Set<object>();
    private _before: PartTransform | null = null;
    private _mode: GizmoMode;
    private _isDisposed = false;

    /** @param mode what the handles change at first. Default "position" */
    public constructor(
        private readonly _editor: PartEditor,
        private readonly _part: ExtractedPart,
        mode: GizmoMode = "position",
    ) {
        // Layers of its own: Babylon's default ones would stay in the scene.
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

    /** What its handles do: move, turn or scale. */
    public get mode(): GizmoMode {
        return this._mode;
    }

    public set mode(value: GizmoMode) {
        this._mode = value;
        this._attach();
    }

    /** Takes the handles away; the part stays where it is. Safe to call again. */
    public dispose(): void {
        if (this._isDisposed) {
            return;
        }
        this._isDisposed = true;
        for (const observer of this._observers) {
            observer.remove();
        }
        for (const layer of [this.manager.utilityLayer, this.manager.keepDepthUtilityLayer]) {
            // Scenes that end leave uniforms of their shaders behind.
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
        // The manager makes each when it is first wanted.
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

/** Handles on an extracted part; see {@link PartGizmos}. Dispose them to take them away. */
export function AttachGizmos(editor: PartEditor, part: ExtractedPart, mode: GizmoMode = "position"): PartGizmos {
    return new PartGizmos(editor, part, mode);
}
