import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import { Control } from "@babylonjs/gui/2D/controls/control";
import type { MaskSet } from "babylon-ultrametric";
import { type PanelTheme, ViewsPanel } from "babylon-ultrametric/ui";
import { PageElement, PHONE_WIDTH } from "./elements";
import { ShowError } from "./message";
import type { CaptureInput, SegmentSession } from "./segmentSession";
import type { ViewerScene } from "./viewerScene";

/** Margins below the title and the toolbar, and above the granularity panel, in pixels. */
const TOP = 96;
const BOTTOM = 140;

/** The button that opens and closes the views panel, which is created when it is first opened. */
export class ViewsButton {
    /** Called before the panel opens at the right. */
    public onOpen: (() => void) | null = null;

    private readonly _button = PageElement("views", HTMLButtonElement);
    private _panel: ViewsPanel | null = null;
    private _shown: MaskSet | null = null;

    public constructor(
        private readonly _session: SegmentSession,
        private readonly _viewer: ViewerScene,
        private readonly _advancedTexture: AdvancedDynamicTexture,
        private readonly _theme: () => PanelTheme,
    ) {
        this._button.onclick = ({ detail }) => {
            this._toggleAsync(detail === 0).catch((error: unknown) => {
                ShowError("The masks could not be shown", error);
            });
        };
        window.addEventListener("keydown", ({ key }) => {
            if (key === "Escape" && this._panel?.isOpen) {
                if (this._panel.openView !== null) {
                    this._panel.openView = null;
                } else {
                    this._setOpen(false);
                }
            }
        });
        _session.placeProgress = (control) => {
            if (this._panel?.isOpen) {
                control.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT; // beside the panel
                control.leftInPixels = 20;
            }
        };
    }

    public close(): void {
        this._setOpen(false);
    }

    /** Closes and drops the panel, after other content was opened or the theme changed. */
    public reset(): void {
        this._setOpen(false);
        this._panel?.dispose();
        this._panel = null;
        this._button.disabled = this._session.subject === null;
    }

    /** @param isByKey whether a key toggles it; the panel then gets the focus */
    private async _toggleAsync(isByKey: boolean): Promise<void> {
        if (this._panel?.isOpen) {
            this._setOpen(false);
            return;
        }
        const input = await this._session.inputAsync();
        if (!input) {
            return;
        }
        // The same masks keep their panel, with its thresholds.
        if (!this._panel || input.masks !== this._shown) {
            this._panel?.dispose();
            this._panel = this._createPanel(input);
            this._shown = input.masks;
        }
        this._setOpen(true);
        if (isByKey) {
            this._viewer.engine.getInputElement()?.focus();
            this._panel.focus();
        }
    }

    private _setOpen(isOpen: boolean): void {
        if (isOpen) {
            this.onOpen?.();
        }
        if (this._panel) {
            this._panel.isOpen = isOpen;
        }
        document.body.classList.toggle("with-views", isOpen);
        this._button.setAttribute("aria-pressed", String(isOpen));
        this._viewer.requestFrame();
    }

    private _createPanel(input: CaptureInput): ViewsPanel {
        const panel = new ViewsPanel(input.capture, input.masks, this._advancedTexture, {
            width: 600,
            top: TOP,
            bottom: BOTTOM,
            applyLabel: "Segment again",
            theme: this._theme(),
            quality: input.quality,
        });
        panel.control.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_RIGHT;
        panel.onRedrawObservable.add(() => this._viewer.requestFrame());
        panel.onCloseObservable.add(() => this._setOpen(false));
        panel.onApplyObservable.add((masks) => {
            if (window.innerWidth <= PHONE_WIDTH) {
                this._setOpen(false); // it covers the scene
            }
            this._session.previewAsync(masks).catch((error: unknown) => {
                ShowError("Segmenting failed", error);
            });
        });
        const place = (): void => {
            panel.control.leftInPixels = window.innerWidth <= PHONE_WIDTH ? -12 : -20;
        };
        place();
        const observer = this._viewer.engine.onResizeObservable.add(place);
        panel.control.onDisposeObservable.add(() => observer.remove());
        return panel;
    }
}
