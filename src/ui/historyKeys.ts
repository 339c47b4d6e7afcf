import type { IKeyboardEvent } from "@babylonjs/core/Events/deviceInputEvents";
import type { EditHistory } from "../plugin/parts/edit/editHistory";

/** Undoes for control or command with Z, does again with shift too, or with Y. @returns whether the key was one of these */
export function HandleHistoryKey(history: EditHistory, { key, ctrlKey, metaKey, shiftKey }: IKeyboardEvent): boolean {
    const letter = key.toLowerCase();
    if (!(ctrlKey || metaKey) || (letter !== "z" && letter !== "y")) {
        return false;
    }
    if (letter === "y" || shiftKey) {
        history.redo();
    } else {
        history.undo();
    }
    return true;
}
