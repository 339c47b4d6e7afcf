import { expect } from "vitest";
import { UltrametricError } from "../../src/compute/base/ultrametricError";
import { Mutations } from "./mutations";

/** The cases of each reader, and the first seed: `npm run fuzz` sets others. */
const CASES = Number(process.env.FUZZ_CASES ?? 1000);
/** The cases of tests in which calls meet, which wait for each other. */
export const RACES = Math.ceil(CASES / 10);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
/** The longest time of a case in milliseconds of processor time; a case gets a second chance. */
const LONGEST = 1000;
/** The longest time that a case may wait, as a multiple: other work may use the machine. */
const WAITING = 20;
const MAX_MEMORY = 256 * 2 ** 20;
/** The longest message: untrusted text in it is quoted, and cut. */
const LONGEST_MESSAGE = 1000;

/** A reader and its inputs. */
export interface FuzzTarget<T> {
    /** Creates the input of a case. */
    createAsync(mutations: Mutations): Promise<T> | T;
    /** Reads an input, and checks what is returned. */
    readAsync(input: T): Promise<unknown> | unknown;
    /** The longest time of a case in milliseconds of processor time. Default 1000. */
    readonly longest?: number;
    /** Describes an input that was found to fail. */
    describe(input: T): string;
}

/**
 * Runs a reader on many inputs. A sane value and an UltrametricError with a message of bounded length are accepted,
 * within a second and 256 MiB; anything else fails with the seed and the input.
 */
export async function FuzzAsync<T>(target: FuzzTarget<T>, cases = CASES): Promise<void> {
    for (let seed = SEED; seed < SEED + cases; seed++) {
        const input = await target.createAsync(new Mutations(seed));
        const fault = (await faultAsync(target, input)) && (await faultAsync(target, input));
        if (fault) {
            expect.fail(`seed ${seed}: ${fault}. Input: ${target.describe(input)}`);
        }
    }
}

/** Reads one input. @returns the fault; null for none */
async function faultAsync<T>(target: FuzzTarget<T>, input: T): Promise<string | null> {
    const before = memory();
    const start = performance.now();
    const usage = process.cpuUsage();
    try {
        await target.readAsync(input);
    } catch (error) {
        if (!(error instanceof UltrametricError)) {
            return `it throws ${error instanceof Error ? (error.stack ?? error.message).split("\n    at")[0].slice(0, 600) : String(error)}`;
        }
        if (error.message.length > LONGEST_MESSAGE) {
            return `its message has ${error.message.length} characters: ${error.message.slice(0, 200)}`;
        }
    }
    const milliseconds = performance.now() - start;
    const { user, system } = process.cpuUsage(usage);
    const longest = target.longest ?? LONGEST;
    if ((user + system) / 1000 > longest || milliseconds > WAITING * longest) {
        return `it takes ${Math.round(milliseconds)} ms, and ${Math.round((user + system) / 1000)} of the processor`;
    }
    const bytes = memory() - before;
    return bytes > MAX_MEMORY ? `it takes ${Math.round(bytes / 2 ** 20)} MiB` : null;
}

function memory(): number {
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    return heapUsed + Math.max(external, arrayBuffers);
}

/** Describes bytes as base64, at most 2,000 characters. */
export function DescribeBytes(bytes: Uint8Array): string {
    return `${bytes.length} bytes, base64 ${Buffer.from(bytes.subarray(0, 1500)).toString("base64")}`;
}

/** Describes a JSON value, at most 2,000 characters. */
export function DescribeJson(value: unknown): string {
    return (JSON.stringify(value) ?? String(value)).slice(0, 2000);
}
