import { ConcatenateBytes } from "../../compute/base/concatenate";
import { type RunOptions, StageProgress } from "../../compute/base/progress";
import { ThrowIfAborted, UltrametricError } from "../../compute/base/ultrametricError";
import { type ByteStore, StoreBytesAsync } from "./byteStore";
import type { ModelFile } from "./samModel";
import { Sha256Async } from "./sha256";

/** Options of {@link LoadModelFileAsync}. */
export interface ModelLoadOptions extends RunOptions {
    /** The store of downloads; null for none. Default null. */
    readonly store?: ByteStore | null;
    /**
     * The largest download in bytes; a longer one ends with an error, so that an address cannot fill the memory.
     * Default: 1 GiB.
     */
    readonly maxBytes?: number;
    /** Called with warnings: a file could not be stored, or a stored file is corrupt. */
    readonly onWarning?: (message: string) => void;
}

/** The bytes of a model file, and their SHA-256. */
export interface LoadedModelFile {
    readonly bytes: Uint8Array;
    readonly sha256: string;
}

/**
 * Loads a model file: from the given bytes, the store or a download. A file with a known SHA-256 is never used with
 * another one.
 *
 * @throws UltrametricError "input" when the file cannot be reached, is truncated or has another SHA-256; "aborted";
 * "limits" for a download of more than `maxBytes`; "unsupported" without crypto.subtle (pages from plain http)
 */
export async function LoadModelFileAsync(file: ModelFile, options: ModelLoadOptions = {}): Promise<LoadedModelFile> {
    const { store = null, onWarning, signal } = options;
    const { name, source, sha256 } = file;
    const operation = `Loading ${name}`;
    ThrowIfAborted(signal, operation);
    if (globalThis.crypto?.subtle === undefined) {
        throw new UltrametricError(
            "unsupported",
            `${name} cannot be verified, because this page has no crypto.subtle; serve it by https or from localhost.`,
        );
    }
    if (source instanceof Uint8Array) {
        return { bytes: source, sha256: await checkAsync(file, source, "The given bytes") };
    }
    const url = String(source);
    const key = `model-${sha256?.toLowerCase() ?? (await Sha256Async(url))}`;
    const stored = await readAsync(store, key, onWarning);
    if (stored !== null) {
        try {
            return { bytes: stored, sha256: await checkAsync(file, stored, "The stored bytes") };
        } catch (error) {
            onWarning?.(`${(error as Error).message} It is downloaded again.`);
            await store?.removeAsync(key).catch(() => undefined);
        }
    }
    const bytes = await downloadAsync(file, url, options);
    const digest = await checkAsync(file, bytes, `The bytes from ${url}`);
    await StoreBytesAsync(store, key, bytes, name, onWarning);
    ThrowIfAborted(signal, operation);
    return { bytes, sha256: digest };
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
    if (sha256 !== null && found !== sha256.toLowerCase()) {
        throw new UltrametricError(
            "input",
            `${which} (${bytes.length}) are not ${name}: their SHA-256 is ${found}, expected ${sha256}. ` +
                "Download the file again, or correct the description of the model.",
        );
    }
    return found;
}

async function downloadAsync(
    { name }: ModelFile,
    url: string,
    { onProgress, signal, maxBytes = 2 ** 30 }: ModelLoadOptions,
): Promise<Uint8Array> {
    const operation = `Downloading ${name}`;
    const chunks: Uint8Array[] = [];
    let size = 0;
    let expected = 0;
    try {
        const response = await fetch(url, { signal });
        if (!response.ok || (response.headers.get("content-type") ?? "").startsWith("text/html")) {
            await response.body?.cancel();
            throw new UltrametricError(
                "input",
                response.ok
                    ? `${url} is not a model: the server answered with a web page. Check the address of the model.`
                    : `${url} could not be read: the server answered ${response.status} ${response.statusText}. ` +
                          "Check the address of the model.",
            );
        }
        // The length of a compressed response is not that of the file.
        const isUncompressed = (response.headers.get("content-encoding") ?? "identity") === "identity";
        expected = isUncompressed ? Number(response.headers.get("content-length") ?? 0) : 0;
        const reader = response.body!.getReader();
        const check = (bytes: number): void => {
            if (bytes > maxBytes) {
                void reader.cancel();
                throw new UltrametricError(
                    "limits",
                    `${url} has ${bytes === size ? "at least " : ""}${bytes} bytes, more than the ${maxBytes} of the ` +
                        "option maxBytes. Check the address of the model, or raise the option.",
                );
            }
        };
        check(expected);
        const report = (): void => {
            const detail = expected > 0 ? formatMegabytes(expected) : `${formatMegabytes(size)} so far`;
            onProgress?.(StageProgress("downloadModel", expected > 0 ? Math.min(size / expected, 1) : 0, detail));
        };
        report();
        for (let read = await reader.read(); !read.done; read = await reader.read()) {
            chunks.push(read.value);
            size += read.value.length;
            check(size);
            report();
        }
    } catch (error) {
        ThrowIfAborted(signal, operation);
        if (error instanceof UltrametricError) {
            throw error;
        }
        throw new UltrametricError(
            "input",
            size > 0
                ? `The download of ${url} ended after ${size} bytes; try again.`
                : `${url} could not be reached; check the address, the connection and, for another host, that it ` +
                      "allows this page to read (CORS).",
            { cause: error },
        );
    }
    if (expected > 0 && size !== expected) {
        throw new UltrametricError(
            "input",
            `The download of ${url} ended after ${size} of ${expected} bytes; try again.`,
        );
    }
    return ConcatenateBytes(chunks);
}

function formatMegabytes(bytes: number): string {
    return `${(bytes / 1e6).toFixed(1)} MB`;
}
