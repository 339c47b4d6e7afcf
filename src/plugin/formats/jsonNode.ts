import { UltrametricError } from "../../compute/base/ultrametricError";
import type { FileSource } from "../sources/fileSource";

/**
 * A value of a JSON file with its path in the file, for error messages. All methods throw an UltrametricError "input".
 */
export class JsonNode {
    /**
     * @param value a value from JSON.parse
     * @param file name of the file, for messages
     * @param path path of the value from the root, such as "frames[3].file_path"; empty at the root
     */
    public constructor(
        public readonly value: unknown,
        public readonly file: string,
        public readonly path = "",
    ) {}

    /** Creates an error about this value. `problem` continues the sentence: "is missing", "is 3; ...". */
    public error(problem: string): UltrametricError {
        return new UltrametricError(
            "input",
            this.path === "" ? `${this.file}: the file ${problem}` : `${this.file}: ${this.path} ${problem}`,
        );
    }

    /** Whether this is an object with a value other than null for the key. */
    public has(key: string): boolean {
        const fields = this.value as Record<string, unknown>;
        return isObject(this.value) && Object.hasOwn(fields, key) && fields[key] !== null;
    }

    /** Returns the value of a key, undefined if the key is missing. Throws if this is not an object. */
    public at(key: string): JsonNode {
        if (!isObject(this.value)) {
            throw this.error(`is ${describe(this.value)}; it must be an object with "${key}".`);
        }
        const value = Object.hasOwn(this.value, key) ? this.value[key] : undefined;
        return new JsonNode(value, this.file, this.path === "" ? key : `${this.path}.${key}`);
    }

    /** Returns the keys of an object. Throws if this is not an object. */
    public keys(): string[] {
        if (!isObject(this.value)) {
            throw this.error(`is ${describe(this.value)}; it must be an object.`);
        }
        return Object.keys(this.value);
    }

    /** Returns the elements of an array. Throws if this is not an array, or not of the given length. */
    public items(length?: number): JsonNode[] {
        if (!Array.isArray(this.value)) {
            throw this.error(`is ${describe(this.value)}; it must be an array.`);
        }
        if (length !== undefined && this.value.length !== length) {
            throw this.error(`has ${this.value.length} elements; it must have ${length}.`);
        }
        return this.value.map((value: unknown, i) => new JsonNode(value, this.file, `${this.path}[${i}]`));
    }

    /** Returns the value as a finite number. */
    public number(): number {
        if (typeof this.value !== "number" || !Number.isFinite(this.value)) {
            throw this.error(`is ${describe(this.value)}; it must be a number.`);
        }
        return this.value;
    }

    /** Returns the value as a whole number of at least `least`. */
    public whole(least = 0): number {
        const value = this.number();
        if (!(Number.isSafeInteger(value) && value >= least)) {
            throw this.error(`is ${value}; it must be a whole number of at least ${least}.`);
        }
        return value;
    }

    /** Returns the value as a string. */
    public string(): string {
        if (typeof this.value !== "string") {
            throw this.error(`is ${describe(this.value)}; it must be a string.`);
        }
        return this.value;
    }
}

/**
 * Reads a JSON file.
 *
 * @throws UltrametricError "input" with the parser's message when the text is not valid JSON, and as `readBytesAsync`
 */
export async function ReadJsonAsync(source: FileSource, path: string, signal?: AbortSignal): Promise<JsonNode> {
    const bytes = await source.readBytesAsync(path, signal);
    const text = new TextDecoder().decode(bytes);
    const file = `${source.name}/${path}`;
    try {
        return new JsonNode(JSON.parse(text), file);
    } catch (error) {
        throw new UltrametricError("input", `${file} is not valid JSON: ${(error as SyntaxError).message}`, {
            cause: error,
        });
    }
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
    if (value === undefined) {
        return "missing";
    }
    if (Array.isArray(value)) {
        return `an array of ${value.length}`;
    }
    return typeof value === "object" && value !== null ? "an object" : JSON.stringify(value).slice(0, 40);
}
