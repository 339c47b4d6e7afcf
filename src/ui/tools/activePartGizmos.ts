import type { PartEditor } from "../../plugin/parts/edit/partEditor";
import type { GizmoMode, PartGizmos } from "../../plugin/parts/edit/partGizmos";
import type { ExtractedPart } from "../../plugin/parts/model/extractedPart";

/** Gizmos that move, rotate or scale the active extracted part. */
export class ActivePartGizmos {
    private _gizmos: PartGizmos | null = null;
    private _part: ExtractedPart | null = null;
    private _mode: GizmoMode | null = null;

    /** @param _onShown called when the gizmos appear, some time after {@link show} */
    public constructor(private readonly _onShown: () => void) {}

    /** Shows gizmos on a part, in place of those on another. */
    public show(editor: PartEditor, part: ExtractedPart, mode: GizmoMode): void {
        if (this._part !== part) {
            this.hide();
            this._part = part;
            // Babylon's gizmos are large, so they are imported on first use.
            void import("../../plugin/parts/edit/partGizmos").then(({ AttachGizmos }) => {
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

    /** Removes the gizmos. Safe to call again. */
    public hide(): void {
        this._part = null;
        this._mode = null;
        this._gizmos?.dispose();
        this._gizmos = null;
    }
}
