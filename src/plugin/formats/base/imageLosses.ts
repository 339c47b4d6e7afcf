import { UltrametricError } from "../../../compute/base/ultrametricError";

/** Names in a sentence, and letters of a name. */
const MAX_NAMES = 10;
const MAX_NAME_LENGTH = 80;
/** The least number of images by default, in captures of more. */
const DEFAULT_LEAST = 3;

/** Lists the first ten names, and counts the others. */
export function ListNames(names: readonly string[]): string {
    const shown = names.slice(0, MAX_NAMES).map((name) => {
        return name.length > MAX_NAME_LENGTH ? `...${name.slice(-MAX_NAME_LENGTH)}` : name;
    });
    return shown.join(", ") + (names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : "");
}

/** Returns the notes as a field of a capture or a mask set; no field for none. */
export function NotesOf(notes: readonly string[]): { readonly notes?: readonly string[] } {
    return notes.length > 0 ? { notes } : {};
}

/** Counts the images of a capture that are missing or cannot be used, down to a least number of images. */
export class ImageLosses {
    private readonly _missing: string[] = [];
    private readonly _broken: { readonly path: string; readonly error: UltrametricError }[] = [];
    private readonly _least: number;

    /**
     * @param _named number of images that the files name
     * @param minImages see `CaptureFileOptions.minImages`
     * @throws UltrametricError "input" for a wrong option
     */
    public constructor(
        private readonly _sourceName: string,
        private readonly _named: number,
        minImages: number | null,
    ) {
        if (minImages !== null && !(Number.isInteger(minImages) && minImages >= 1)) {
            throw new UltrametricError(
                "input",
                `The option minImages is ${minImages}; it must be an integer of at least 1, or null.`,
            );
        }
        this._least = Math.min(_named, minImages ?? Math.max(DEFAULT_LEAST, Math.ceil(_named / 2)));
    }

    /** Counts a missing image. @throws the error if too few images are left */
    public addMissing(path: string, error: UltrametricError): void {
        this._missing.push(path);
        this._check(error);
    }

    /** Counts an image that cannot be used. @throws the error if too few images are left */
    public addBroken(path: string, error: UltrametricError): void {
        this._broken.push({ path, error });
        this._check(error);
    }

    /** Returns sentences about what is missing, and why the rest was left out. */
    public notes(): string[] {
        const notes: string[] = [];
        const ofAll = (count: number): string => `${count} of ${this._named} images`;
        if (this._missing.length > 0) {
            notes.push(`${ofAll(this._missing.length)} are missing and were left out: ${ListNames(this._missing)}.`);
        }
        if (this._broken.length > 0) {
            const paths = this._broken.map(({ path }) => path);
            notes.push(
                `${ofAll(paths.length)} cannot be used and were left out: ${ListNames(paths)}. The first: ` +
                    this._broken[0].error.message,
            );
        }
        return notes;
    }

    private _check(error: UltrametricError): void {
        const lost = this._missing.length + this._broken.length;
        if (this._named - lost >= this._least) {
            return;
        }
        throw new UltrametricError(
            error.kind,
            lost === 1 && this._named === this._least
                ? error.message
                : `${this._sourceName}: ${lost} or more of ${this._named} images are missing or cannot be used; at ` +
                      `least ${this._least} are needed (option minImages). The last: ${error.message}`,
            { cause: error },
        );
    }
}
