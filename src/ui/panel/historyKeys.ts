import type { IKeyboardEvent } from "@babylonjs/core/Events/deviceInputEvents";
import type { EditHistory } from "../../plugin/parts/edit/editHistory";

/**
 * Undoes for control+Z or command+Z, and redoes with shift too or for Y.
 *
 * @returns whether the key was handled
 */
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
