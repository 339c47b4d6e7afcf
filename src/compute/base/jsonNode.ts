import { Quoted, UltrametricError } from "./ultrametricError";

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

    /** Returns true if this is an object with a value other than null for the key. */
    public has(key: string): boolean {
        const fields = this.value as Record<string, unknown>;
        return isObject(this.value) && Object.hasOwn(fields, key) && fields[key] !== null;
    }

    /** Returns the value of a key, undefined if the key is missing. Throws if this is not an object. */
    public at(key: string): JsonNode {
        if (!isObject(this.value)) {
            throw this.error(`is ${DescribeValue(this.value)}; it must be an object with "${key}".`);
        }
        const value = Object.hasOwn(this.value, key) ? this.value[key] : undefined;
        return new JsonNode(value, this.file, this.path === "" ? key : `${this.path}.${key}`);
    }

    /** Returns the keys of an object. Throws if this is not an object. */
    public keys(): string[] {
        if (!isObject(this.value)) {
            throw this.error(`is ${DescribeValue(this.value)}; it must be an object.`);
        }
        return Object.keys(this.value);
    }

    /** Returns the elements of an array. Throws if this is not an array, or not of the given length. */
    public items(length?: number): JsonNode[] {
        if (!Array.isArray(this.value)) {
            throw this.error(`is ${DescribeValue(this.value)}; it must be an array.`);
        }
        if (length !== undefined && this.value.length !== length) {
            throw this.error(`has ${this.value.length} elements; it must have ${length}.`);
        }
        return this.value.map((value: unknown, i) => new JsonNode(value, this.file, `${this.path}[${i}]`));
    }

    /** Returns the value as a finite number. */
    public number(): number {
        if (typeof this.value !== "number" || !Number.isFinite(this.value)) {
            throw this.error(`is ${DescribeValue(this.value)}; it must be a number.`);
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
            throw this.error(`is ${DescribeValue(this.value)}; it must be a string.`);
        }
        return this.value;
    }

    /** Returns the value as true or false. */
    public boolean(): boolean {
        if (typeof this.value !== "boolean") {
            throw this.error(`is ${DescribeValue(this.value)}; it must be true or false.`);
        }
        return this.value;
    }

    /**
     * Reads an object with the keys of an example, each of the same type: a number, a string, true or false, or an
     * array of numbers. A missing key has the value of the example; other keys are ignored.
     */
    public like<T extends object>(example: T): T {
        return Object.fromEntries(
            Object.entries(example).map(([key, known]: [string, unknown]) => {
                const node = this.at(key);
                if (node.value === undefined) {
                    return [key, known];
                }
                const value = Array.isArray(known)
                    ? node.items().map((item) => item.number())
                    : typeof known === "number"
                      ? node.number()
                      : typeof known === "string"
                        ? node.string()
                        : node.boolean();
                return [key, value];
            }),
        ) as T;
    }
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Describes a value of a file in a few words, whatever it is: lists and objects by their kind alone. */
export function DescribeValue(value: unknown): string {
    if (value === undefined) {
        return "missing";
    }
    if (Array.isArray(value)) {
        return `an array of ${value.length}`;
    }
    return typeof value === "object" && value !== null
        ? "an object"
        : typeof value === "string"
          ? Quoted(value)
          : String(value);
}
