import type { IKeyboardEvent } from "@babylonjs/core/Events/deviceInputEvents";
import { Button } from "@babylonjs/gui/2D/controls/button";
import { Control } from "@babylonjs/gui/2D/controls/control";
import { Rectangle } from "@babylonjs/gui/2D/controls/rectangle";
import { Slider } from "@babylonjs/gui/2D/controls/sliders/slider";
import { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import { IconControl } from "./iconControl";
import type { IconName } from "./icons";
import type { PanelTheme } from "./panelTheme";

/** `TextWrapping.Ellipsis`: a const enum, which modules compiled one by one cannot import. */
export const ELLIPSIS = 2;

/** Aligns a control with the top left corner of its container, so that `left` and `top` are its coordinates. */
export function AlignTopLeft(control: Control): void {
    control.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
    control.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
}

/** Creates a rounded box. Sizes in pixels. */
export function CreateBox(name: string, theme: PanelTheme, width: number, height: number): Rectangle {
    const box = new Rectangle(name);
    box.widthInPixels = width;
    box.heightInPixels = height;
    box.cornerRadius = 14;
    box.thickness = 1;
    box.color = theme.border;
    box.background = theme.background;
    box.isPointerBlocker = true; // the scene behind it is not picked
    return box;
}

/** Creates a left-aligned line of text. */
export function CreateText(name: string, theme: PanelTheme, text: string, pixels: number): TextBlock {
    const block = new TextBlock(name, text);
    block.color = theme.text;
    block.fontFamily = theme.fontFamily;
    block.fontSizeInPixels = pixels;
    block.textHorizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
    return block;
}

/** Creates a flat, rounded button, which the enter key and the space bar press too. */
export function CreateButton(name: string, theme: PanelTheme, label: string, onClick: () => void): Button {
    const button = Button.CreateSimpleButton(name, label);
    button.disabledColor = theme.surface;
    if (button.textBlock) {
        button.textBlock.disabledColorItem = theme.text;
        button.textBlock.isFocusInvisible = true;
    }
    AddFocus(button, theme, ({ key }) => {
        const isPressed = key === "Enter" || key === " ";
        if (isPressed) {
            onClick();
        }
        return isPressed;
    });
    button.thickness = 0;
    button.cornerRadius = 8;
    button.color = theme.text;
    button.background = theme.surface;
    button.fontFamily = theme.fontFamily;
    button.fontSizeInPixels = 14;
    button.onPointerClickObservable.add(onClick);
    return button;
}

/** Creates a button with an icon, above its label where that is not empty. */
export function CreateIconButton(
    name: string,
    theme: PanelTheme,
    icon: IconName,
    label: string,
    onClick: () => void,
): Button {
    const button = CreateButton(name, theme, label, onClick);
    const iconControl = new IconControl(`${name}Icon`, icon, 16);
    iconControl.color = theme.text;
    if (label !== "" && button.textBlock) {
        iconControl.topInPixels = -8;
        button.textBlock.topInPixels = 13;
        button.textBlock.fontSizeInPixels = 11;
        button.textBlock.textWrapping = false;
    }
    button.addControl(iconControl);
    return button;
}

/** Enables or disables a button, and shows which. */
export function EnableButton(button: Button, isEnabled: boolean): void {
    button.isEnabled = isEnabled;
    button.alpha = isEnabled ? 1 : 0.4;
}

/** Shows a toggle button as pressed or released. */
export function PressButton(button: Button, theme: PanelTheme, isPressed: boolean): void {
    button.background = isPressed ? theme.accent : theme.surface;
    button.color = isPressed ? theme.accentText : theme.text;
    for (const child of button.children) {
        child.color = button.color;
    }
}

/**
 * Lets the tab key reach a control, and frames it while it has the focus. A click releases the focus again, so that
 * keys go on to the scene.
 *
 * @param onKey returns whether it handled the key
 */
export function AddFocus(control: Control, theme: PanelTheme, onKey: (event: IKeyboardEvent) => boolean): void {
    control.tabIndex = 0;
    control.highlightColor = theme.accent;
    control.onFocusObservable.add(() => {
        control.isHighlighted = true;
    });
    control.onBlurObservable.add(() => {
        control.isHighlighted = false;
    });
    const release = (): void => {
        if (control.host?.focusedControl === control) {
            control.host.focusedControl = null;
        }
    };
    control.onPointerDownObservable.add(release);
    control.onKeyboardEventProcessedObservable.add((event) => {
        if (event.key === "Escape") {
            release();
            event.preventDefault();
        } else if (onKey(event)) {
            event.preventDefault();
        }
    });
}

/** Creates a slider from 0 to 1 with a round thumb. */
export function CreateSlider(name: string, theme: PanelTheme): Slider {
    const slider = new Slider(name);
    slider.minimum = 0;
    slider.maximum = 1;
    slider.heightInPixels = 22;
    slider.barOffset = "8px";
    slider.color = theme.accent;
    slider.background = theme.surface;
    slider.borderColor = theme.accent;
    slider.thumbColor = theme.text;
    slider.isThumbCircle = true;
    slider.thumbWidth = "20px";
    slider.displayThumb = true;
    return slider;
}
