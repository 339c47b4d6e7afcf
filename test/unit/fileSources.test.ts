import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FolderFileSource } from "../../demo/headless/folderFileSource";
import { BaseName } from "../../src/plugin/sources/fileSource";
import { UrlFileSource } from "../../src/plugin/sources/urlFileSource";

describe("BaseName", () => {
    it("removes folders and known extensions only", () => {
        expect(BaseName("a/b/r_0.001.PNG", [".png"])).toBe("r_0.001");
        expect(BaseName("r_0.001", [".png"])).toBe("r_0.001");
    });
});

describe("FolderFileSource", () => {
    let folder = "";

    beforeAll(async () => {
        folder = await mkdtemp(join(tmpdir(), "ultrametric-"));
        await writeFile(join(folder, "a.bin"), Uint8Array.from([1, 2, 3]));
    });
    afterAll(async () => {
        await rm(folder, { recursive: true });
    });

    it("reads files, and tells which ones exist", async () => {
        const source = new FolderFileSource(`${folder}/`);
        expect(source.name).toBe(folder);
        expect([...(await source.readBytesAsync("a.bin"))]).toEqual([1, 2, 3]);
        expect(await source.existsAsync("a.bin")).toBe(true);
        expect(await source.existsAsync("b.bin")).toBe(false);
        expect(await source.existsAsync("a.bin/c")).toBe(false);
        expect(await source.existsAsync(".")).toBe(false);
    });

    it("lists the files of a folder and links to files, sorted", async () => {
        const source = new FolderFileSource(folder);
        await mkdir(join(folder, "images", "more"), { recursive: true });
        for (const name of ["b.png", "B.png", "a.png"]) {
            await writeFile(join(folder, "images", name), "");
        }
        await symlink(join(folder, "a.bin"), join(folder, "images", "c.png"));
        expect(await source.listAsync("images")).toEqual(["B.png", "a.png", "b.png", "c.png"]);
        expect(await source.listAsync("")).toEqual(["a.bin"]);
        expect(await source.listAsync("pictures")).toEqual([]);
        expect(await source.listAsync("a.bin")).toEqual([]);
        await expect(source.listAsync("images", AbortSignal.abort())).rejects.toMatchObject({ kind: "aborted" });
    });

    it("lists the files of all folders", async () => {
        const root = join(folder, "all");
        await mkdir(join(root, "images", "left"), { recursive: true });
        await writeFile(join(root, "images", "left", "a.png"), "");
        await writeFile(join(root, "transforms.json"), "");
        await symlink(root, join(root, "images", "loop"));
        const source = new FolderFileSource(root);
        const files = await source.listAllAsync();
        expect(files.filter((path) => !path.includes("loop"))).toEqual(["images/left/a.png", "transforms.json"]);
        expect(files.length).toBeLessThan(100); // the loop ends
        await expect(source.listAllAsync(AbortSignal.abort())).rejects.toMatchObject({ kind: "aborted" });
    });

    it("reads nothing outside of the folder, unless asked, and nothing but files", async () => {
        const inner = join(folder, "inner");
        await mkdir(inner, { recursive: true });
        await symlink(join(folder, "a.bin"), join(inner, "link.bin"));
        const source = new FolderFileSource(inner);
        for (const path of ["../a.bin", "x/../../a.bin", "link.bin"]) {
            await expect(source.readBytesAsync(path)).rejects.toMatchObject({ kind: "input" });
        }
        await expect(source.readBytesAsync("../a.bin")).rejects.toThrow(/"\.\.\/a\.bin" lies outside of the folder/);
        expect(await source.existsAsync("link.bin")).toBe(false);
        const trusted = new FolderFileSource(inner, { allowsOutside: true });
        expect((await trusted.readBytesAsync("../a.bin")).length).toBe(3);
        expect((await trusted.readBytesAsync("link.bin")).length).toBe(3);
        await expect(trusted.readBytesAsync("../../../../../../../../../dev/zero")).rejects.toThrow(/is not a file/);
    });

    it("throws on a missing file and names it, and stops when aborted", async () => {
        const source = new FolderFileSource(folder);
        await expect(source.readBytesAsync("b.bin")).rejects.toThrow(`${folder}/b.bin does not exist`);
        const signal = AbortSignal.abort();
        await expect(source.readBytesAsync("a.bin", signal)).rejects.toMatchObject({ kind: "aborted" });
    });
});

describe("UrlFileSource", () => {
    let server: Server;
    let url = "";

    beforeAll(async () => {
        server = createServer((request, response) => {
            const path = request.url ?? "";
            if (path === "/data/a%20b/c.bin") {
                response.end(Buffer.from([1, 2, 3]));
            } else if (path.startsWith("/data/page/")) {
                response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<html></html>");
            } else if (path === "/data/nohead.bin") {
                response.writeHead(request.method === "HEAD" ? 405 : 200).end("x");
            } else if (path === "/data/broken") {
                response.writeHead(500).end();
            } else if (path === "/data/short.bin") {
                response.writeHead(200, { "content-length": "100" }).write("x", () => response.destroy());
            } else {
                response.writeHead(404).end();
            }
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/data`;
    });
    afterAll(async () => {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
    });

    it("reads files, and tells which ones exist", async () => {
        const source = new UrlFileSource(`${url}/`);
        expect(source.name).toBe(url);
        expect([...(await source.readBytesAsync("./a b/c.bin"))]).toEqual([1, 2, 3]);
        expect(await source.existsAsync("a b/c.bin")).toBe(true);
        expect(await source.existsAsync("missing.bin")).toBe(false);
        expect(await source.existsAsync("nohead.bin")).toBe(true);
    });

    it("reads nothing outside of its folder, unless asked", async () => {
        const nested = `${url}/page`;
        const source = new UrlFileSource(nested);
        for (const path of ["../nohead.bin", "x/../../nohead.bin", "..\\nohead.bin"]) {
            await expect(source.readBytesAsync(path)).rejects.toThrow(/lies outside of the folder and is not read/);
        }
        expect(await source.existsAsync("../nohead.bin")).toBe(false);
        expect((await new UrlFileSource(nested, { allowsOutside: true }).readBytesAsync("../nohead.bin")).length).toBe(
            1,
        );
        await expect(source.readBytesAsync("\ud800.png")).rejects.toMatchObject({ kind: "input" });
    });

    it("treats a page as a missing file, unless a page is requested", async () => {
        const source = new UrlFileSource(url);
        expect(await source.existsAsync("page/a.png")).toBe(false);
        expect(await source.existsAsync("page/a.html")).toBe(true);
        await expect(source.readBytesAsync("page/a.png")).rejects.toThrow(/page\/a.png does not exist/);
    });

    it("throws with the name of the file that could not be read", async () => {
        const source = new UrlFileSource(url);
        await expect(source.readBytesAsync("missing.bin")).rejects.toThrow(/missing.bin could not be read: .* 404/);
        await expect(source.existsAsync("broken")).rejects.toThrow(/broken exists failed: .* 500/);
        await expect(source.readBytesAsync("short.bin")).rejects.toThrow(/short.bin was interrupted/);
        // Port 9 ("discard") is closed on any machine that runs tests.
        await expect(new UrlFileSource("http://127.0.0.1:9").readBytesAsync("a")).rejects.toThrow(
            /could not be reached/,
        );
    });

    it("stops when aborted", async () => {
        const signal = AbortSignal.abort();
        await expect(new UrlFileSource(url).readBytesAsync("a", signal)).rejects.toMatchObject({ kind: "aborted" });
    });
});
