import type { UltrametricSegmentation } from "../plugin/session/ultrametricSegmentation";
import type { IconName } from "./icons";

/** What the pointer does in the scene: select what is tapped, or what lies in a box or a lasso. */
export type ToolName = "select" | "box" | "lasso";

/** What a button of the panel is. */
export interface Tool {
    readonly name: string;
    readonly icon: IconName;
    readonly label: string;
    /** Says what it does, at the bottom of the panel. */
    readonly hint: string;
    /** By `KeyboardEvent.key`, lower case. */
    readonly key: string;
    /** When it can be used. */
    readonly needs: "always" | "selection" | "part" | "target";
    readonly run: () => void;
}

/** What only the panel can do: it has the pointer and the handles. */
export interface ToolWork {
    setTool(tool: ToolName): void;
    nextHandles(): void;
    duplicate(): void;
    extract(): void;
    delete(): void;
}

/** So many of the tools select; they come first. */
export const SELECTING_TOOLS = 6;

/** The tools in the order of their buttons. */
export function CreateTools(segmentation: UltrametricSegmentation, work: ToolWork): readonly Tool[] {
    return [
        {
            name: "select",
            icon: "select",
            label: "Pick",
            hint: "Tap parts. Shift adds and takes away",
            key: "v",
            needs: "always",
            run: () => work.setTool("select"),
        },
        {
            name: "box",
            icon: "box",
            label: "Box",
            hint: "Draw a box. Shift adds, alt takes away",
            key: "b",
            needs: "always",
            run: () => work.setTool("box"),
        },
        {
            name: "lasso",
            icon: "lasso",
            label: "Lasso",
            hint: "Draw around parts. Shift adds, alt takes away",
            key: "l",
            needs: "always",
            run: () => work.setTool("lasso"),
        },
        {
            name: "grow",
            icon: "grow",
            label: "Grow",
            hint: "Add the parts beside the selected ones",
            key: "+",
            needs: "selection",
            run: () => segmentation.selectionTools.grow(),
        },
        {
            name: "shrink",
            icon: "shrink",
            label: "Shrink",
            hint: "Take away the outermost parts",
            key: "-",
            needs: "selection",
            run: () => segmentation.selectionTools.shrink(),
        },
        {
            name: "similar",
            icon: "similar",
            label: "Similar",
            hint: "Select all parts like the selected one",
            key: "s",
            needs: "selection",
            run: () => segmentation.selectionTools.similar(),
        },
        {
            name: "move",
            icon: "move",
            label: "Move",
            hint: "Move with handles; again: turn, scale, done",
            key: "m",
            needs: "target",
            run: () => work.nextHandles(),
        },
        {
            name: "duplicate",
            icon: "duplicate",
            label: "Duplicate",
            hint: "Make a copy with meshes of its own",
            key: "d",
            needs: "target",
            run: () => work.duplicate(),
        },
        {
            name: "extract",
            icon: "extract",
            label: "Extract",
            hint: "Take it out, as meshes of its own",
            key: "e",
            needs: "selection",
            run: () => work.extract(),
        },
        {
            name: "delete",
            icon: "delete",
            label: "Delete",
            hint: "Take it away",
            key: "delete",
            needs: "target",
            run: () => work.delete(),
        },
        {
            name: "hide",
            icon: "eyeOff",
            label: "Hide",
            hint: "Hide what is selected",
            key: "h",
            needs: "selection",
            run: () => {
                segmentation.editor.hide(segmentation.selection);
                segmentation.selection.clear();
            },
        },
        {
            name: "isolate",
            icon: "isolate",
            label: "Isolate",
            hint: "Hide all else",
            key: "i",
            needs: "selection",
            run: () => segmentation.editor.isolate(segmentation.selection),
        },
        {
            name: "merge",
            icon: "merge",
            label: "Merge",
            hint: "Make one part of what is selected",
            key: "g",
            needs: "selection",
            run: () => segmentation.editor.merge([segmentation.selection]),
        },
        {
            name: "split",
            icon: "split",
            label: "Split",
            hint: "Make two parts of the selected one",
            key: "x",
            needs: "part",
            run: () => {
                if (segmentation.selectedPart) {
                    segmentation.editor.split(segmentation.selectedPart);
                }
            },
        },
        {
            name: "showAll",
            icon: "eye",
            label: "Show all",
            hint: "Show what is hidden",
            key: "a",
            needs: "always",
            run: () => segmentation.editor.showAll(),
        },
    ];
}
