import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FolderByteStore } from "../../demo/headless/folderByteStore";
import type { Progress } from "../../src/compute/base/progress";
import { LoadModelFileAsync } from "../../src/plugin/sam/loadModelFile";
import type { ModelFile } from "../../src/plugin/sam/samModel";
import { Sha256Async } from "../../src/plugin/sam/sha256";
import { MemoryByteStore } from "../support/memoryByteStore";

const BYTES = Uint8Array.from({ length: 50_000 }, (_, i) => (i * 7) % 251);
const OTHER = "0".repeat(64);

let base = "";
let requests = 0;
const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    requests++;
    switch (request.url) {
        case "/model.onnx":
            response.writeHead(200, { "Content-Type": "application/octet-stream", "Content-Length": BYTES.length });
            response.write(BYTES.subarray(0, 20_000));
            setTimeout(() => response.end(BYTES.subarray(20_000)), 20);
            break;
        case "/packed.onnx":
            response.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync(BYTES));
            break;
        case "/cut.onnx":
            response.writeHead(200, { "Content-Length": BYTES.length });
            response.write(BYTES.subarray(0, 20_000), () => setTimeout(() => response.destroy(), 20));
            break;
        case "/slow.onnx":
            response.writeHead(200, { "Content-Length": BYTES.length });
            response.write(BYTES.subarray(0, 10));
            break;
        case "/page.onnx":
            response.writeHead(200, { "Content-Type": "text/html" }).end("<html>");
            break;
        default:
            response.writeHead(404).end();
    }
});

beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
    server.closeAllConnections();
    server.close();
});

async function fileAsync(path = "model.onnx", sha256: string | null | "right" = "right"): Promise<ModelFile> {
    return { name: "net", source: `${base}/${path}`, sha256: sha256 === "right" ? await Sha256Async(BYTES) : sha256 };
}

describe("LoadModelFileAsync", () => {
    it("downloads once, reports progress, and keeps the file", async () => {
        const store = new MemoryByteStore();
        const fractions: number[] = [];
        const details = new Set<string | undefined>();
        const file = await fileAsync();
        const before = requests;
        const onProgress = ({ fraction, detail }: Progress): void => {
            fractions.push(fraction);
            details.add(detail);
        };
        const first = await LoadModelFileAsync(file, { store, onProgress });
        expect(first).toEqual({ bytes: BYTES, sha256: file.sha256 });
        expect(fractions[0]).toBe(0);
        expect(fractions.at(-1)).toBe(1);
        expect(fractions.some((fraction) => fraction > 0.1 && fraction < 0.9)).toBe(true);
        expect([...details]).toEqual(["0.1 MB"]);
        expect((await LoadModelFileAsync(file, { store })).bytes).toEqual(BYTES);
        expect(requests).toBe(before + 1);
    });

    it("reports the received bytes when the server sends no length", async () => {
        const details: (string | undefined)[] = [];
        await LoadModelFileAsync(await fileAsync("packed.onnx"), {
            onProgress: ({ fraction, detail }) => details.push(`${fraction} ${detail}`),
        });
        expect(details[0]).toBe("0 0.0 MB so far");
        expect(details.at(-1)).toBe("0 0.1 MB so far");
    });

    it("ends a download that is longer than allowed", async () => {
        for (const path of ["model.onnx", "packed.onnx"]) {
            await expect(LoadModelFileAsync(await fileAsync(path), { maxBytes: 30_000 })).rejects.toMatchObject({
                kind: "limits",
                message: expect.stringMatching(/has (at least )?\d+ bytes, more than the 30000 of the option maxBytes/),
            });
        }
    });

    it("accepts a checksum in capitals", async () => {
        const sha256 = (await Sha256Async(BYTES)).toUpperCase();
        expect((await LoadModelFileAsync({ name: "net", source: BYTES, sha256 })).bytes).toBe(BYTES);
    });

    it("accepts bytes, and checks them too", async () => {
        expect((await LoadModelFileAsync({ name: "net", source: BYTES, sha256: null })).sha256).toBe(
            await Sha256Async(BYTES),
        );
        await expect(LoadModelFileAsync({ name: "net", source: BYTES, sha256: OTHER })).rejects.toThrow(
            /given bytes \(50000\) are not net: their SHA-256 is [0-9a-f]{64}, expected 0{64}/,
        );
    });

    it("neither uses nor keeps a download with another hash", async () => {
        const store = new MemoryByteStore();
        await expect(LoadModelFileAsync(await fileAsync("model.onnx", OTHER), { store })).rejects.toMatchObject({
            kind: "input",
            message: expect.stringContaining(`${base}/model.onnx`),
        });
        expect(store.entries.size).toBe(0);
    });

    it("downloads a broken stored file again", async () => {
        const store = new MemoryByteStore();
        const file = await fileAsync();
        await LoadModelFileAsync(file, { store });
        const [key] = store.entries.keys();
        store.entries.set(key, BYTES.slice(0, 100));
        const warnings: string[] = [];
        const loaded = await LoadModelFileAsync(file, { store, onWarning: (text) => warnings.push(text) });
        expect(loaded.bytes).toEqual(BYTES);
        expect(store.entries.get(key)).toEqual(BYTES);
        expect(warnings).toEqual([expect.stringContaining("downloaded again")]);
    });

    it("continues when the store is full", async () => {
        const store = new MemoryByteStore();
        store.failure = new DOMException("full", "QuotaExceededError");
        const warnings: string[] = [];
        const loaded = await LoadModelFileAsync(await fileAsync(), { store, onWarning: (text) => warnings.push(text) });
        expect(loaded.bytes).toEqual(BYTES);
        expect(warnings).toEqual([
            expect.stringMatching(/net \(50000 bytes\) could not be stored in memory: the quota is exceeded/),
        ]);
    });

    it("needs no network for stored files, and throws when a file needs one", async () => {
        const store = new MemoryByteStore();
        const file = { ...(await fileAsync()), source: "http://127.0.0.1:9/model.onnx" };
        await expect(LoadModelFileAsync(file, { store })).rejects.toThrow(
            "http://127.0.0.1:9/model.onnx could not be reached",
        );
        await store.writeAsync(`model-${file.sha256}`, BYTES);
        expect((await LoadModelFileAsync(file, { store })).bytes).toEqual(BYTES);
    });

    it.each([
        ["cut.onnx", /ended after \d+ bytes/],
        ["missing.onnx", /answered 404/],
        ["page.onnx", /answered with a web page/],
    ])("throws with a reason on %s", async (path, message) => {
        await expect(LoadModelFileAsync(await fileAsync(path))).rejects.toThrow(message);
    });

    it("can be canceled during a download", async () => {
        const controller = new AbortController();
        const loading = LoadModelFileAsync(await fileAsync("slow.onnx"), { signal: controller.signal });
        setTimeout(() => controller.abort(), 30);
        await expect(loading).rejects.toMatchObject({ kind: "aborted" });
    });
});

describe("FolderByteStore", () => {
    it("keeps bytes between runs, completely or not at all", async () => {
        const folder = mkdtempSync(join(tmpdir(), "byte-store-"));
        try {
            const path = join(folder, "deep", "store");
            const store = new FolderByteStore(path);
            expect(await store.readAsync("a")).toBeNull();
            await store.writeAsync("a", BYTES);
            expect(new Uint8Array((await new FolderByteStore(path).readAsync("a"))!)).toEqual(BYTES);
            expect(readdirSync(path)).toEqual(["a"]);
            await store.removeAsync("a");
            await store.removeAsync("a");
            expect(await store.readAsync("a")).toBeNull();
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});
