import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import { Button } from "@babylonjs/gui/2D/controls/button";
import { Control } from "@babylonjs/gui/2D/controls/control";
import { Rectangle } from "@babylonjs/gui/2D/controls/rectangle";
import { Slider } from "@babylonjs/gui/2D/controls/sliders/slider";
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

/** For `textWrapping`: TextWrapping.Ellipsis, whose enum modules that are compiled one by one cannot read. */
export const ELLIPSIS = 2;

/** Pixels that panels keep from the edges of the texture. */
const EDGE = 12;

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

/**
 * Keeps a box as wide as wanted, or as the texture has room for.
 *
 * @returns a function that ends it
 */
export function FitWidth(
    advancedTexture: AdvancedDynamicTexture,
    wanted: number,
    setWidth: (pixels: number) => void,
): () => void {
    let present = wanted;
    const observer = advancedTexture.onBeginLayoutObservable.add(() => {
        const room = (advancedTexture.idealWidth || advancedTexture.getSize().width) - 2 * EDGE;
        const width = Math.max(0, Math.min(wanted, room));
        if (width !== present) {
            present = width;
            setWidth(width);
        }
    });
    return () => observer.remove();
}

/** Calls back with a texture's size, in the pixels that controls are measured in, now and whenever it has changed. @returns a function that ends it */
export function WatchSize(
    advancedTexture: AdvancedDynamicTexture,
    onSize: (width: number, height: number) => void,
): () => void {
    let present = "";
    const look = (): void => {
        const { width, height } = advancedTexture.getSize();
        const ratio = advancedTexture.idealRatio;
        const size = `${width / ratio} ${height / ratio}`;
        if (size !== present) {
            present = size;
            onSize(width / ratio, height / ratio);
        }
    };
    const observer = advancedTexture.onBeginLayoutObservable.add(look);
    look();
    return () => observer.remove();
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

/** A track with a round thumb. */
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
