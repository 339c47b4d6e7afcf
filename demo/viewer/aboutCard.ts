import type { Observer } from "@babylonjs/core/Misc/observable";
import type { UltrametricSegmentation } from "babylon-ultrametric";
import { PageElement } from "./elements";
import type { OpenReport } from "./open/openReport";
import { CountOf } from "./open/sentences";

/**
 * The card "About this file": what was read, and everything that was left out and why. The button that opens it shows
 * the number of notes.
 */
export class AboutCard {
    private readonly _button = PageElement("aboutOpen", HTMLButtonElement);
    private readonly _card = PageElement("about", HTMLElement);
    private _name = "";
    private _report: OpenReport | null = null;
    private _observer: Observer<OpenReport> | null = null;

    public constructor(private readonly _segmentation: UltrametricSegmentation) {
        PageElement("aboutClose", HTMLButtonElement).onclick = () => this._card.hidePopover();
        _segmentation.onHierarchyChangedObservable.add(() => this._refresh());
    }

    /**
     * Shows other content.
     *
     * @param report null for a saved segmentation
     */
    public show(name: string, report: OpenReport | null): void {
        this._card.hidePopover();
        this._observer?.remove();
        this._observer = report?.onChangedObservable.add(() => this._refresh()) ?? null;
        this._name = name;
        this._report = report;
        this._refresh();
    }

    private _refresh(): void {
        const { hierarchy, criteria } = this._segmentation;
        const leftOut = this._report?.leftOut ?? [];
        const facts = [
            ...(this._report?.facts ?? []),
            ...(hierarchy
                ? [`segmented: ${CountOf(hierarchy.leafCount, "leaf", "leaves")}, by ${criteria.join(", ")}`]
                : []),
        ];
        PageElement("aboutName", HTMLElement).textContent = this._name || (hierarchy?.name ?? "");
        fillList("aboutFacts", facts);
        fillList("aboutNotes", leftOut);
        PageElement("aboutNotesTitle", HTMLElement).hidden = leftOut.length === 0;
        const notes = CountOf(leftOut.length, "note");
        this._button.hidden = facts.length + leftOut.length === 0;
        this._button.textContent = leftOut.length === 0 ? "about" : notes;
        this._button.ariaLabel = leftOut.length === 0 ? "About this file" : `About this file: ${notes}`;
        this._button.classList.toggle("noted", leftOut.length > 0);
    }
}

function fillList(id: string, texts: readonly string[]): void {
    const list = PageElement(id, HTMLElement);
    list.hidden = texts.length === 0;
    list.replaceChildren(
        ...texts.map((text) => {
            const item = document.createElement("li");
            item.textContent = text;
            return item;
        }),
    );
}
