import type { Coroutine } from "../../../compute/base/coroutine";
import { ReadPlyBinary } from "./plyBinary";
import type { PlyColumn, PlyElement, PlyLists } from "./plyElement";
import { ReadPlyHeader } from "./plyHeader";
import { ReadPlyText } from "./plyText";

/** The content of a PLY file. */
export interface PlyFile {
    /** The elements by name; of elements with one name, the first. */
    readonly elements: ReadonlyMap<string, PlyElement>;
    readonly comments: readonly string[];
}

/**
 * Reads a PLY file, in time slices: ASCII or binary of both byte orders, with any elements, properties and lists.
 *
 * @param file name of the file, for messages
 * @param onFraction called with the share of the file that is read, 0..1
 * @throws UltrametricError "input" for a malformed or truncated file, before memory is allocated for what is not there
 */
export function* PlyCoroutine(
    bytes: Uint8Array,
    file: string,
    onFraction: (fraction: number) => void = () => {},
): Coroutine<PlyFile> {
    const header = ReadPlyHeader(bytes, file);
    const read = header.format === "ascii" ? ReadPlyText : ReadPlyBinary;
    const elements = new Map<string, PlyElement>();
    for (const element of yield* read(bytes, header, file, onFraction)) {
        if (!elements.has(element.name)) {
            elements.set(element.name, element);
        }
    }
    return { elements, comments: header.comments };
}

/** Returns the columns of the first group whose names an element all has; null where it has none of the groups. */
export function FindPlyColumns(element: PlyElement, groups: readonly (readonly string[])[]): PlyColumn[] | null {
    for (const names of groups) {
        const columns = names.map((name) => element.columns.get(name)).filter((column) => column !== undefined);
        if (columns.length === names.length) {
            return columns;
        }
    }
    return null;
}

/** Returns the first list of an element that has one of the names; null where it has none of them. */
export function FindPlyLists(element: PlyElement, names: readonly string[]): PlyLists | null {
    const name = names.find((candidate) => element.lists.has(candidate));
    return name === undefined ? null : element.lists.get(name)!;
}
