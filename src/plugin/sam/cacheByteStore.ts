import type { ByteStore } from "./byteStore";

/** The prefix of the cache's keys, which must be URLs. Nothing is fetched from there. */
const BASE_URL = "https://babylon-ultrametric.invalid/";

/** A store in the browser's Cache API, which pages from https and from localhost have. */
export class CacheByteStore implements ByteStore {
    /** @param name name of the cache, which all pages of an origin share */
    public constructor(public readonly name: string = "babylon-ultrametric") {}

    /** True if this page or worker has a Cache API. */
    public static get IsSupported(): boolean {
        return typeof caches !== "undefined";
    }

    public async readAsync(key: string): Promise<Uint8Array | null> {
        const response = await (await caches.open(this.name)).match(BASE_URL + key);
        return response === undefined ? null : new Uint8Array(await response.arrayBuffer());
    }

    public async writeAsync(key: string, bytes: Uint8Array): Promise<void> {
        await (await caches.open(this.name)).put(BASE_URL + key, new Response(new Uint8Array(bytes)));
    }

    public async removeAsync(key: string): Promise<void> {
        await (await caches.open(this.name)).delete(BASE_URL + key);
    }
}
