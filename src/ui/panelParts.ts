import type { IKeyboardEvent } from "@babylonjs/core/Events/deviceInputEvents";
import { PointerEventTypes } from "@babylonjs/core/Events/pointerEvents";
import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import { Button } from "@babylonjs/gui/2D/controls/button";
import { Control } from "@babylonjs/gui/2D/controls/control";
import { Rectangle } from "@babylonjs/gui/2D/controls/rectangle";
import { Slider } from "@babylonjs/gui/2D/controls/sliders/slider";
import { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import { IconControl } from "./iconControl";
import type { IconName } from "./icons";

/** Colors and fonts of the panels. */
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
    /** On the accent. */
    readonly accentText: string;
    readonly fontFamily: string;
}

/** The defaults of {@link PanelTheme}. */
export const DEFAULT_PANEL_THEME: PanelTheme = {
    background: "#14181fe6",
    border: "#ffffff1f",
    text: "#eef1f6",
    quietText: "#97a1b3",
    surface: "#2a313d",
    accent: "#6ea8fe",
    accentText: "#0c1220",
    fontFamily: "Inter, 'Segoe UI', 'Open Sans', system-ui, sans-serif",
};

/** For bright pages. */
export const LIGHT_PANEL_THEME: PanelTheme = {
    background: "#f8f9fbf0",
    border: "#0000002e",
    text: "#161b24",
    quietText: "#4f5a6b",
    surface: "#dfe4ec",
    accent: "#1c62d1",
    accentText: "#ffffff",
    fontFamily: DEFAULT_PANEL_THEME.fontFamily,
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

/**
 * Keeps taps on panels from the scene behind them where the texture is a mesh's: Babylon does so for textures that cover the canvas only.
 *
 * @returns a function that ends it
 */
export function ShieldTaps(advancedTexture: AdvancedDynamicTexture): () => void {
    const scene = advancedTexture.getScene();
    if (advancedTexture.layer || !scene) {
        return () => {};
    }
    let isOnPanel = false;
    const picked = advancedTexture.onControlPickedObservable.add((control) => {
        isOnPanel = control !== advancedTexture.rootContainer;
    });
    const { POINTERDOWN, POINTERTAP, POINTERDOUBLETAP, POINTERPICK } = PointerEventTypes;
    // Before all others, and not by onPrePointerObservable, which hears nothing of the taps of XR controllers.
    const observer = scene.onPointerObservable.add(
        ({ type }, state) => {
            if (type === POINTERDOWN) {
                isOnPanel = false;
            } else if (isOnPanel) {
                state.skipNextObservers = true;
            }
        },
        POINTERDOWN | POINTERTAP | POINTERDOUBLETAP | POINTERPICK,
        true,
    );
    return () => {
        picked.remove();
        observer.remove();
    };
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

/** A flat, rounded button, also for the keys enter and space. */
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

/** A button with an icon, and a label below it or, without one, nothing but the icon. Sizes in pixels. */
export function CreateIconButton(
    name: string,
    theme: PanelTheme,
    icon: IconName,
    label: string,
    onClick: () => void,
): Button {
    const button = CreateButton(name, theme, label, onClick);
    const picture = new IconControl(`${name}Icon`, icon, 16);
    picture.color = theme.text;
    if (label !== "" && button.textBlock) {
        picture.topInPixels = -8;
        button.textBlock.topInPixels = 13;
        button.textBlock.fontSizeInPixels = 11;
        button.textBlock.textWrapping = false;
    }
    button.addControl(picture);
    return button;
}

/** Switches a button on or off, and shows it. */
export function EnableButton(button: Button, isEnabled: boolean): void {
    button.isEnabled = isEnabled;
    button.alpha = isEnabled ? 1 : 0.4;
}

/** Shows whether what a button stands for is so. */
export function PressButton(button: Button, theme: PanelTheme, isPressed: boolean): void {
    button.background = isPressed ? theme.accent : theme.surface;
    button.color = isPressed ? theme.accentText : theme.text;
    for (const child of button.children) {
        child.color = button.color;
    }
}

/**
 * Lets the tabulator key reach a control, with a frame while it has the focus. The pointer gives none that stays: the keys go on to the scene then.
 *
 * @param onKey returns whether the key did something
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
