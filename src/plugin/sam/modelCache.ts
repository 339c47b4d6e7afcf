import type { RunOptions } from "../../compute/base/progress";
import { ThrowIfAborted, UltrametricError } from "../../compute/base/ultrametricError";
import { type ByteStore, Sha256Async } from "./byteStore";
import type { ModelFile } from "./samModel";

/** How a model's file is got. */
export interface ModelLoadOptions extends RunOptions {
    /** Where downloads are kept; null: nowhere. Default null. */
    readonly store?: ByteStore | null;
    /** Told about what is no error: there was no room to keep a file, or a kept file was broken. */
    readonly onWarning?: (message: string) => void;
}

/** A model's file, and what its bytes are. */
export interface LoadedModelFile {
    readonly bytes: Uint8Array;
    readonly sha256: string;
}

/**
 * Gets the bytes of a model's file: those given, those kept from before, or a download, whose progress is reported. A file that
 * is to have a SHA-256 is never used with another one.
 * @throws UltrametricError "input" when the file cannot be reached, is cut off or has another SHA-256; "aborted"; "unsupported"
 * where there is no crypto.subtle (pages from plain http)
 */
export async function LoadModelFileAsync(file: ModelFile, options: ModelLoadOptions = {}): Promise<LoadedModelFile> {
    const { store = null, onWarning, signal } = options;
    const { name, source, sha256 } = file;
    const what = `Loading ${name}`;
    ThrowIfAborted(signal, what);
    if (globalThis.crypto?.subtle === undefined) {
        throw new UltrametricError(
            "unsupported",
            `${name} cannot be checked, because this page has no crypto.subtle; serve it by https, or from localhost.`,
        );
    }
    if (source instanceof Uint8Array) {
        return { bytes: source, sha256: await checkAsync(file, source, "The bytes given") };
    }
    const url = String(source);
    const key = `model-${sha256 ?? (await Sha256Async(url))}`;
    const kept = await readAsync(store, key, onWarning);
    if (kept !== null) {
        try {
            return { bytes: kept, sha256: await checkAsync(file, kept, "The bytes kept") };
        } catch (error) {
            onWarning?.(`${(error as Error).message} It is downloaded again.`);
            await store?.removeAsync(key).catch(() => undefined);
        }
    }
    const bytes = await downloadAsync(file, url, options);
    const digest = await checkAsync(file, bytes, `The bytes from ${url}`);
    await KeepAsync(store, key, bytes, name, onWarning);
    ThrowIfAborted(signal, what);
    return { bytes, sha256: digest };
}

/** Keeps bytes where there is room; where there is none, or the store fails, that is only a warning. */
export async function KeepAsync(
    store: ByteStore | null,
    key: string,
    bytes: Uint8Array,
    what: string,
    onWarning: ((message: string) => void) | undefined,
): Promise<void> {
    try {
        await store?.writeAsync(key, bytes);
    } catch (error) {
        const isFull = error instanceof DOMException && error.name === "QuotaExceededError";
        onWarning?.(
            `${what} (${bytes.length} bytes) could not be kept in ${store?.name}: ` +
                `${isFull ? "there is no room left" : String(error)}. It is used all the same, and has to be made again the next time.`,
        );
    }
}

async function readAsync(
    store: ByteStore | null,
    key: string,
    onWarning: ((message: string) => void) | undefined,
): Promise<Uint8Array | null> {
    try {
        return (await store?.readAsync(key)) ?? null;
    } catch (error) {
        onWarning?.(`${store?.name} could not be read: ${String(error)}.`);
        return null;
    }
}

async function checkAsync({ name, sha256 }: ModelFile, bytes: Uint8Array, which: string): Promise<string> {
    const found = await Sha256Async(bytes);
    if (sha256 !== null && found !== sha256) {
        throw new UltrametricError(
            "input",
            `${which} (${bytes.length}) are not ${name}: their SHA-256 is ${found}, it should be ${sha256}. ` +
                "Get the file again, or correct the description of the model.",
        );
    }
    return found;
}

async function downloadAsync(
    { name }: ModelFile,
    url: string,
    { onProgress, signal }: ModelLoadOptions,
): Promise<Uint8Array> {
    const what = `Downloading ${name}`;
    const stage = "Downloading the model";
    const pieces: Uint8Array[] = [];
    let size = 0;
    let expected = 0;
    try {
        const response = await fetch(url, { signal });
        if (!response.ok || (response.headers.get("content-type") ?? "").startsWith("text/html")) {
            await response.body?.cancel();
            throw new UltrametricError(
                "input",
                response.ok
                    ? `${url} is not there: the server answered with a web page instead. Check the model's address.`
                    : `${url} could not be read: the server answered ${response.status} ${response.statusText}. Check the model's address.`,
            );
        }
        // The length of what travels compressed says nothing about what arrives here.
        const isPlain = (response.headers.get("content-encoding") ?? "identity") === "identity";
        expected = isPlain ? Number(response.headers.get("content-length") ?? 0) : 0;
        const report = (): void => {
            const detail = expected > 0 ? FormatMegabytes(expected) : `${FormatMegabytes(size)} so far`;
            onProgress?.({ stage, fraction: expected > 0 ? Math.min(size / expected, 1) : 0, detail });
        };
        report();
        const reader = response.body!.getReader();
        for (let read = await reader.read(); !read.done; read = await reader.read()) {
            pieces.push(read.value);
            size += read.value.length;
            report();
        }
    } catch (error) {
        ThrowIfAborted(signal, what);
        if (error instanceof UltrametricError) {
            throw error;
        }
        throw new UltrametricError(
            "input",
            size > 0
                ? `${url} broke off after ${size} bytes; try again.`
                : `${url} could not be reached; check the address, the connection and, for another host, that it allows this page to read (CORS).`,
            { cause: error },
        );
    }
    if (expected > 0 && size !== expected) {
        throw new UltrametricError("input", `${url} broke off after ${size} of ${expected} bytes; try again.`);
    }
    const bytes = new Uint8Array(size);
    let at = 0;
    for (const piece of pieces) {
        bytes.set(piece, at);
        at += piece.length;
    }
    return bytes;
}

function FormatMegabytes(bytes: number): string {
    return `${(bytes / 1e6).toFixed(1)} MB`;
}
