import { UltrametricError } from "../../compute/base/ultrametricError";

/** A file: its URL, its bytes, or the file itself. */
export type BytesSource = string | URL | Blob | Uint8Array<ArrayBuffer>;

/**
 * Reads a file.
 *
 * @returns its bytes, and its name in messages
 * @throws UltrametricError "input" if it does not exist or may not be read
 */
export async function ReadBytesAsync(source: BytesSource): Promise<{ bytes: Uint8Array<ArrayBuffer>; name: string }> {
    if (source instanceof Uint8Array) {
        return { bytes: source, name: "The data" };
    }
    if (source instanceof Blob) {
        return {
            bytes: new Uint8Array(await source.arrayBuffer()),
            name: source instanceof File ? source.name : "The file",
        };
    }
    const url = String(source);
    let response: Response;
    try {
        response = await fetch(url);
    } catch (error) {
        throw new UltrametricError(
            "input",
            `${url} could not be reached; check the URL and the connection, and whether another host allows this ` +
                "page to read it (CORS).",
            { cause: error },
        );
    }
    if (!response.ok) {
        throw new UltrametricError(
            "input",
            `${url} could not be read: the server answered ${response.status} ${response.statusText}.`,
        );
    }
    return { bytes: new Uint8Array(await response.arrayBuffer()), name: url };
}
