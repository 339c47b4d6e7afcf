import type { Rectangle } from "@babylonjs/gui/2D/controls/rectangle";
import { AlignTopLeft } from "../controls/panelControls";
import type { PanelTheme } from "../controls/panelTheme";
import { ROW_HEIGHT } from "../controls/rowControl";
import type { RowList } from "../controls/rowList";
import { TextField } from "../controls/textField";
import { IsSameRow, type PartRow } from "./partRows";

/** A text field over the row whose part is being renamed. */
export class RenameField {
    private readonly _field: TextField;
    private _row: PartRow | null = null;

    /**
     * @param _panel contains the list
     * @param onRename called with the entered name
     */
    public constructor(
        theme: PanelTheme,
        private readonly _panel: Rectangle,
        private readonly _list: RowList,
        onRename: (row: PartRow, name: string) => void,
    ) {
        const events = {
            onSubmit: (text: string) => {
                const { _row: row } = this;
                this.close();
                if (row && text.trim() !== "") {
                    onRename(row, text.trim());
                }
            },
            onCancel: () => this.close(),
            onLeave: () => _list.control.focus(),
        };
        this._field = new TextField("partsRename", theme, "Name", events, true);
        this._field.control.heightInPixels = ROW_HEIGHT - 2;
        AlignTopLeft(this._field.control);
        this._field.control.zIndex = 2;
        this._field.input.fontSizeInPixels = 13;
        this._field.input.margin = "6px";
    }

    /** Opens the field on a row. */
    public open(row: PartRow, name: string, rows: readonly PartRow[]): void {
        this._row = row;
        this._field.text = name;
        this._panel.addControl(this._field.control);
        this.update(rows);
        this._field.input.focus();
    }

    /** Moves the field with its row, and closes it when the row is gone. */
    public update(rows: readonly PartRow[]): void {
        const { _row: renamed } = this;
        if (!renamed) {
            return;
        }
        const index = rows.findIndex((row) => IsSameRow(row, renamed));
        const bounds = index >= 0 ? this._list.textBoundsOf(index) : null;
        if (!bounds) {
            this.close();
            return;
        }
        const { control } = this._field;
        control.leftInPixels = bounds.left; // the list's margin equals the field's
        control.topInPixels = this._list.control.topInPixels + bounds.top + 1;
        control.widthInPixels = bounds.width;
    }

    /** Closes the field, and leaves the name as it was. */
    public close(): void {
        if (this._row) {
            this._row = null;
            this._panel.removeControl(this._field.control);
        }
    }

    public dispose(): void {
        this._field.control.dispose();
    }
}
