import type { FileEntry } from "@zip.js/zip.js";
import { PickedFileSource, UltrametricError } from "babylon-ultrametric";
import { BoundedWaitAsync } from "../../../src/compute/base/boundedWait";

/** The most files of an archive. */
const MAX_FILES = 100_000;
/** The most bytes that all files of an archive may have unpacked. */
const MAX_BYTES = 16 * 2 ** 30;
/** The most bytes that a file may have unpacked for each packed byte; Deflate reaches 1032 on zeros. */
const MAX_RATIO = 1100;
/** The longest wait for the list of files, in milliseconds. */
const LONGEST_LISTING = 30_000;

/** Limits of {@link UnpackZipAsync}. */
export interface ZipLimits {
    /** The most files. Default 100,000. */
    files: number;
    /** The most bytes of all files, unpacked. Default 16 GiB. */
    bytes: number;
}

/**
 * Returns the files in a .zip if the source is nothing but one; otherwise the source itself. Each file is unpacked when
 * it is read.
 *
 * @throws UltrametricError "input" for a damaged, encrypted or oversized archive, "aborted"
 */
export async function UnpackZipAsync(
    source: PickedFileSource,
    limits: Partial<ZipLimits> = {},
    signal?: AbortSignal,
): Promise<PickedFileSource> {
    const [name, ...others] = await source.listAllAsync(signal);
    if (others.length > 0 || !name.toLowerCase().endsWith(".zip")) {
        return source;
    }
    const archive = await source.getFileAsync(name, signal);
    const { BlobReader, ZipReader } = await import("@zip.js/zip.js/lib/zip-core-native.js");
    const reader = new ZipReader(new BlobReader(archive), { useWebWorkers: false });
    const entries: FileEntry[] = [];
    const { files: maxFiles = MAX_FILES, bytes: maxBytes = MAX_BYTES } = limits;
    const listAsync = async (): Promise<void> => {
        let bytes = 0;
        for await (const entry of reader.getEntriesGenerator()) {
            if (entry.directory || isOfSystem(entry.filename)) {
                continue;
            }
            entries.push(entry);
            bytes += entry.uncompressedSize;
            if (entries.length > maxFiles || bytes > maxBytes) {
                const size = entries.length > maxFiles ? `${maxFiles} files` : `${maxBytes / 2 ** 20} MiB`;
                throw zipError(name, `unpacks to more than ${size}`, "Unpack it, and open its folder.");
            }
            if (entry.encrypted) {
                throw zipError(name, `has a password on ${entry.filename}`, "Unpack it, and open its folder.");
            }
        }
    };
    try {
        await BoundedWaitAsync(listAsync(), {
            what: `Listing ${name}`,
            milliseconds: LONGEST_LISTING,
            signal,
            kind: "input",
            remedy: "Unpack it, and open its folder.",
        });
    } catch (error) {
        throw error instanceof UltrametricError ? error : damaged(name, error);
    }
    if (entries.length === 0) {
        throw zipError(name, "holds no files", "Pack it again.");
    }
    const files = entries.map((entry) => [entry.filename, () => unpackAsync(name, entry)] as const);
    return PickedFileSource.FromPaths(new Map(files), name.replace(/\.zip$/i, ""));
}

/** Unpacks one file, and stops at the size that the archive states. */
async function unpackAsync(archive: string, entry: FileEntry): Promise<File> {
    const { filename, uncompressedSize, compressedSize } = entry;
    const limit = Math.min(uncompressedSize, MAX_RATIO * compressedSize);
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let size = 0;
    const target = new WritableStream<Uint8Array<ArrayBuffer>>({
        write: (chunk) => {
            size += chunk.length;
            if (size > limit) {
                throw new Error(`it is larger than the ${limit} bytes that the archive can hold of it`);
            }
            chunks.push(chunk);
        },
    });
    try {
        await entry.getData(target, { useWebWorkers: false, checkSignature: true });
    } catch (error) {
        throw damaged(`${archive}/${filename}`, error);
    }
    return new File(chunks, filename.slice(filename.lastIndexOf("/") + 1));
}

/** True for files that operating systems add. */
function isOfSystem(path: string): boolean {
    return /(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/.test(path);
}

function damaged(what: string, error: unknown): UltrametricError {
    const reason = error instanceof Error ? error.message : String(error);
    return zipError(what, `cannot be unpacked: ${reason}`, "Pack it again, or unpack it and open its folder.", error);
}

function zipError(what: string, problem: string, remedy: string, cause?: unknown): UltrametricError {
    return new UltrametricError("input", `${what} ${problem}. ${remedy}`, { cause });
}
