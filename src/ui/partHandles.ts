import type { PartEditor } from "../plugin/parts/edit/partEditor";
import type { GizmoMode, PartGizmos } from "../plugin/parts/edit/partGizmos";
import type { ExtractedPart } from "../plugin/parts/model/extractedPart";

/** Handles on a part that is meshes of its own: they move, turn or scale it. */
export class PartHandles {
    private _gizmos: PartGizmos | null = null;
    private _part: ExtractedPart | null = null;
    private _mode: GizmoMode | null = null;

    /** @param _onShown called when handles have come, some time after they were asked for */
    public constructor(private readonly _onShown: () => void) {}

    /** Shows handles on a part, in place of those on another. */
    public show(editor: PartEditor, part: ExtractedPart, mode: GizmoMode): void {
        if (this._part !== part) {
            this.remove();
            this._part = part;
            // Babylon's gizmos are large: they are fetched when they are wanted.
            void import("../plugin/parts/edit/partGizmos").then(({ AttachGizmos }) => {
                if (this._part === part && this._mode !== null) {
                    this._gizmos?.dispose();
                    this._gizmos = AttachGizmos(editor, part, this._mode);
                    this._onShown();
                }
            });
        } else if (this._gizmos) {
            this._gizmos.mode = mode;
        }
        this._mode = mode;
    }

    /** Safe to call again. */
    public remove(): void {
        this._part = null;
        this._mode = null;
        this._gizmos?.dispose();
        this._gizmos = null;
    }
}
