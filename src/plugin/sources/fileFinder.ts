/** Names with this many folders are not compared any further: deeper ones exist in hostile files only. */
const MAX_FOLDERS = 64;

/**
 * Finds the files that another file names, such as the buffers of a .gltf or the textures of an .mtl, among files that
 * were picked, dropped or unpacked.
 *
 * Programs and disks write one name in many ways. These are the same: blanks and `%20`, composed and decomposed
 * letters (Unicode NFC and NFD), upper and lower case, `/` and `\`. A name is looked up beside the file that holds it,
 * then from the top, and then by its tail: `../maps/wood.png`, `C:\art\maps\wood.png` and `maps/wood.png` all find
 * `scene/maps/wood.png`, or a `wood.png` without its folders.
 */
export class FileFinder {
    private readonly _paths: ReadonlySet<string>;
    /** Paths by the key of their file name. */
    private readonly _byName = new Map<string, string[]>();

    /** @param paths paths of all files, with "/" between folders */
    public constructor(paths: Iterable<string>) {
        this._paths = new Set([...paths].sort());
        for (const path of this._paths) {
            const key = nameKey(path.slice(path.lastIndexOf("/") + 1));
            const others = this._byName.get(key);
            if (others) {
                others.push(path);
            } else {
                this._byName.set(key, [path]);
            }
        }
    }

    /**
     * Returns the path of a file, or null if there is none.
     *
     * Of several files with the name, the one wins that shares the most folders at the end of the name, then the
     * spelling, then the most folders with the file that holds the name.
     *
     * @param reference the name as it is written in the file
     * @param from the path of the file that holds the name; "" for the top
     */
    public find(reference: string, from = ""): string | null {
        const found = this._find(reference, from.slice(0, from.lastIndexOf("/") + 1));
        const query = reference.search(/[?#]/);
        return found === null && query > 0 ? this.find(reference.slice(0, query), from) : found;
    }

    private _find(reference: string, folder: string): string | null {
        const beside = resolved(folder, reference);
        if (this._paths.has(beside)) {
            return beside;
        }
        const wanted = segments(beside);
        const candidates = this._byName.get(wanted.at(-1) ?? "") ?? [];
        // A name that steps out of the top cannot be followed; its tail can.
        const fromTop = resolved("", reference);
        const tail = segments(fromTop);
        const name = fromTop.slice(fromTop.lastIndexOf("/") + 1);
        const scores = candidates.map((path) => {
            const found = segments(path);
            const isSame = found.length === wanted.length && sharedAtEnd(found, wanted) === found.length;
            return [
                isSame ? 1 : 0,
                sharedAtEnd(found, tail),
                path.endsWith(name) ? 1 : 0,
                sharedAtStart(path, folder),
                -found.length,
            ];
        });
        let best = 0;
        for (let c = 1; c < candidates.length; c++) {
            if (isGreater(scores[c], scores[best])) {
                best = c;
            }
        }
        return candidates[best] ?? null;
    }
}

/** Returns the number of names that two paths share at their ends, in any spelling. */
export function CountSharedNames(a: string, b: string): number {
    const [left, right] = [a, b].map((path) => segments(resolved("", path)));
    return sharedAtEnd(left, right);
}

/** Returns a path from the top, without ".", ".." and empty names. */
function resolved(folder: string, reference: string): string {
    const path: string[] = [];
    for (const part of `${folder}${reference.replace(/\\/g, "/")}`.split("/")) {
        if (part === "..") {
            path.pop();
        } else if (part !== "" && part !== ".") {
            path.push(part);
        }
    }
    return path.join("/");
}

/** Returns the keys of the last names of a path. */
function segments(path: string): string[] {
    return path.split("/").slice(-MAX_FOLDERS).map(nameKey);
}

/** Returns a key that is equal for all spellings of a name. */
function nameKey(name: string): string {
    return decoded(name).normalize("NFC").toLowerCase().normalize("NFC");
}

function decoded(name: string): string {
    try {
        return decodeURIComponent(name);
    } catch {
        return name; // a percent sign of the name's own
    }
}

function sharedAtEnd(a: readonly string[], b: readonly string[]): number {
    let shared = 0;
    while (shared < a.length && shared < b.length && a[a.length - 1 - shared] === b[b.length - 1 - shared]) {
        shared++;
    }
    return shared;
}

/** Returns the number of folders that a path shares with a folder. */
function sharedAtStart(path: string, folder: string): number {
    const [a, b] = [path.split("/").slice(0, -1), folder.split("/").slice(0, -1)];
    let shared = 0;
    while (shared < a.length && shared < b.length && a[shared] === b[shared]) {
        shared++;
    }
    return shared;
}

function isGreater(a: readonly number[], b: readonly number[]): boolean {
    const i = a.findIndex((value, j) => value !== b[j]);
    return i >= 0 && a[i] > b[i];
}
