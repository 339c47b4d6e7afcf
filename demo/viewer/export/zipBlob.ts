/** A .zip that files are added to, one after the other. */
export interface ZipBlob {
    addAsync(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
    /** Returns the archive; nothing can be added then. */
    finishAsync(): Promise<Blob>;
}

/** Creates an empty .zip. */
export async function CreateZipAsync(signal?: AbortSignal): Promise<ZipBlob> {
    const { BlobWriter, Uint8ArrayReader, ZipWriter } = await import("@zip.js/zip.js/lib/zip-core-native.js");
    const writer = new ZipWriter(new BlobWriter("application/zip"), { useWebWorkers: false, signal });
    return {
        addAsync: async (name, bytes) => {
            // Images are compressed already.
            await writer.add(name, new Uint8ArrayReader(bytes), { level: name.endsWith(".png") ? 0 : 6 });
        },
        finishAsync: () => writer.close(),
    };
}
