import { GroupLikeParts } from "../../plugin/parts/edit/groupLikeParts";
import type { UltrametricSegmentation } from "../../plugin/session/ultrametricSegmentation";
import type { IconName } from "../controls/icons";

/**
 * The pointer tools of the scene: a tap selects a part, a box or a lasso selects the parts inside; clicks and a brush
 * say what belongs to a part that there may not be yet.
 */
export type ToolName = "select" | "box" | "lasso" | "click" | "brush";

/** A tool with its button. */
export interface Tool {
    readonly name: string;
    readonly icon: IconName;
    readonly label: string;
    /** Shown in the status line. */
    readonly hint: string;
    /** The shortcut, as `KeyboardEvent.key` in lower case. */
    readonly key: string;
    /**
     * The condition under which it is enabled; a target is a selection or an active extracted part. The tools that need
     * splats are shown for splats only.
     */
    readonly needs: "always" | "selection" | "part" | "target" | "splats";
    readonly run: () => unknown;
}

/** The actions of the panel that owns the pointer tool and the gizmos. */
export interface ToolActions {
    setTool(tool: ToolName): void;
    nextGizmoMode(): void;
    duplicate(): void;
    extract(): void;
    extractAsCompoundAsync(): Promise<void>;
    delete(): void;
}

/** The number of tools that select; they come first. */
export const SELECTION_TOOL_COUNT = 8;

/** Creates the tools in the order of their buttons. */
export function CreateTools(segmentation: UltrametricSegmentation, actions: ToolActions): readonly Tool[] {
    return [
        {
            name: "select",
            icon: "select",
            label: "Pick",
            hint: "Tap parts. Shift adds or removes",
            key: "v",
            needs: "always",
            run: () => actions.setTool("select"),
        },
        {
            name: "box",
            icon: "box",
            label: "Box",
            hint: "Draw a box. Shift adds, alt removes",
            key: "b",
            needs: "always",
            run: () => actions.setTool("box"),
        },
        {
            name: "lasso",
            icon: "lasso",
            label: "Lasso",
            hint: "Draw around parts. Shift adds, alt removes",
            key: "l",
            needs: "always",
            run: () => actions.setTool("lasso"),
        },
        {
            name: "click",
            icon: "click",
            label: "Click",
            hint: "Click on what belongs to a part, alt-click on what does not",
            key: "c",
            needs: "always",
            run: () => actions.setTool("click"),
        },
        {
            name: "brush",
            icon: "brush",
            label: "Brush",
            hint: "Paint over what belongs to a part, with alt over what does not",
            key: "p",
            needs: "always",
            run: () => actions.setTool("brush"),
        },
        {
            name: "grow",
            icon: "grow",
            label: "Grow",
            hint: "Add the neighbors of the selected parts",
            key: "+",
            needs: "selection",
            run: () => segmentation.selectionTools!.grow(),
        },
        {
            name: "shrink",
            icon: "shrink",
            label: "Shrink",
            hint: "Remove the outermost parts from the selection",
            key: "-",
            needs: "selection",
            run: () => segmentation.selectionTools!.shrink(),
        },
        {
            name: "similar",
            icon: "similar",
            label: "All like",
            hint: "Select all copies of the selected part, also turned and mirrored",
            key: "s",
            needs: "selection",
            run: () => segmentation.selectionTools!.selectLikeAsync(),
        },
        {
            name: "move",
            icon: "move",
            label: "Move",
            hint: "Move with gizmos; again: rotate, scale, done",
            key: "m",
            needs: "target",
            run: () => actions.nextGizmoMode(),
        },
        {
            name: "duplicate",
            icon: "duplicate",
            label: "Duplicate",
            hint: "Copy to new meshes",
            key: "d",
            needs: "target",
            run: () => actions.duplicate(),
        },
        {
            name: "extract",
            icon: "extract",
            label: "Extract",
            hint: "Extract to new meshes",
            key: "e",
            needs: "selection",
            run: () => actions.extract(),
        },
        {
            name: "compound",
            icon: "compound",
            label: "Compound",
            hint: "Extract all parts as a compound of splats",
            key: "k",
            needs: "splats",
            run: () => actions.extractAsCompoundAsync(),
        },
        {
            name: "delete",
            icon: "delete",
            label: "Delete",
            hint: "Delete the selection",
            key: "delete",
            needs: "target",
            run: () => actions.delete(),
        },
        {
            name: "hide",
            icon: "eyeOff",
            label: "Hide",
            hint: "Hide the selection",
            key: "h",
            needs: "selection",
            run: () => {
                segmentation.editor!.hide(segmentation.selection);
                segmentation.selection.clear();
            },
        },
        {
            name: "isolate",
            icon: "isolate",
            label: "Isolate",
            hint: "Hide everything else",
            key: "i",
            needs: "selection",
            run: () => segmentation.editor!.isolate(segmentation.selection),
        },
        {
            name: "merge",
            icon: "merge",
            label: "Merge",
            hint: "Merge the selection into one part",
            key: "g",
            needs: "selection",
            run: () => {
                const like = segmentation.selectionTools!.likeParts;
                if (like && like.length > 1) {
                    GroupLikeParts(segmentation.editor!, like);
                } else {
                    segmentation.editor!.merge([segmentation.selection]);
                }
            },
        },
        {
            name: "split",
            icon: "split",
            label: "Split",
            hint: "Split the selected part in two",
            key: "x",
            needs: "part",
            run: () => {
                if (segmentation.selectedPart) {
                    segmentation.editor!.split(segmentation.selectedPart);
                }
            },
        },
        {
            name: "showAll",
            icon: "eye",
            label: "Show all",
            hint: "Show all hidden parts",
            key: "a",
            needs: "always",
            run: () => segmentation.editor!.showAll(),
        },
    ];
}
