import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import { Control } from "@babylonjs/gui/2D/controls/control";
import type { UltrametricSegmentation } from "babylon-ultrametric";
import type { ViewPromptSource } from "babylon-ultrametric/parts";
import { type PanelTheme, PartsPanel, ToolsPanel } from "babylon-ultrametric/ui";
import { PageElement, PHONE_WIDTH } from "./elements";
import type { ViewerScene } from "./viewerScene";

/** Placement below the title and the toolbar, above the granularity panel, in pixels. */
const OPTIONS = { top: 96, bottom: 140, canClose: true };

/** The margin between a panel and the side of the page, in pixels. */
const SIDE_MARGIN = 20;

/** The name of a panel with a button; the page has the class `with-<name>` while it is open. */
type PanelName = "parts" | "edit";

/** The buttons that open and close the list of parts and the tools. Panels are created when they are first opened. */
export class PanelButtons {
    private readonly _buttons = {
        parts: PageElement("parts", HTMLButtonElement),
        edit: PageElement("edit", HTMLButtonElement),
    };
    private readonly _panels: { parts: PartsPanel | null; edit: ToolsPanel | null } = { parts: null, edit: null };

    /** @param _onOpenParts called before the list opens at the right */
    public constructor(
        private readonly _segmentation: UltrametricSegmentation,
        private readonly _viewer: ViewerScene,
        private readonly _texture: AdvancedDynamicTexture,
        private readonly _theme: () => PanelTheme,
        private readonly _promptSource: ViewPromptSource,
        private readonly _onOpenParts: () => void,
    ) {
        for (const name of ["parts", "edit"] as const) {
            this._buttons[name].onclick = (event) => {
                this.setOpen(name, !this._panels[name]?.isOpen);
                if (event.detail === 0) {
                    // Opened by a key: the panel gets the keys that follow.
                    this._viewer.engine.getInputElement()?.focus();
                    this._panels[name]?.focus();
                }
            };
        }
        _segmentation.onHierarchyChangedObservable.add((hierarchy) => {
            for (const name of ["parts", "edit"] as const) {
                this._buttons[name].disabled = hierarchy === null;
                if (hierarchy === null) {
                    this.setOpen(name, false);
                }
            }
        });
    }

    public setOpen(name: PanelName, isOpen: boolean): void {
        if (isOpen && name === "parts") {
            this._onOpenParts();
        }
        if (isOpen) {
            this._panels.parts ??= name === "parts" ? this._createParts() : null;
            this._panels.edit ??= name === "edit" ? this._createTools() : null;
        }
        const panel = this._panels[name];
        if (panel) {
            panel.isOpen = isOpen;
        }
        document.body.classList.toggle(`with-${name}`, isOpen);
        this._buttons[name].setAttribute("aria-pressed", String(isOpen));
        this._viewer.requestFrame();
    }

    /** Recreates open panels, for another theme. */
    public reset(): void {
        for (const name of ["parts", "edit"] as const) {
            const wasOpen = this._panels[name]?.isOpen ?? false;
            this._panels[name]?.dispose();
            this._panels[name] = null;
            this.setOpen(name, wasOpen);
        }
    }

    private _createParts(): PartsPanel {
        const panel = new PartsPanel(this._segmentation, this._texture, { ...OPTIONS, theme: this._theme() });
        panel.control.leftInPixels = -SIDE_MARGIN;
        panel.onCloseObservable.add(() => this.setOpen("parts", false));
        panel.onRedrawObservable.add(() => this._viewer.requestFrame());
        return panel;
    }

    private _createTools(): ToolsPanel {
        const isPhone = window.innerWidth <= PHONE_WIDTH;
        const panel = new ToolsPanel(this._segmentation, this._texture, {
            ...OPTIONS,
            ...(isPhone ? { width: 400, height: 300 } : {}),
            theme: this._theme(),
            promptSource: this._promptSource,
        });
        if (isPhone) {
            // In reach of a finger, and away from the edited parts.
            panel.control.verticalAlignment = Control.VERTICAL_ALIGNMENT_BOTTOM;
            panel.control.topInPixels = -OPTIONS.bottom + 40;
        } else {
            panel.control.leftInPixels = SIDE_MARGIN;
        }
        panel.onCloseObservable.add(() => this.setOpen("edit", false));
        panel.onRedrawObservable.add(() => this._viewer.requestFrame());
        return panel;
    }
}
