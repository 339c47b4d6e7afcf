import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import type { Control } from "@babylonjs/gui/2D/controls/control";
import { RowControl } from "../../src/ui/controls/rowControl";

/** Values of `keyCode`, which Babylon's text fields read, for keys that are not letters or digits. */
const KEY_CODES: Readonly<Record<string, number>> = {
    Enter: 13,
    Escape: 27,
    " ": 32,
    Tab: 9,
    Delete: 46,
    ArrowLeft: 37,
    ArrowUp: 38,
    ArrowRight: 39,
    ArrowDown: 40,
    F2: 113,
};

/** A position on a canvas, in pixels. */
export type CanvasPosition = readonly [x: number, y: number];

/** Dispatches the events of a pointer, a wheel and a keyboard to a canvas, like a browser. */
export class GuiPointer {
    /** @param pointerType "mouse" or "touch" */
    public constructor(
        private readonly _canvas: HTMLCanvasElement,
        private readonly _pointerType = "mouse",
    ) {}

    public move(position: CanvasPosition, isDown = false): void {
        this._send("pointermove", position, -1, isDown, {});
    }

    public down(position: CanvasPosition, keys: MouseEventInit = {}): void {
        if (this._pointerType === "mouse") {
            this.move(position);
        }
        this._send("pointerdown", position, 0, true, keys);
    }

    public up(position: CanvasPosition, keys: MouseEventInit = {}): void {
        this._send("pointerup", position, 0, false, keys);
    }

    public click(position: CanvasPosition, keys: MouseEventInit = {}): void {
        this.down(position, keys);
        this.up(position, keys);
    }

    /** Drags the pointer along the given positions. */
    public drag(positions: readonly CanvasPosition[], keys: MouseEventInit = {}): void {
        this.down(positions[0], keys);
        for (const position of positions.slice(1)) {
            this.move(position, true);
        }
        this.up(positions[positions.length - 1], keys);
    }

    public wheel(position: CanvasPosition, deltaY: number, keys: MouseEventInit = {}): void {
        this.move(position);
        this._canvas.dispatchEvent(new WheelEvent("wheel", { deltaY, bubbles: true, ...keys, ...this._at(position) }));
    }

    /** @returns whether a handler consumed the key */
    public key(key: string, keys: KeyboardEventInit = {}): boolean {
        const keyCode = KEY_CODES[key] ?? key.toUpperCase().charCodeAt(0);
        const init = { key, keyCode, code: key, bubbles: true, cancelable: true, ...keys };
        const isUntouched = this._canvas.dispatchEvent(new KeyboardEvent("keydown", init));
        this._canvas.dispatchEvent(new KeyboardEvent("keyup", init));
        return !isUntouched;
    }

    public type(text: string): void {
        for (const letter of text) {
            this.key(letter);
        }
    }

    private _at([x, y]: CanvasPosition): { clientX: number; clientY: number } {
        const { left, top } = this._canvas.getBoundingClientRect();
        return { clientX: left + x, clientY: top + y };
    }

    private _send(type: string, position: CanvasPosition, button: number, isDown: boolean, keys: MouseEventInit): void {
        const { _pointerType: pointerType } = this;
        const pointerId = pointerType === "mouse" ? 1 : 7;
        const init = { ...keys, ...this._at(position), button, buttons: isDown ? 1 : 0, pointerId, pointerType };
        this._canvas.dispatchEvent(new PointerEvent(type, { bubbles: true, isPrimary: true, ...init }));
    }
}

/** Returns the middle of a control of a texture that covers the canvas. @throws Error when no control has the name */
export function MiddleOf(texture: AdvancedDynamicTexture, name: string): CanvasPosition {
    const control = texture.getControlByName(name);
    if (!control) {
        throw new Error(`The texture has no control "${name}".`);
    }
    return [control.centerX, control.centerY];
}

/** Returns the visible rows of lists, from top to bottom. */
export function RowsIn(texture: AdvancedDynamicTexture): RowControl[] {
    return texture
        .getDescendants(false, (control: Control) => control instanceof RowControl && control.index >= 0)
        .map((control) => control as RowControl)
        .sort((a, b) => a.centerY - b.centerY);
}

/** Returns the visible row with a text. @throws Error when no visible row has it */
export function RowOf(texture: AdvancedDynamicTexture, text: string): RowControl {
    const rows = RowsIn(texture);
    const found = rows.find(({ content }) => content?.text === text);
    if (!found) {
        throw new Error(`There is no row "${text}", only ${rows.map(({ content }) => content?.text).join(", ")}.`);
    }
    return found;
}

/** Returns the position of a row's text, or of one of its icons, counted from the right. */
export function PositionIn(row: RowControl, icon = -1): CanvasPosition {
    const left = row.centerX - row.widthInPixels / 2;
    return icon < 0
        ? [left + row.textBounds.left + 10, row.centerY]
        : [left + row.widthInPixels - 12 - 26 * (icon + 0.5), row.centerY];
}
