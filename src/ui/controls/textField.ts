import { InputText } from "@babylonjs/gui/2D/controls/inputText";
import { Rectangle } from "@babylonjs/gui/2D/controls/rectangle";
import type { PanelTheme } from "./panelTheme";

/** Callbacks of a {@link TextField}. */
export interface TextFieldEvents {
    /** The text has changed. */
    onChange?(text: string): void;
    /** The enter key was pressed, or the field lost the focus. */
    onSubmit?(text: string): void;
    /** The escape key was pressed; the text is the previous one again. */
    onCancel?(): void;
    /** Called after enter or escape, when no control has the focus. */
    onLeave?(): void;
}

/** A single-line text field. On touch screens Babylon opens a prompt of the browser. */
export class TextField {
    /** The outermost control. */
    public readonly control: Rectangle;
    /** Babylon's control, for further settings. */
    public readonly input: InputText;

    private _before = "";
    private _isSetting = false;
    private _isCanceled = false;
    private _isJustFocused = false;

    /** @param selectsAll whether the focus selects all text, so that typing replaces it */
    public constructor(
        name: string,
        theme: PanelTheme,
        placeholder: string,
        events: TextFieldEvents,
        selectsAll = false,
    ) {
        this.control = new Rectangle(`${name}Frame`);
        this.control.thickness = 1;
        this.control.cornerRadius = 8;
        this.control.color = "transparent";
        this.control.background = theme.surface;
        const input = new InputText(name);
        this.input = input;
        input.width = 1;
        input.height = 1;
        input.margin = "8px";
        input.thickness = 0;
        input.color = theme.text;
        input.background = "transparent";
        input.focusedBackground = "transparent";
        input.fontFamily = theme.fontFamily;
        input.fontSizeInPixels = 14;
        input.placeholderText = placeholder;
        input.placeholderColor = theme.quietText;
        input.promptMessage = placeholder;
        input.textHighlightColor = theme.accent;
        input.tabIndex = 0;
        input.onFocusSelectAll = selectsAll;
        this.control.addControl(input);

        input.onFocusObservable.add(() => {
            this._before = input.text;
            this._isCanceled = false;
            this._isJustFocused = true;
            this.control.color = theme.accent;
        });
        input.onBlurObservable.add(() => {
            this.control.color = "transparent";
            if (this._isCanceled) {
                this.text = this._before;
                events.onCancel?.();
            } else {
                events.onSubmit?.(input.text);
            }
        });
        input.onPointerUpObservable.add(() => {
            // The click that gives the focus clears the selection again.
            if (selectsAll && this._isJustFocused) {
                input.selectAllText();
            }
            this._isJustFocused = false;
        });
        input.onTextChangedObservable.add(() => {
            if (!this._isSetting) {
                events.onChange?.(input.text);
            }
        });
        input.onKeyboardEventProcessedObservable.add((event) => {
            if (event.key === "Escape" && this.isFocused) {
                this._isCanceled = true;
                input.host.focusedControl = null;
            }
            if (event.key === "Escape" || event.key === "Enter") {
                events.onLeave?.();
            }
            // Typed keys are not for the scene; shortcuts of the browser stay.
            if (event.key !== "Tab" && !event.ctrlKey && !event.metaKey) {
                event.preventDefault();
            }
        });
    }

    /** The text. Setting it does not call `onChange`. */
    public get text(): string {
        return this.input.text;
    }

    public set text(value: string) {
        this._isSetting = true;
        this.input.text = value;
        this._isSetting = false;
    }

    /** True while the field has the focus. */
    public get isFocused(): boolean {
        return this.input.host?.focusedControl === this.input;
    }
}
