import { DescribeValue, type JsonNode } from "../../../compute/base/jsonNode";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import type { ViewMasks } from "../../../compute/masks/maskSet";

/** The masks of a file, and the number of shapes that hold no pixel of the view, or are no areas. */
export interface ParsedMasks extends ViewMasks {
    readonly leftOut: number;
}

/**
 * Returns a key for an id or a label, so that 1 and "1" are different.
 *
 * @throws UltrametricError "input" for a list or an object
 */
export function KeyOf(node: JsonNode): string {
    if (typeof node.value === "object" && node.value !== null) {
        throw node.error(`is ${DescribeValue(node.value)}; it must be a number or a text.`);
    }
    return JSON.stringify(node.value) ?? "";
}

/** Runs work on a mask, and adds file and mask to its errors. */
export function InMask<T>(node: JsonNode, index: number, work: () => T): T {
    return InFile(node.file, work, `mask ${index}`);
}

/** Runs work on a file, and adds its name, and that of its part, to errors that lack it. */
export function InFile<T>(file: string, work: () => T, part: string | null = null): T {
    try {
        return work();
    } catch (error) {
        if (error instanceof UltrametricError && !error.message.startsWith(file)) {
            const owner = part === null ? file : `${file}: ${part}`;
            const separator = error.message.startsWith("has ") ? " " : ": ";
            throw new UltrametricError(error.kind, `${owner}${separator}${error.message}`, { cause: error });
        }
        throw error;
    }
}
