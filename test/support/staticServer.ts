import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".css": "text/css",
    ".svg": "image/svg+xml",
};

/** Serves the files of a folder, and 404 for all others. */
export interface StaticServer {
    /** The address, without a slash at the end. */
    readonly address: string;
    closeAsync(): Promise<void>;
}

export async function ServeFolderAsync(folder: string): Promise<StaticServer> {
    const server = createServer(async (request, response) => {
        const path = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname));
        try {
            const bytes = await readFile(join(folder, path.endsWith("/") ? `${path}index.html` : path));
            response.setHeader("Content-Type", TYPES[extname(path)] ?? (path.endsWith("/") ? "text/html" : ""));
            response.end(bytes);
        } catch {
            response.statusCode = 404;
            response.end();
        }
    });
    await new Promise<void>((resolve) => {
        server.listen(0, "127.0.0.1", resolve);
    });
    return {
        address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        closeAsync: () =>
            new Promise((resolve) => {
                server.closeAllConnections();
                server.close(() => resolve());
            }),
    };
}
