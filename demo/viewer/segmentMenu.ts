import { PageElement } from "./elements";
import { ShowError } from "./message";
import type { Quality, SegmentSession } from "./segmentSession";
import type { MaskOrigin } from "./subject";

/** The menu of the button "Segment": origin of the masks, quality, and the button that starts. */
export class SegmentMenu {
    private readonly _menu = PageElement("segmentMenu", HTMLElement);
    private readonly _button = PageElement("segment", HTMLButtonElement);
    private readonly _structure = PageElement("structure", HTMLInputElement);
    private readonly _modelNote = PageElement("modelNote", HTMLElement);
    private readonly _firstNote = this._modelNote.textContent;

    /**
     * @param canTrain whether features can be trained (WebGPU)
     * @param _onSegmented called when there are new parts
     */
    public constructor(
        private readonly _session: SegmentSession,
        canTrain: boolean,
        private readonly _onSegmented: () => void,
    ) {
        for (const input of this._radios("quality")) {
            input.disabled = !canTrain && input.value !== "fast";
            input.onchange = () => {
                _session.quality = input.value as Quality;
            };
        }
        for (const input of this._radios("origin")) {
            input.onchange = () => {
                _session.origin = input.value as MaskOrigin;
            };
        }
        this._menu.addEventListener("beforetoggle", () => this._showModelNote());
        this._structure.checked = _session.usesStructure;
        this._structure.onchange = () => {
            _session.usesStructure = this._structure.checked;
        };
        PageElement("segmentStart", HTMLButtonElement).onclick = () => {
            this._menu.hidePopover();
            void this.startAsync();
        };
        this.refresh();
    }

    /** Updates the menu for other open content. */
    public refresh(): void {
        const { subject, origin, quality } = this._session;
        this._button.disabled = subject === null;
        for (const input of this._radios("origin")) {
            input.disabled = !(subject?.origins.includes(input.value as MaskOrigin) ?? false);
            input.checked = input.value === origin;
        }
        for (const input of this._radios("quality")) {
            input.checked = input.value === quality;
        }
        this._structure.disabled = !subject?.hasMeshes;
    }

    /** Segments with the menu's settings. */
    public async startAsync(): Promise<void> {
        if (this._session.isBusy) {
            return;
        }
        this._button.disabled = true;
        try {
            if (await this._session.segmentAsync()) {
                this._onSegmented();
            }
        } catch (error) {
            ShowError("Segmenting failed", error);
        } finally {
            this._button.disabled = this._session.subject === null;
        }
    }

    /** Shows how many views a canceled run finished. */
    private _showModelNote(): void {
        const views = this._session.subject?.modelViews;
        this._modelNote.textContent = views
            ? views.made < views.total
                ? `resumes: ${views.made} of ${views.total} views are done`
                : "all views are done"
            : this._firstNote;
    }

    private _radios(name: string): HTMLInputElement[] {
        return [...this._menu.querySelectorAll<HTMLInputElement>(`input[name="${name}"]`)];
    }
}
