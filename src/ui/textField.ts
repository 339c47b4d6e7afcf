import { InputText } from "@babylonjs/gui/2D/controls/inputText";
import { Rectangle } from "@babylonjs/gui/2D/controls/rectangle";
import type { PanelTheme } from "./panelParts";

/** What a {@link TextField} tells. */
export interface TextFieldEvents {
    /** The text has changed. */
    onChange?(text: string): void;
    /** The enter key, or the focus went elsewhere. */
    onSubmit?(text: string): void;
    /** The escape key, after which the text is what it was before. */
    onCancel?(): void;
    /** After both where a key was it: the focus is nowhere now. */
    onLeave?(): void;
}

/** A line of text that can be typed. A finger gets the system's own way to type. */
export class TextField {
    /** The outermost control. */
    public readonly control: Rectangle;
    /** Babylon's own control, for its settings. */
    public readonly input: InputText;

    private _before = "";
    private _isSetting = false;
    private _isCanceled = false;
    private _isNew = false;

    /** @param selectsAll whether all text is selected when it gets the focus, so that typing replaces it */
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
            this._isNew = true;
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
            // The pointer that gives the focus takes away what that selected.
            if (selectsAll && this._isNew) {
                input.selectAllText();
            }
            this._isNew = false;
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
            // Nothing else is to follow a key that is typed here, but for commands of the browser.
            if (event.key !== "Tab" && !event.ctrlKey && !event.metaKey) {
                event.preventDefault();
            }
        });
    }

    public get text(): string {
        return this.input.text;
    }

    /** Setting it tells no one. */
    public set text(value: string) {
        this._isSetting = true;
        this.input.text = value;
        this._isSetting = false;
    }

    /** Whether someone types in it. */
    public get isFocused(): boolean {
        return this.input.host?.focusedControl === this.input;
    }
}
