import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import { Control } from "@babylonjs/gui/2D/controls/control";
import type { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { PartEditor } from "../../plugin/parts/edit/partEditor";
import type { UltrametricSegmentation } from "../../plugin/session/ultrametricSegmentation";
import { CreateText } from "../controls/panelControls";
import { BasePanel, type BasePanelOptions } from "./basePanel";

/** Milliseconds for which an error stays in the status line. */
const ERROR_TIME = 6000;

/**
 * A panel at a side of the texture that shows a segmentation, with a status line that also reports failed edits. It is
 * hidden while there is no hierarchy, and disposed with its texture and with its segmentation.
 */
export abstract class SidePanel<Options extends BasePanelOptions = BasePanelOptions> extends BasePanel<Options> {
    /** The status line at the bottom. */
    protected readonly _status: TextBlock;
    private _editorRemovals: (() => void)[] = [];
    private _errorTimer: ReturnType<typeof setTimeout> | null = null;

    protected constructor(
        name: string,
        side: "left" | "right",
        protected readonly _segmentation: UltrametricSegmentation,
        texture: AdvancedDynamicTexture,
        options: Options,
    ) {
        super(name, side, texture, options);
        this._status = CreateText(`${name}Status`, options.theme, "", 12);
        this._status.textWrapping = true;
        this._status.verticalAlignment = Control.VERTICAL_ALIGNMENT_BOTTOM;
        this._status.isHitTestVisible = false;
    }

    public override dispose(): void {
        if (!this._isDisposed) {
            this._stopEditor();
            this._stopError();
            super.dispose();
        }
    }

    protected override _start(): void {
        const { _segmentation: segmentation } = this;
        this._own(segmentation.onHierarchyChangedObservable.add(() => this._showHierarchy()));
        this._own(segmentation.onDisposeObservable.add(() => this.dispose()));
        super._start();
        this._showHierarchy();
    }

    protected get _editor(): PartEditor {
        return this._segmentation.editor!;
    }

    /** Observes edits, undo and redo, and the active part, until {@link _stopEditor}. */
    protected _followEditor(onChanged: () => void, onActiveChanged: () => void): void {
        const editor = this._editor;
        const observers = [
            editor.onChangedObservable.add(onChanged),
            editor.onActiveChangedObservable.add(onActiveChanged),
        ];
        this._editorRemovals = observers.map((observer) => () => observer.remove());
    }

    protected _stopEditor(): void {
        for (const remove of this._editorRemovals) {
            remove();
        }
        this._editorRemovals = [];
    }

    /** Shows a text in the status line, unless that shows an error. */
    protected _setStatus(text: string): void {
        if (this._errorTimer === null) {
            this._status.color = this._options.theme.quietText;
            this._status.text = text;
        }
    }

    /** Runs an action, and shows the UltrametricError that it throws, now or later, in the status line. */
    protected _attempt(action: () => unknown): void {
        if (this._stopError()) {
            this._showStatus();
        }
        try {
            const result = action();
            if (result instanceof Promise) {
                result.catch((error) => this._showError(error));
            }
        } catch (error) {
            this._showError(error);
        }
    }

    /** Shows an error in the status line for some time. @throws the error if it is no UltrametricError */
    private _showError(error: unknown): void {
        if (!(error instanceof UltrametricError)) {
            throw error;
        }
        if (this._isDisposed) {
            return;
        }
        this._stopError(); // the one of a nested attempt
        this._status.color = this._options.theme.text;
        this._status.text = error.message;
        this._errorTimer = setTimeout(() => {
            this._errorTimer = null;
            this._showStatus();
            this._redraw();
        }, ERROR_TIME);
        this._redraw();
    }

    /** Shows the segmentation's hierarchy; hides the panel when there is none. */
    protected abstract _showHierarchy(): void;

    /** Updates the status line, see {@link _setStatus}. */
    protected abstract _showStatus(): void;

    /** @returns whether an error was shown */
    private _stopError(): boolean {
        const hasError = this._errorTimer !== null;
        clearTimeout(this._errorTimer ?? undefined);
        this._errorTimer = null;
        return hasError;
    }
}
