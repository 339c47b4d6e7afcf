import { UltrametricError } from "../../compute/base/ultrametricError";

/** A file: its address, its bytes, or the file itself. */
export type BytesSource = string | URL | Blob | Uint8Array<ArrayBuffer>;

/** The bytes of a file, and what messages call it. @throws UltrametricError "input" when there is no such file, or it may not be read */
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
            `${url} could not be reached; check the address, the connection and, for another host, that it allows this page to read (CORS).`,
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
