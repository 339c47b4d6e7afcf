/** The most names in a sentence. */
const MAX_NAMED = 5;

/** Returns a list of names in a sentence; many are cut short. */
export function NamesInSentence(names: readonly string[]): string {
    const shown = names.slice(0, MAX_NAMED).join(", ");
    return names.length > MAX_NAMED ? `${shown} and ${names.length - MAX_NAMED} more` : shown;
}

/** Returns a number of things, such as "1 mesh" or "1,200 meshes". @param many default: the name with an "s" */
export function CountOf(count: number, name: string, many = `${name}s`): string {
    return `${count.toLocaleString("en")} ${count === 1 ? name : many}`;
}
