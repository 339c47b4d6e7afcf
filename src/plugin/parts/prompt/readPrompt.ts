import type { TreePrompt } from "../../../compute/hierarchy/prompt/treePrompt";
import type { PartTree } from "../model/partTree";
import type { PromptBox, PromptPoint, PromptStroke } from "./promptAnswer";

/**
 * Turns input into marks of order indices. Of several marks of one leaf, the last one counts.
 *
 * @returns null if nothing says what belongs to the part
 */
export function ReadPrompt(
    inputs: readonly (PromptPoint | PromptStroke | PromptBox)[],
    parts: PartTree,
): TreePrompt | null {
    const marks = new Map<number, boolean>();
    let box: Uint32Array | null = null;
    const mark = (leaf: number, isPositive: boolean): void => {
        const orderIndex = parts.orderIndexOf(leaf);
        marks.delete(orderIndex); // the order of the marks is that of the input
        marks.set(orderIndex, isPositive);
    };
    for (const input of inputs) {
        if ("leaf" in input) {
            mark(input.leaf, input.isPositive);
        } else if ("isPositive" in input) {
            for (const leaf of input.leaves) {
                mark(leaf, input.isPositive);
            }
        } else {
            box = input.leaves.map((leaf) => parts.orderIndexOf(leaf));
        }
    }
    if (!box && ![...marks.values()].includes(true)) {
        return null;
    }
    return { marks: Array.from(marks, ([orderIndex, isPositive]) => ({ orderIndex, isPositive })), box };
}
