import { Quoted, UltrametricError } from "./ultrametricError";

/**
 * Checks the names of options, which TypeScript does for code that it compiles.
 *
 * @param known the names that there are
 * @param what the function or class, for the message
 * @throws UltrametricError "input" for another name, with the one that was probably meant
 */
export function CheckOptions(options: object, known: readonly string[], what: string): void {
    for (const name of Object.keys(options)) {
        if (!known.includes(name)) {
            const likely = known.find((other) => isAlike(name.toLowerCase(), other.toLowerCase()));
            throw new UltrametricError(
                "input",
                `${what} has no option ${Quoted(name)}; ` +
                    (likely ? `did you mean "${likely}"?` : `its options are ${[...known].sort().join(", ")}.`),
            );
        }
    }
}

/** Returns true for names of which one starts with the other, or that differ in one place. */
function isAlike(a: string, b: string): boolean {
    if (a.length > 2 && b.length > 2 && (a.startsWith(b) || b.startsWith(a))) {
        return true;
    }
    let start = 0;
    while (start < a.length && a[start] === b[start]) {
        start++;
    }
    let end = 0;
    while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) {
        end++;
    }
    return Math.max(a.length, b.length) - start - end <= 2;
}
