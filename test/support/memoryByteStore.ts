import type { ByteStore } from "../../src/plugin/sam/byteStore";

/** Keeps bytes in memory. */
export class MemoryByteStore implements ByteStore {
    public readonly name = "memory";
    public readonly entries = new Map<string, Uint8Array>();
    /** The error that every write throws; null for none. */
    public failure: Error | null = null;

    public async readAsync(key: string): Promise<Uint8Array | null> {
        return this.entries.get(key) ?? null;
    }

    public async writeAsync(key: string, bytes: Uint8Array): Promise<void> {
        if (this.failure !== null) {
            throw this.failure;
        }
        this.entries.set(key, bytes);
    }

    public async removeAsync(key: string): Promise<void> {
        this.entries.delete(key);
    }
}
