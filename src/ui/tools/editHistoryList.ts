import type { EditHistory } from "../../plugin/parts/edit/editHistory";
import type { PanelTheme } from "../controls/panelTheme";
import type { RowContent } from "../controls/rowControl";
import { RowList } from "../controls/rowList";
import { HandleHistoryKey } from "../panel/historyKeys";

/** A list of the edits that were made and undone. A click goes to the state after an edit. */
export class EditHistoryList {
    private readonly _list: RowList;

    /**
     * @param _history returns the history that is shown
     * @param attempt runs an edit that may fail
     */
    public constructor(
        theme: PanelTheme,
        private readonly _history: () => EditHistory,
        attempt: (action: () => unknown) => void,
    ) {
        const goTo = (step: number): void => attempt(() => this._history().goTo(step));
        this._list = new RowList("toolsHistory", theme, {
            contentOf: (step) => this._contentOf(step),
            onClick: goTo,
            onKey: (step, event) => {
                if (event.key === "Enter" || event.key === " ") {
                    goTo(step);
                    return true;
                }
                return HandleHistoryKey(this._history(), event);
            },
            onPoint: () => {},
        });
    }

    /** The outermost control. */
    public get control(): RowList["control"] {
        return this._list.control;
    }

    /** Sizes in pixels. */
    public setSize(width: number, height: number): void {
        this._list.setSize(width, height);
    }

    /** Updates the list, and reveals the current step. */
    public update(): void {
        const { names, undoneNames } = this._history();
        this._list.count = names.length + undoneNames.length + 1;
        this._list.reveal(names.length);
    }

    private _contentOf(step: number): RowContent {
        const { names, undoneNames } = this._history();
        return {
            text: step === 0 ? "Start" : (names[step - 1] ?? undoneNames[step - 1 - names.length]),
            note: "",
            isQuiet: step > names.length,
            depth: 0,
            fold: null,
            swatch: null,
            icons: [],
            isSelected: step === names.length,
            isInside: false,
        };
    }
}
