/** A place where a text stops being JSON. */
export interface JsonSyntaxError {
    /** Index of the character. */
    readonly offset: number;
    /** Line and column, from 1. */
    readonly line: number;
    readonly column: number;
    /** What is there, for messages. */
    readonly found: string;
}

/** A string, a number or a word. */
const SCALAR =
    /"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uffff]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/**
 * Finds the first place where `text` breaks JSON's grammar (RFC 8259); null where it does not. JSON.parse names no position in some engines,
 * and not for every error in others, so this looks again, and only after a failure.
 */
export function FindJsonSyntaxError(text: string): JsonSyntaxError | null {
    const open: ("[" | "{")[] = [];
    let at = 0;
    // What may come now: a value, a key, the first of either or the closing bracket, or what follows a value.
    let state: "value" | "firstValue" | "key" | "firstKey" | "after" = "value";
    for (;;) {
        while (at < text.length && " \t\n\r".includes(text[at])) {
            at++;
        }
        const c = text[at];
        if (c === undefined) {
            return state === "after" && open.length === 0 ? null : At(text, at);
        }
        if (state === "after") {
            const inside = open.at(-1);
            if (inside === undefined) {
                return At(text, at);
            }
            if (c === ",") {
                state = inside === "[" ? "value" : "key";
            } else if (c === (inside === "[" ? "]" : "}")) {
                open.pop();
            } else {
                return At(text, at);
            }
            at++;
        } else if ((state === "firstValue" && c === "]") || (state === "firstKey" && c === "}")) {
            open.pop();
            state = "after";
            at++;
        } else if (state === "key" || state === "firstKey") {
            const end = c === '"' ? EndOfScalar(text, at) : -1;
            if (end < 0) {
                return At(text, at);
            }
            at = end;
            while (at < text.length && " \t\n\r".includes(text[at])) {
                at++;
            }
            if (text[at] !== ":") {
                return At(text, at);
            }
            at++;
            state = "value";
        } else if (c === "[" || c === "{") {
            open.push(c);
            state = c === "[" ? "firstValue" : "firstKey";
            at++;
        } else {
            const end = EndOfScalar(text, at);
            if (end < 0) {
                return At(text, at);
            }
            at = end;
            state = "after";
        }
    }
}

function EndOfScalar(text: string, at: number): number {
    SCALAR.lastIndex = at;
    return SCALAR.test(text) ? SCALAR.lastIndex : -1;
}

function At(text: string, offset: number): JsonSyntaxError {
    const before = text.slice(0, offset);
    const line = before.split("\n").length;
    const column = offset - (before.lastIndexOf("\n") + 1) + 1;
    const found = offset >= text.length ? "the end of the file" : JSON.stringify(text.slice(offset, offset + 12));
    return { offset, line, column, found };
}
