import type { ByteStore } from "./byteStore";

/** Addresses within the cache; nothing is ever fetched from there. */
const BASE = "https://babylon-ultrametric.invalid/";

/** Keeps bytes in the browser's Cache API, which pages from https and from localhost have. */
export class CacheByteStore implements ByteStore {
    /** @param name the cache's name; pages of one origin with the same name share it */
    public constructor(public readonly name: string = "babylon-ultrametric") {}

    /** Whether this page or worker has a Cache API. */
    public static get IsSupported(): boolean {
        return typeof caches !== "undefined";
    }

    public async readAsync(key: string): Promise<Uint8Array | null> {
        const response = await (await caches.open(this.name)).match(BASE + key);
        return response === undefined ? null : new Uint8Array(await response.arrayBuffer());
    }

    public async writeAsync(key: string, bytes: Uint8Array): Promise<void> {
        await (await caches.open(this.name)).put(BASE + key, new Response(new Uint8Array(bytes)));
    }

    public async removeAsync(key: string): Promise<void> {
        await (await caches.open(this.name)).delete(BASE + key);
    }
}
