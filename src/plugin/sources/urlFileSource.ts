import { ThrowIfAborted, UltrametricError } from "../../compute/base/ultrametricError";
import type { FileSource } from "./fileSource";

/** HTTP answers that mean "not there". Object stores say 403 for a missing file where listing is not allowed. */
const NOT_THERE = [403, 404, 410];
/** HTTP answers of servers that do not know HEAD. */
const NO_HEAD = [405, 501];

/** Files below a web address, read with `fetch`. */
export class UrlFileSource implements FileSource {
    public readonly name: string;
    private readonly _base: string;

    /** @param url address of the folder; in a browser it may be relative to the page */
    public constructor(url: string | URL) {
        this.name = String(url).replace(/\/+$/, "");
        this._base = this.name;
    }

    public async readBytesAsync(path: string, signal?: AbortSignal): Promise<Uint8Array> {
        const url = this._urlOf(path);
        const response = await this._fetchAsync(url, "GET", signal);
        if (!response.ok || IsFallbackPage(response, path)) {
            await response.body?.cancel();
            throw new UltrametricError(
                "input",
                response.ok
                    ? `${url} is not there: the server answered with a web page instead. Check the address and the file's name.`
                    : `${url} could not be read: the server answered ${response.status} ${response.statusText}. Check the address and the file's name.`,
            );
        }
        try {
            return new Uint8Array(await response.arrayBuffer());
        } catch (error) {
            ThrowIfAborted(signal, `Reading ${url}`);
            throw new UltrametricError("input", `${url} broke off while it was read; try again.`, { cause: error });
        }
    }

    public async existsAsync(path: string, signal?: AbortSignal): Promise<boolean> {
        const url = this._urlOf(path);
        let response = await this._fetchAsync(url, "HEAD", signal);
        if (NO_HEAD.includes(response.status)) {
            response = await this._fetchAsync(url, "GET", signal);
            await response.body?.cancel();
        }
        if (response.ok) {
            return !IsFallbackPage(response, path);
        }
        if (NOT_THERE.includes(response.status)) {
            return false;
        }
        throw new UltrametricError(
            "input",
            `Whether ${url} exists is unknown: the server answered ${response.status} ${response.statusText}.`,
        );
    }

    private _urlOf(path: string): string {
        const parts = path.split("/").filter((part) => part !== "" && part !== ".");
        return `${this._base}/${parts.map(encodeURIComponent).join("/")}`;
    }

    private async _fetchAsync(url: string, method: "GET" | "HEAD", signal: AbortSignal | undefined): Promise<Response> {
        try {
            return await fetch(url, { method, signal });
        } catch (error) {
            ThrowIfAborted(signal, `Reading ${url}`);
            throw new UltrametricError(
                "input",
                `${url} could not be reached; check the address, the connection and, for another host, that it allows this page to read (CORS).`,
                { cause: error },
            );
        }
    }
}

/** Development servers answer every unknown path with the page itself and status 200. */
function IsFallbackPage(response: Response, path: string): boolean {
    return (response.headers.get("content-type") ?? "").startsWith("text/html") && !/\.html?$/i.test(path);
}
