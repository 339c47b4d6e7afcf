import { Quoted, ThrowIfAborted, UltrametricError } from "../../compute/base/ultrametricError";
import type { FileSource } from "./fileSource";

/** HTTP status codes for missing files. Object stores that do not allow listing respond with 403. */
const NOT_FOUND = [403, 404, 410];
/** HTTP status codes of servers that do not support HEAD. */
const HEAD_UNSUPPORTED = [405, 501];

/** Files below a URL, read with `fetch`. */
export class UrlFileSource implements FileSource {
    public readonly name: string;
    private readonly _allowsOutside: boolean;

    /**
     * @param url URL of the folder; in a browser it may be relative to the page
     * @param options `allowsOutside` also reads files outside of the folder, whose paths begin with "../". Default
     * false: a file of the capture must not make the program read others.
     */
    public constructor(url: string | URL, options: { readonly allowsOutside?: boolean } = {}) {
        this.name = String(url).replace(/\/+$/, "");
        this._allowsOutside = options.allowsOutside ?? false;
    }

    public async readBytesAsync(path: string, signal?: AbortSignal): Promise<Uint8Array> {
        const url = this._urlOf(path);
        const response = await this._fetchAsync(url, "GET", signal);
        if (!response.ok || isFallbackPage(response, path)) {
            await response.body?.cancel();
            throw new UltrametricError(
                "input",
                response.ok
                    ? `${url} does not exist: the server responded with an HTML page. Check the URL.`
                    : `${url} could not be read: the server responded with ${statusOf(response)}. Check the URL.`,
            );
        }
        try {
            return new Uint8Array(await response.arrayBuffer());
        } catch (error) {
            ThrowIfAborted(signal, `Reading ${url}`);
            throw new UltrametricError("input", `The download of ${url} was interrupted; try again.`, { cause: error });
        }
    }

    public async existsAsync(path: string, signal?: AbortSignal): Promise<boolean> {
        if (!this._allowsOutside && leavesFolder(path)) {
            return false;
        }
        const url = this._urlOf(path);
        let response = await this._fetchAsync(url, "HEAD", signal);
        if (HEAD_UNSUPPORTED.includes(response.status)) {
            response = await this._fetchAsync(url, "GET", signal);
            await response.body?.cancel();
        }
        if (response.ok) {
            return !isFallbackPage(response, path);
        }
        if (NOT_FOUND.includes(response.status)) {
            return false;
        }
        throw new UltrametricError(
            "input",
            `Checking whether ${url} exists failed: the server responded with ${statusOf(response)}.`,
        );
    }

    private _urlOf(path: string): string {
        if (!this._allowsOutside && leavesFolder(path)) {
            throw new UltrametricError(
                "input",
                `${this.name}: ${Quoted(path)} lies outside of the folder and is not read. Move it into the folder, or ` +
                    "set allowsOutside if you trust the files.",
            );
        }
        // A half of a surrogate pair has no code in a URL.
        const parts = partsOf(path).map((part) => encodeURIComponent(part.replace(/\p{Surrogate}/gu, "\ufffd")));
        return `${this.name}/${parts.join("/")}`;
    }

    private async _fetchAsync(url: string, method: "GET" | "HEAD", signal: AbortSignal | undefined): Promise<Response> {
        try {
            return await fetch(url, { method, signal });
        } catch (error) {
            ThrowIfAborted(signal, `Reading ${url}`);
            throw new UltrametricError(
                "input",
                `${url} could not be reached. Check the URL, the connection and, on another origin, its CORS headers.`,
                { cause: error },
            );
        }
    }
}

/** Returns the names in a path, without "." */
function partsOf(path: string): string[] {
    return path.split(/[/\\]/).filter((part) => part !== "" && part !== ".");
}

/** Returns whether a path leads out of the folder that it starts in. */
function leavesFolder(path: string): boolean {
    let depth = 0;
    return partsOf(path).some((part) => {
        depth += part === ".." ? -1 : 1;
        return depth < 0;
    });
}

function statusOf({ status, statusText }: Response): string {
    return `${status} ${statusText}`;
}

/** Detects the HTML page that development servers return, with status 200, for unknown paths. */
function isFallbackPage(response: Response, path: string): boolean {
    return (response.headers.get("content-type") ?? "").startsWith("text/html") && !/\.html?$/i.test(path);
}
