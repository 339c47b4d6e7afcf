import { UltrametricError } from "../../compute/base/ultrametricError";
import type { FileSource } from "../sources/fileSource";
import { FindJsonSyntaxError } from "./jsonSyntax";

/** A value of a JSON file that knows where it stands there, so that a wrong one can be named. */
export class JsonNode {
    /**
     * @param value what JSON.parse made
     * @param file name for messages
     * @param place the way from the file's root, such as "frames[3].file_path"; empty at the root
     */
    public constructor(
        public readonly value: unknown,
        public readonly file: string,
        public readonly place = "",
    ) {}

    /** An error about this value. `problem` goes on after the place: "is missing", "is 3; ...". */
    public error(problem: string): UltrametricError {
        return new UltrametricError(
            "input",
            this.place === "" ? `${this.file}: the file ${problem}` : `${this.file}: ${this.place} ${problem}`,
        );
    }

    /** Whether this is an object that has the key, with something other than null. */
    public has(key: string): boolean {
        const fields = this.value as Record<string, unknown>;
        return IsObject(this.value) && Object.hasOwn(fields, key) && fields[key] !== null;
    }

    /** The value of a key; one that is not there is undefined. @throws when this is no object */
    public at(key: string): JsonNode {
        if (!IsObject(this.value)) {
            throw this.error(`is ${Describe(this.value)} where an object with "${key}" is needed.`);
        }
        const value = Object.hasOwn(this.value, key) ? this.value[key] : undefined;
        return new JsonNode(value, this.file, this.place === "" ? key : `${this.place}.${key}`);
    }

    /** The elements of an array. @throws when this is none, or has another length than the given one */
    public items(length?: number): JsonNode[] {
        if (!Array.isArray(this.value)) {
            throw this.error(`is ${Describe(this.value)} where an array is needed.`);
        }
        if (length !== undefined && this.value.length !== length) {
            throw this.error(`has ${this.value.length} elements where ${length} are needed.`);
        }
        return this.value.map((value: unknown, i) => new JsonNode(value, this.file, `${this.place}[${i}]`));
    }

    /** A finite number. */
    public number(): number {
        if (typeof this.value !== "number" || !Number.isFinite(this.value)) {
            throw this.error(`is ${Describe(this.value)} where a number is needed.`);
        }
        return this.value;
    }

    /** A string. */
    public string(): string {
        if (typeof this.value !== "string") {
            throw this.error(`is ${Describe(this.value)} where a string is needed.`);
        }
        return this.value;
    }
}

/**
 * Reads a JSON file.
 * @throws UltrametricError ("input") that names file, line and column where the text is not JSON
 */
export async function ReadJsonAsync(source: FileSource, path: string, signal?: AbortSignal): Promise<JsonNode> {
    const bytes = await source.readBytesAsync(path, signal);
    const text = new TextDecoder().decode(bytes);
    const file = `${source.name}/${path}`;
    try {
        return new JsonNode(JSON.parse(text), file);
    } catch (error) {
        const at = FindJsonSyntaxError(text);
        throw new UltrametricError(
            "input",
            at === null
                ? `${file} is not valid JSON: ${String(error)}`
                : `${file} is not valid JSON: line ${at.line}, column ${at.column} (character ${at.offset}) has ${at.found}, which does not belong there.`,
            { cause: error },
        );
    }
}

function IsObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

function Describe(value: unknown): string {
    if (value === undefined) {
        return "missing";
    }
    if (Array.isArray(value)) {
        return `an array of ${value.length}`;
    }
    return typeof value === "object" && value !== null ? "an object" : JSON.stringify(value).slice(0, 40);
}
