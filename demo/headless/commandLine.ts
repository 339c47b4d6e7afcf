import { type ParseArgsConfig, parseArgs } from "node:util";
import { UltrametricError } from "../../src/compute/base/ultrametricError";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** The types of options: with a value, and without. */
export const TEXT = { type: "string" } as const;
export const FLAG = { type: "boolean" } as const;

/**
 * Parses the command line of a program that works on one capture.
 *
 * @returns the folder of the capture and the options; null for --help
 * @throws UltrametricError of kind "input", with the usage, for an unknown option or another number of captures
 */
export function ParseCaptureCommand<T extends Options>(args: string[], options: T, usage: string) {
    const parse = () => parseArgs({ args, allowPositionals: true, options });
    let parsed: ReturnType<typeof parse>;
    try {
        parsed = parse();
    } catch (error) {
        throw new UltrametricError("input", `${(error as Error).message}\n\n${usage}`, { cause: error });
    }
    const { values, positionals } = parsed;
    if ((values as { help?: boolean }).help) {
        return null;
    }
    if (positionals.length !== 1) {
        throw new UltrametricError("input", `Name one capture, not ${positionals.length}.\n\n${usage}`);
    }
    return { capture: positionals[0].replace(/\/+$/, ""), values };
}

/** Returns the value if it is allowed. @throws UltrametricError of kind "input" that names the option */
export function OneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
    const found = allowed.find((one) => one === value);
    if (found === undefined) {
        throw new UltrametricError("input", `--${option} is "${value}"; allowed are ${allowed.join(", ")}.`);
    }
    return found;
}

/**
 * Parses a number.
 * @param text the option's value; undefined returns the default
 * @throws UltrametricError of kind "input" that names the option, for anything but a number from low to high
 */
export function NumberWithin<T extends number | null>(
    option: string,
    text: string | undefined,
    defaultValue: T,
    low: number,
    high: number,
): number | T {
    if (text === undefined) {
        return defaultValue;
    }
    const value = Number(text);
    if (text.trim() === "" || !(value >= low && value <= high)) {
        throw new UltrametricError("input", `--${option} is "${text}"; it must be a number from ${low} to ${high}.`);
    }
    return value;
}
