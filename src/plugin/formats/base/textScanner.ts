const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
/** The largest mantissa and powers of ten with which one multiplication or division is exact. */
const MAX_MANTISSA = 2 ** 53;
const MAX_POWER = 22;
const POWERS = Array.from({ length: MAX_POWER + 1 }, (_, k) => Number(`1e${k}`));
/** No number has more characters; the words that messages quote are cut there. */
const MAX_WORD = 400;

/** Reads numbers and words of text in bytes, line by line, without creating strings for plain numbers. */
export class TextScanner {
    private _at: number;
    private _lineEnd: number;
    private _next: number;
    private _line: number;
    private _wordStart: number;

    /** @param start the byte of the first line @param line its number, counted from 1 */
    public constructor(
        private readonly _bytes: Uint8Array,
        start = 0,
        line = 1,
    ) {
        this._at = start;
        this._lineEnd = start;
        this._next = start;
        this._wordStart = start;
        this._line = line - 1;
    }

    /** The number of the current line, counted from 1. */
    public get line(): number {
        return this._line;
    }

    /** The byte after the current line. */
    public get position(): number {
        return this._next;
    }

    /** Moves to the next line that is not blank; returns false at the end. */
    public nextLine(): boolean {
        const bytes = this._bytes;
        while (this._next < bytes.length) {
            this._at = this._next;
            let end = this._at;
            while (end < bytes.length && bytes[end] !== LINE_FEED && bytes[end] !== CARRIAGE_RETURN) {
                end++;
            }
            this._lineEnd = end;
            this._next = bytes[end] === CARRIAGE_RETURN && bytes[end + 1] === LINE_FEED ? end + 2 : end + 1;
            this._line++;
            if (this.hasWord()) {
                return true;
            }
        }
        this._at = this._lineEnd = bytes.length;
        return false;
    }

    /** Returns whether another word or number follows in the line. */
    public hasWord(): boolean {
        while (this._at < this._lineEnd && this._bytes[this._at] <= SPACE) {
            this._at++;
        }
        return this._at < this._lineEnd;
    }

    /** Reads the next word of the line; empty at its end. */
    public word(): string {
        this.hasWord();
        this._skipWord();
        return this.lastWord();
    }

    /** Returns the word that was read last, as a word or a number. */
    public lastWord(): string {
        return String.fromCharCode(
            ...this._bytes.subarray(this._wordStart, Math.min(this._at, this._wordStart + MAX_WORD)),
        );
    }

    /** Reads the rest of the line. */
    public rest(): string {
        const text = new TextDecoder().decode(this._bytes.subarray(this._at, this._lineEnd)).trim();
        this._at = this._lineEnd;
        return text;
    }

    /**
     * Reads the next word of the line as a number: decimal, "nan" or "inf" as C writes them.
     *
     * @returns undefined for another word, and at the end of the line
     */
    public number(): number | undefined {
        if (!this.hasWord()) {
            return undefined;
        }
        const bytes = this._bytes;
        const end = this._skipWord();
        const start = this._wordStart;
        const isNegative = bytes[start] === 45;
        let i = start + (isNegative || bytes[start] === 43 ? 1 : 0);
        let mantissa = 0;
        let decimals = 0;
        let digits = 0;
        let hasPoint = false;
        for (; i < end; i++) {
            const byte = bytes[i];
            if (byte >= 48 && byte <= 57) {
                mantissa = 10 * mantissa + byte - 48;
                digits++;
                decimals += hasPoint ? 1 : 0;
            } else if (byte === 46 && !hasPoint) {
                hasPoint = true;
            } else {
                break;
            }
        }
        if (i === end && digits > 0 && mantissa < MAX_MANTISSA && decimals <= MAX_POWER) {
            return (isNegative ? -mantissa : mantissa) / POWERS[decimals];
        }
        return parseWord(this.lastWord());
    }

    /**
     * Reads the next word of the line as up to three whole numbers with "/" between them, such as "7/1/-3".
     *
     * @param to receives the numbers; 0 for one that is missing
     * @returns false for another word, and at the end of the line
     */
    public indices(to: Int32Array): boolean {
        if (!this.hasWord()) {
            return false;
        }
        const end = this._skipWord();
        let part = 0;
        let sign = 1;
        to.fill(0);
        for (let i = this._wordStart; i < end; i++) {
            const byte = this._bytes[i];
            if (byte >= 48 && byte <= 57) {
                to[part] = 10 * to[part] + sign * (byte - 48);
            } else if (byte === 45 && sign > 0 && to[part] === 0) {
                sign = -1;
            } else if (byte === 47 && part < 2) {
                part++;
                sign = 1;
            } else {
                return false;
            }
        }
        return true;
    }

    /** Moves behind the current word, and returns its end. */
    private _skipWord(): number {
        this._wordStart = this._at;
        while (this._at < this._lineEnd && this._bytes[this._at] > SPACE) {
            this._at++;
        }
        return this._at;
    }
}

function parseWord(word: string): number | undefined {
    if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word)) {
        return Number(word);
    }
    if (/^[+-]?(nan|1\.#(ind|qnan|snan))/i.test(word)) {
        return NaN;
    }
    return /^[+-]?(inf|1\.#inf)/i.test(word) ? (word.startsWith("-") ? -Infinity : Infinity) : undefined;
}
