import { Button } from "@babylonjs/gui/2D/controls/button";
import { Control } from "@babylonjs/gui/2D/controls/control";
import { Rectangle } from "@babylonjs/gui/2D/controls/rectangle";
import { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";

/** Colours and fonts of the panels. */
export interface PanelTheme {
    /** Behind everything. */
    readonly background: string;
    readonly border: string;
    readonly text: string;
    /** Of what matters less. */
    readonly quietText: string;
    /** Buttons and tracks. */
    readonly surface: string;
    readonly accent: string;
    readonly fontFamily: string;
}

export const DEFAULT_PANEL_THEME: PanelTheme = {
    background: "#14181fe6",
    border: "#ffffff1f",
    text: "#eef1f6",
    quietText: "#97a1b3",
    surface: "#2a313d",
    accent: "#6ea8fe",
    fontFamily: "Inter, 'Segoe UI', 'Open Sans', system-ui, sans-serif",
};

/** A rounded box. Sizes in pixels. */
export function CreateBox(name: string, theme: PanelTheme, width: number, height: number): Rectangle {
    const box = new Rectangle(name);
    box.widthInPixels = width;
    box.heightInPixels = height;
    box.cornerRadius = 14;
    box.thickness = 1;
    box.color = theme.border;
    box.background = theme.background;
    box.isPointerBlocker = true; // what lies behind is not picked through it
    return box;
}

/** A line of text at the left of its place. */
export function CreateText(name: string, theme: PanelTheme, text: string, pixels: number): TextBlock {
    const block = new TextBlock(name, text);
    block.color = theme.text;
    block.fontFamily = theme.fontFamily;
    block.fontSizeInPixels = pixels;
    block.textHorizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
    return block;
}

/** A flat, rounded button. */
export function CreateButton(name: string, theme: PanelTheme, label: string, onClick: () => void): Button {
    const button = Button.CreateSimpleButton(name, label);
    button.thickness = 0;
    button.cornerRadius = 8;
    button.color = theme.text;
    button.background = theme.surface;
    button.fontFamily = theme.fontFamily;
    button.fontSizeInPixels = 14;
    button.onPointerClickObservable.add(onClick);
    return button;
}
