import type { LeafInterval } from "../model/leafInterval";
import type { PartGroup } from "../model/partGroups";
import type { PartEditor } from "./partEditor";

/**
 * Merges parts that are like each other into one group (see PartEditor.merge), named after them with their number, such
 * as "wheel x 4".
 *
 * @param parts of the tree that is shown, such as the result of FindLikePartsAsync
 * @param name of one part. Default: the words that the names of all parts share, or the name of the first one
 * @throws UltrametricError as PartEditor.merge
 */
export function GroupLikeParts(editor: PartEditor, parts: readonly LeafInterval[], name?: string): PartGroup {
    const names = parts.map((part) => editor.nameOf(part));
    return editor.merge(parts, `${name ?? CommonName(names)} x ${parts.length}`);
}

/**
 * Returns the words that all names share, in the order of the first name: "wheel" for "wheel left" and "wheel right".
 * Numbered parts share no name; theirs is the first one's.
 */
export function CommonName(names: readonly string[]): string {
    const [first = "part", ...others] = names;
    const sets = others.map((name) => new Set(name.split(" ")));
    const words = first.split(" ").filter((word) => sets.every((set) => set.has(word)));
    const common = words.join(" ");
    return /\p{L}/u.test(common) && !/^(piece of )*part$/.test(common) ? common : first;
}
